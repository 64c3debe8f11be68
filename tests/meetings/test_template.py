"""A group's own form of its agendas: what it can say, what it cannot reach, and the page on which it is made."""

import time
from contextlib import suppress
from dataclasses import replace

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from core import limits
from groups.models import Meeting
from meetings.exports.markdown import STANDARD, TemplateProblem, drawn
from meetings.exports.registry import EXPORTS
from meetings.models import AgendaItem, AgendaTemplate
from tests.factories import Cast, MeetingFactory
from tests.meetings.test_exports import EMPTY, SEED, SHEET, read_markdown, sheet_with, sheets
from tests.pages import page


def problem_of(source: str) -> str:
    with pytest.raises(TemplateProblem) as caught:
        drawn(source, SHEET)
    return str(caught.value)


@settings(deadline=None, max_examples=40)
@given(sheets())
def test_standard_form_as_a_template_says_the_same_whatever_the_texts(sheet: object) -> None:
    assert read_markdown(drawn(STANDARD, sheet).encode()) == read_markdown(EXPORTS["md"].render(sheet))


def test_template_says_what_it_is_asked_to() -> None:
    names = '{{ item.authors | limit(2) | join(" & ") }}'
    line = "{{ loop.index }}/{{ items | length }} {{ item.title }}: " + names + "{% if not loop.last %};{% endif %}\n\n"
    source = "{{ group }} on {{ date }}\n{% for item in items %}\n" + line + "{% endfor %}\n"

    assert drawn(source, SHEET) == (
        "Galaxy group on 2026-11-26\n"
        r"1/3 3D Dense Geometry-Guided $\beta_1 < \gamma$: 100% of \*stars\* \[I\] \#2: authors not in this listing;"
        "\n"
        r"2/3 A survey of \$5 and \$6 telescopes: Author A & Author B;"
        "\n3/3 Plans: \n"
    )


@pytest.mark.parametrize(
    ("source", "drawing"),
    [
        ("{% for item in items %}x{% else %}none{% endfor %}", "none"),
        ("{{ 'a' if place else 'b' }}", "a"),
        ("{% if minutes >= 60 and planned_minutes < 1 %}yes{% elif place %}no{% endif %}", "yes"),
        ("{{ state | default('holds') }}", "holds"),
        ("{# a remark #}{{ minutes }}", "60"),
    ],
)
def test_small_things(source: str, drawing: str) -> None:
    assert drawn(source, EMPTY) == drawing


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("ok\n{{ titel }}", "Line 2: There is no titel here. There are balance, "),
        ("{% for item in items %}\n{{ item.who }}{% endfor %}", "Line 2: There is no who here. There are authors, "),
        ("a\nb\n{% if x %}", "Line 3: Unexpected end of template."),
        ("{{ title.__class__ }}", "Line 1: There is nothing named __class__ in it."),
        ("{{ items.__len__ }}", "Line 1: There is nothing named __len__ in it."),
        ("{{ items[0] }}", "Line 1: Templates have names, for, if and filters; not this (Getitem)."),
        ("{{ title.upper() }}", "Line 1: Templates have names, for, if and filters; not this (Call)."),
        ("{{ 'a' * 9999999999 }}", "Line 1: Templates have names, for, if and filters; not this (Mul)."),
        ("{{ 2 ** 999999999 }}", "Line 1: Templates have names, for, if and filters; not this (Pow)."),
        ("{{ range(9) }}", "Line 1: Templates have names, for, if and filters; not this (Call)."),
        ("{% set a = 1 %}", "Line 1: Templates have names, for, if and filters; not this (Assign)."),
        (
            "{% include 'meetings/week.html' %}",
            "Line 1: Templates have names, for, if and filters; not this (Include).",
        ),
        ("{% extends 'base.html' %}", "Line 1: Templates have names, for, if and filters; not this (Extends)."),
        ("{% import 'x' as y %}", "Line 1: Templates have names, for, if and filters; not this (Import)."),
        ("{% macro a() %}{% endmacro %}", "Line 1: Templates have names, for, if and filters; not this (Macro)."),
        ("{{ title | attr('x') }}", "Line 1: The filters are join, limit, length, default; not attr."),
        ("{{ title | join }}", "Line 1: The filter join cannot be used so."),
        ("{{ items | limit('x') }}", "Line 1: The filter limit cannot be used so."),
        ("{{ title < 3 }}", "Line 1: These two cannot be compared."),
        ("{{ items }}", "Line 1: A list cannot be written as it is: go through it, or join it."),
        ("{% for a in title %}{% endfor %}", "Line 1: Only items, authors and categories can be gone through."),
        ("{% for a, b in items %}{% endfor %}", "Line 1: A loop is written: for item in items."),
        ("x" * (limits.TEMPLATE_CHARS + 1), "Line 1: A template has at most 10,000 characters; this has 10,001."),
        ("{{ " + "(" * 4000 + "1" + ")" * 4000 + " }}", "Line 1: The template has too much inside each other."),
        ("{{ " + "not " * 2400 + "1 }}", "Line 1: The template has too much inside each other."),
    ],
)
def test_what_cannot_be_drawn_is_said_with_its_line(source: str, said: str) -> None:
    assert problem_of(source).startswith(said)


LOOPS = "{% for a in items %}" * 6 + "x" + "{% endfor %}" * 6
GROWS = "{% for a in items %}{% for b in items %}{% for c in a.authors %}" + "y" * 5000 + "{% endfor %}" * 3


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (LOOPS, "Line 1: The template takes more than 50,000 steps."),
        (GROWS, "Line 1: What is drawn has more than 500,000 characters."),
        (
            "{% for a in items %}{{ a.authors | join('" + "z" * 9000 + "') }}{% endfor %}",
            "Line 1: What is drawn has more",
        ),
    ],
)
def test_what_takes_too_much_is_stopped_soon(source: str, said: str) -> None:
    many = replace(SEED, authors=("A. Author",) * 300, authors_known=True)
    begun = time.process_time()

    with pytest.raises(TemplateProblem) as caught:
        drawn(source, sheet_with(*[many] * 100))

    assert str(caught.value).startswith(said)
    assert time.process_time() - begun < 1


def test_separator_from_the_sheet_is_escaped_like_everything_of_it() -> None:
    sheet = sheet_with(replace(SEED, title="<b>", authors=("A", "B"), authors_known=True))

    assert drawn("{% for i in items %}{{ i.authors | join(i.title) }}{% endfor %}", sheet) == r"A\<b\>B"


def test_address_cannot_close_the_brackets_around_it() -> None:
    assert drawn("[join]({{ link }})", sheet_with(link="https://example.org/a)[b](c")) == (
        "[join](https://example.org/a%29[b]%28c)"
    )


def test_template_that_fails_for_one_agenda_costs_nobody_the_agenda() -> None:
    failing = replace(SHEET, template="{% for item in items %}{{ item.title.x }}{% endfor %}")

    content = EXPORTS["md"].render(failing)

    assert content.startswith(b"<!-- The group's template was not used. Line 1: There is nothing named x in it. -->")
    assert content.endswith(EXPORTS["md"].render(SHEET))


@given(st.text(max_size=200))
@settings(deadline=None, max_examples=150)
def test_any_source_is_drawn_or_said_to_be_wrong(source: str) -> None:
    with suppress(TemplateProblem):
        drawn(source, SHEET)


# --- the page ---------------------------------------------------------------------------------------------


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    held: Meeting = MeetingFactory(group=cast.group, state="published")
    AgendaItem.objects.create(group=cast.group, meeting=held, position=1, title="Plans for *spring*", minutes=5)
    return held


def test_organiser_tries_saves_and_drops_a_form(client: Client, cast: Cast, meeting: Meeting) -> None:
    client.force_login(cast.organiser)
    here, exported = (
        f"/g/{cast.group.slug}/meetings/template/",
        f"/g/{cast.group.slug}/meetings/{meeting.slug}/agenda.md",
    )
    source = "Only {% for item in items %}{{ item.title }}{% endfor %}"
    standard = client.get(exported).content.decode()

    first = page(client.get(here))
    tried = page(client.post(here, {"source": source, "preview": "1"}))
    unsaved = client.get(exported).content.decode()
    client.post(here, {"source": source, "save": "1"})
    saved = client.get(exported).content.decode()
    dropped = page(client.post(here, {"reset": "1"}, follow=True))

    assert first.one("textarea").text.strip() == STANDARD.strip()
    assert r"Plans for \*spring\*" in first.one(".template-preview").text
    assert tried.one(".template-preview").text == r"Only Plans for \*spring\*"
    assert (unsaved, saved) == (standard, r"Only Plans for \*spring\*")
    assert client.get(exported).content.decode() == standard
    assert dropped.one("#undo input[name=source]").get("value") == source


def test_wrong_form_is_kept_on_the_page_and_not_saved(client: Client, cast: Cast, meeting: Meeting) -> None:
    client.force_login(cast.organiser)

    for button in ("preview", "save"):
        answer = client.post(f"/g/{cast.group.slug}/meetings/template/", {"source": "a\n{{ b }}", button: "1"})

        shown = page(answer)
        assert (answer.status_code, shown.one("textarea").text.strip()) == (422, "a\n{{ b }}")
        assert "Line 2: There is no b here." in shown.one(".field__error").words
    assert not AgendaTemplate.objects.exists()


def test_without_a_meeting_a_sample_is_drawn(client: Client, cast: Cast) -> None:
    client.force_login(cast.organiser)

    shown = page(client.get(f"/g/{cast.group.slug}/meetings/template/"))

    assert "A sample paper on" in shown.one(".template-preview").text
