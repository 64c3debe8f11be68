"""The Jinja2 environment of every page: what a template may call."""

from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.template.backends.utils import csrf_input
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django_htmx.jinja import htmx_script
from jinja2 import Environment, StrictUndefined, select_autoescape

from core import limits
from core.clock import now
from core.marking import highlighted
from core.styles import styles
from core.text import drawing, inline_html, markdown_html, marked_html, stored_html, unmarked
from core.wording import city, day, license_words, plural, relative, short_day, wall_clock, wall_day, wall_time


def environment(**options: Any) -> Environment:
    """Build the environment: strict about undefined names, escaping everything but plain-text mails."""
    options["autoescape"] = select_autoescape(disabled_extensions=("txt",), default=True, default_for_string=True)
    options["undefined"] = StrictUndefined  # Django's backend has put its own here
    environment = Environment(trim_blocks=True, lstrip_blocks=True, **options)  # noqa: S701  (set above, by suffix)
    environment.globals.update(
        url=_url,
        static=_static,
        styles=styles(),
        htmx_script=_htmx,
        get_messages=get_messages,
        limits=limits,
        other_log_ins=settings.OTHER_LOG_INS,
        now=now,
        plural=plural,
    )
    environment.filters.update(
        day=day,
        short_day=short_day,
        wall_clock=wall_clock,
        wall_day=wall_day,
        city=city,
        wall_time=wall_time,
        license_words=license_words,
        relative=_relative,
        iso=_iso,
        highlighted=highlighted,
        inline_html=inline_html,
        markdown_html=markdown_html,
        marked_html=marked_html,
        stored_html=stored_html,
        unmarked=unmarked,
        svg=drawing,
        json_data=json_script,
    )
    return environment


def forms(request: HttpRequest) -> dict[str, Any]:
    """Give templates the token of forms, masked once an answer: all forms of a page may share one."""
    if not hasattr(request, "csrf_input"):
        request.csrf_input = SimpleLazyObject(partial(csrf_input, request))  # type: ignore[attr-defined]
    return {"csrf_input": request.csrf_input}  # type: ignore[attr-defined]


@lru_cache(maxsize=8_192)  # a list of papers asks for several addresses of each, and a day is read by many
def _url(name: str, *args: Any, **kwargs: Any) -> str:
    return reverse(name, args=args, kwargs=kwargs)


@lru_cache(maxsize=256)  # every page names some thirty files; their names change with the program alone
def _static(path: str) -> str:
    return static(path)


@lru_cache(maxsize=1)
def _htmx() -> SafeString:
    return htmx_script(version=2)


def _relative(moment: datetime) -> str:
    return relative(moment, now())


def _iso(moment: datetime | date) -> str:
    return moment.isoformat()
