"""Nothing hides what has the focus, and neither wide-set text nor odd names and titles break a page."""

from itertools import product

import pytest
from playwright.sync_api import Page, expect

from core.text import inline_html
from tests.journeys.inspection import DESK, PHONE, WIDER_THAN_SCREEN
from tests.journeys.pages import Person, Stage
from tests.journeys.scene import Scene

pytestmark = pytest.mark.journey

MAIN_PAGES = [
    "/g/demo/?show=top",
    "/g/demo/day/",
    "/g/demo/papers/1706.03762/",
    "/g/demo/queue/",
    "/g/demo/meetings/",
    "/g/demo/search/?q=learning",
    "/g/demo/members/",
    "/g/demo/settings/",
]
MOST_STOPS = 250
RING_PIXELS = 2

# What is wrong with the control that has the focus; null when the focus has left the page again.
AT_THIS_STOP = """(ring) => {
  const control = document.activeElement;
  if (control === document.body || control === document.documentElement) return null;
  const name = `${control.tagName}#${control.id}.${control.className} “${control.textContent.trim().slice(0, 30)}”`;
  const style = getComputedStyle(control);
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < ring) return `${name} shows no ring`;
  const boxes = [...control.getClientRects()];
  const isOnTop = ({ left, right, top, bottom }) =>
    [(top + bottom) / 2, top + 4, bottom - 4].some((y) => {
      const seen = document.elementFromPoint((left + Math.min(right, innerWidth)) / 2, y);
      return control.contains(seen) || [...(control.labels ?? [])].some((label) => label.contains(seen));
    });
  return boxes.some(isOnTop) ? "" : `${name} is hidden at ${boxes.map(({ x, y }) => [x, y].map(Math.round))}`;
}"""
# WCAG 2.2, 1.4.12
WIDE_SET = """
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
    p { margin-block-end: 2em !important }
  `);
  document.adoptedStyleSheets = [sheet];
"""
CUT_WORDS = """() => [...document.querySelectorAll("main :is(a, button, summary, label, th, td, h1, h2, h3, p)")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.matches(".visually-hidden, .row__word"))
  .filter((one) => one.clientWidth > 1 && !one.closest("math, .table-box, .visually-hidden"))
  .filter((one) => getComputedStyle(one).overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1)
  .map((one) => `${one.tagName}.${one.className} “${one.textContent.trim().slice(0, 40)}”`)"""


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_focus_is_seen_at_every_stop(stage: Stage, screen: dict[str, int]) -> None:
    person = stage.enter(viewport=screen)
    person.come_back("organiser@example.org")

    found = {address: problem for address in MAIN_PAGES for problem in stops(person, address)}

    assert found == {}


def stops(person: Person, address: str) -> list[str]:
    """Go through a page by Tab, and return what is wrong at its stops."""
    person.goto(address)
    person.page.wait_for_load_state()
    wrong = []
    for _ in range(MOST_STOPS):
        person.page.keyboard.press("Tab")
        problem = person.page.evaluate(AT_THIS_STOP, RING_PIXELS)
        if problem is None:
            break
        wrong += [problem] if problem else []
    return wrong


def test_wide_set_text_fits_a_small_phone(stage: Stage) -> None:
    person = stage.enter(viewport=PHONE)
    person.page.context.add_init_script(WIDE_SET)
    person.come_back("organiser@example.org")

    found = {}
    for address in MAIN_PAGES:
        person.goto(address)
        assert person.page.evaluate("getComputedStyle(document.querySelector('main')).letterSpacing") != "normal"
        found[address] = person.page.evaluate(WIDER_THAN_SCREEN) + person.page.evaluate(CUT_WORDS)

    assert {address: wrong for address, wrong in found.items() if wrong} == {}


# --- odd names and titles ------------------------------------------------------------------------------------

_ODD = [
    "\u202egnp.exe reversed",  # overrides
    "\u202dleft to right\u202c",
    "\u2067isolated\u2066",  # never closed
    "مراجعة الأبحاث في الفيزياء",
    "קריאה בקבוצה של מאמרים",
    "زبان fa و English mixed ۱۲۳",
    "日本語の論文を読む会",
    "zero\u200bwidth\u200d\ufeffjoiners",
    "Z" + "\u0301\u0316\u0489" * 200 + "algo",
    "e" + "\u0332" * 400,
    "W" * 240,
    "Donaudampfschifffahrtsgesellschaftskapitän" * 4,
    "рaypal homoglyphs аnd оthers",
    "👩‍👩‍👧‍👦" * 30,
    "<b onclick=alert(1)>bold</b> & 'quoted'",
    "$\\alpha_{" + "x" * 60 + "}$",
    "\u00a0no break at all" * 12,
    "a",
    "…" * 90,
    "line\u2028separator\u2029paragraph",
]
_AROUND = [
    "{}",
    "On {}",
    "{} and the rest",
    "({})",
    "A: {}: B",
    "{} {}",
    "“{}”",
    "{}!",
    "1. {}",
    "{}\u200f",
    "\u200e{}",
    "[{}]",
]
_FRAMES = [f"{before}{around}" for before in ("", "Part 2 of ", "\u2068") for around in _AROUND]
ODD = [frame.replace("{}", text)[:900] for frame, text in product(_FRAMES, _ODD)][:500]
BROKEN_ROWS = """() => {
  const buttons = [...document.querySelectorAll(".row .vote__button")];
  const left = new Set(buttons.map((one) => one.getBoundingClientRect().x));
  const wrong = left.size === 1 ? [] : [`vote buttons begin at ${[...left]}`];
  for (const row of document.querySelectorAll(".row")) {
    const around = row.getBoundingClientRect();
    const isInside = ({ left, right, top, bottom }) =>
      left >= around.left - 1 && right <= around.right + 1 && top >= around.top - 1 && bottom <= around.bottom + 1;
    const parts = row.querySelectorAll(".vote__button, .row__title, .row__meta, .row__meta b, .row__actions .button");
    const outside = [...parts].filter((one) => !isInside(one.getBoundingClientRect())).map((one) => one.className);
    if (outside.length > 0) wrong.push(`${row.textContent.trim().slice(0, 60)}: ${outside}`);
  }
  return wrong;
}"""


@pytest.fixture
def odd_day(stage: Stage, scene: Scene) -> Person:
    """Show a day with 500 odd titles, each by authors as odd, to a member of the group."""
    scene.group("odd", categories=["test.odd"])
    papers = scene.papers("2412", len(ODD), title="''")
    scene.write(papers, [(title, "", inline_html(title), "") for title in ODD])
    scene.connection.execute(
        "UPDATE papers_paper SET authors = jsonb_build_array(told.name, told.name) "
        "FROM unnest(%s::bigint[], %s::text[]) told (id, name) WHERE papers_paper.id = told.id",
        [papers, [title[:200] for title in reversed(ODD)]],
    )
    scene.listing("test.odd", papers)
    person = stage.enter()
    person.come_back("member@example.org")
    person.goto("/g/odd/day/")
    expect(person.page.locator(".row")).to_have_count(len(ODD))
    return person


def test_odd_names_and_titles_leave_rows_intact(odd_day: Person) -> None:
    page = odd_day.page

    found = [*broken(page), *(f"phone: {one}" for one in broken(page, PHONE))]

    assert "\n".join(found) == ""
    assert not page.locator(".row__title").get_by_text("\u202e").count()
    expect(page.locator(".row__title").first).to_contain_text("[RLO]")


def broken(page: Page, screen: dict[str, int] = DESK) -> list[str]:
    page.set_viewport_size(screen)  # type: ignore[arg-type]
    return [*page.evaluate(WIDER_THAN_SCREEN), *page.evaluate(BROKEN_ROWS)][:10]
