"""When a day of 80 papers and the week are painted, how much moves, and how soon a vote shows, by a slow processor.

Chromium computes four times slower than it could, as on a middling phone; an answer to a vote takes 400 ms longer. The
medians of several visits, each with an empty cache.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from django.conf import settings
from playwright.sync_api import BrowserContext, Page, Route, sync_playwright

from bench import web

PAPERS_A_DAY = 80
SLOWER = 4  # times
DELAY_MS = 400
VISITS = 5
PHONE = {"width": 412, "height": 823}
_OBSERVE = """
window.painted = {lcp: 0, cls: 0};
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.painted.lcp = entry.startTime;
}).observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.painted.cls += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""
# From the press until the frame in which the button is shown pressed.
_PRESS = """
button => new Promise((done) => {
  const begun = performance.now(), before = button.getAttribute("aria-pressed");
  new MutationObserver(() => {
    if (button.getAttribute("aria-pressed") !== before) requestAnimationFrame(() => done(performance.now() - begun));
  }).observe(button, {attributes: true});
  button.click();
})
"""


def run() -> dict[str, object]:
    """Return the figures of both pages, and of a vote."""
    member, day = web.fill(papers=0, listed=PAPERS_A_DAY)
    key = web.logged_in(member)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps a loop, and stopping closes the database
    with web.servers():
        pages = {"day of 80": day, "week page": f"/g/{web.SLUG}/"}
        figures: dict[str, object] = {name: _visited(key, address) for name, address in pages.items()}
        return figures | {"vote shown after ms": _vote(key, day), "its answer delayed by ms": DELAY_MS}


@contextmanager
def _browser(key: str) -> Iterator[BrowserContext]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        context = browser.new_context(base_url=f"http://127.0.0.1:{web.OURS}", viewport=PHONE)  # type: ignore[arg-type]
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "domain": "127.0.0.1", "path": "/"}])
        yield context
        browser.close()


def _slow_page(context: BrowserContext) -> Page:
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(_OBSERVE)
    return page


def _visited(key: str, address: str) -> dict[str, float]:
    found = []
    for _ in range(VISITS):
        with _browser(key) as context:
            page = _slow_page(context)
            page.goto(address, wait_until="networkidle")
            found.append(page.evaluate("window.painted"))
    return {
        "largest paint ms": round(median(one["lcp"] for one in found)),
        "moved": round(median(one["cls"] for one in found), 3),
    }


def _vote(key: str, address: str) -> int:
    times = []
    with _browser(key) as context:
        page = _slow_page(context)
        page.goto(address, wait_until="networkidle")
        page.route("**/vote/", _late)
        for button in page.locator(".vote__button").all()[:VISITS]:
            times.append(float(button.evaluate(_PRESS)))
        page.unroute_all(behavior="wait")
    return round(median(times))


def _late(route: Route) -> None:
    route.request.frame.page.wait_for_timeout(DELAY_MS)
    route.continue_()
