"""Two thousand real abstracts on the narrowest screen: nothing is wider than it, no formula is lost, nothing jumps."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from core.text import abstract_html, inline_html
from tests.journeys.inspection import PHONE, WIDER_THAN_SCREEN
from tests.journeys.pages import Stage
from tests.journeys.scene import Scene
from tests.papers.parsers.recorded import recorded_abstracts

pytestmark = pytest.mark.journey

PAGES = 4  # few large ones, each a day of its own
MOST_SHIFT = 0.02  # cumulative layout shift
SHIFT = """
  window.shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
"""
OPEN_ALL = "() => { for (const abstract of document.querySelectorAll('.row__abstract')) abstract.open = true; }"
# How many formulas there are, and the sources of those that take no place.
FORMULAS = """() => {
  const all = [...document.querySelectorAll("main math, main code.tex")];
  const isShown = (one) => [one, ...one.querySelectorAll("*")].some((part) => part.getBoundingClientRect().height > 1);
  const lost = all.filter((one) => !isShown(one));
  return [all.length, lost.map((one) => one.outerHTML)];
}"""


def test_two_thousand_abstracts_fit_a_small_phone(stage: Stage, scene: Scene, shared_data: Path) -> None:
    texts = [
        (title, abstract, inline_html(title), abstract_html(abstract)) for abstract, title in abstracts(shared_data)
    ]
    ours = [texts[start::PAGES] for start in range(PAGES)]
    categories = [f"test.{number}" for number in range(PAGES)]
    scene.group("abstracts", categories=categories)
    for month, (category, some) in enumerate(zip(categories, ours, strict=True), start=1):
        # As if a member of some group had named them, so that no one else's search finds them.
        papers = scene.papers(f"25{month:02d}", len(some), title="''", by_members="true")
        scene.write(papers, some)
        scene.listing(category, papers)
    person = stage.enter(viewport=PHONE)
    person.page.context.add_init_script(SHIFT)
    person.come_back("guest@example.org")

    for category, some in zip(categories, ours, strict=True):
        person.goto(f"/g/abstracts/day/?category={category}")
        expect(person.page.locator(".row")).to_have_count(len(some))
        assert person.page.evaluate("window.shift") <= MOST_SHIFT
        person.page.evaluate(OPEN_ALL)
        markup = "".join(title + abstract for _, _, title, abstract in some)
        assert person.page.evaluate(FORMULAS) == [len(re.findall(r"<math|<code class=.tex", markup)), []]
        assert person.page.evaluate(WIDER_THAN_SCREEN) == []


def abstracts(shared_data: Path) -> list[tuple[str, str]]:
    return list(recorded_abstracts(shared_data).items())[:2_000]
