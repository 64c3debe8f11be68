"""What a page must be like for everyone: accessible, calm, and usable on a small screen."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

PHONE = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 720}
TARGET_PIXELS = 24  # WCAG 2.2, 2.5.8
ALL_RULES = {
    "resultTypes": ["violations"],
    "preload": False,
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
}
# A theme changes colours and nothing else, so that the other rules are asked once.
COLOUR_RULES = {"resultTypes": ["violations"], "preload": False, "runOnly": ["color-contrast", "link-in-text-block"]}
# On a phone, targets come to lie over each other.
TARGET_RULES = {"resultTypes": ["violations"], "preload": False, "runOnly": ["target-size"]}
# Rows of a list are drawn by one part; on hundreds of them axe would measure for minutes. Of the first, those stay in
# which something is not as in any row before them: an element with other classes, states, or classes around it.
LEAVE_DIFFERENT_ROWS = """(most) => {
  const seen = new Set();
  const states = ["hidden", "open", "disabled", "aria-pressed", "aria-current", "type", "dir", "tabindex"];
  const kinds = (row) => [row, ...row.querySelectorAll("*")].map((one) => {
    const { localName, className, parentElement } = one;
    return [localName, className, parentElement.className, ...states.map((name) => one.getAttribute(name))].join("|");
  });
  const isNew = (row) => kinds(row).filter((kind) => !seen.has(kind) && seen.add(kind)).length > 0;
  for (const list of document.querySelectorAll(".rows, .agenda, tbody")) {
    seen.clear();
    const few = list.cloneNode(false);
    few.append(...[...list.children].slice(0, most).filter(isNew).map((row) => row.cloneNode(true)));
    // As a whole: a form takes long to let go of thousands of buttons one by one.
    if (few.children.length < list.children.length) (list.closest(".row-form") ?? list).replaceWith(few);
  }
}"""
FIRST_ROWS = 12
WIDER_THAN_SCREEN = """() => {
  const limit = window.innerWidth;
  if (document.documentElement.scrollWidth <= limit) return [];
  const wide = [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > limit + 0.5);
  return wide.slice(0, 3).map((e) => `${e.tagName.toLowerCase()}.${e.className} ends at ${
    Math.round(e.getBoundingClientRect().right)} of ${limit} px: ${e.textContent.trim().slice(0, 40)}`);
}"""
SMALL_TARGETS = """(least) => {
  const box = (element) => {
    const boxes = [element, ...(element.matches("[type=checkbox], [type=radio]") ? element.labels : [])];
    const all = boxes.map((one) => one.getBoundingClientRect());
    return {
      width: Math.max(...all.map((one) => one.right)) - Math.min(...all.map((one) => one.left)),
      height: Math.max(...all.map((one) => one.bottom)) - Math.min(...all.map((one) => one.top)),
    };
  };
  const words = (element) => element.textContent.replace(/\\s+/g, "");
  const isInText = (element) => {
    if (getComputedStyle(element).display !== "inline") return false;
    let around = element.parentElement;
    while (getComputedStyle(around).display === "inline") around = around.parentElement;
    return words(around) !== words(element);
  };
  const isOnScreen = (element) => {
    const { right, bottom, width, height } = element.getBoundingClientRect();
    return element.checkVisibility({ visibilityProperty: true }) && right > 0 && bottom > 0 && width > 1 && height > 1;
  };
  const all = document.querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden])");
  return [...all]
    .filter((element) => isOnScreen(element) && !isInText(element))
    .map((element) => [element, box(element)])
    .filter(([, { width, height }]) => width < least - 0.5 || height < least - 0.5)
    .map(([element, { width, height }]) =>
      `${element.tagName.toLowerCase()}.${element.className} “${words(element).slice(0, 30)}”: ${
        Math.round(width)} × ${Math.round(height)} px`);
}"""


# A button that says where it leads, or of which form it is, does nothing without one. MathML has a "form", too.
WITHOUT_FORM = """() => [...document.querySelectorAll(":is(button, input, select, textarea):is([form], [formaction])")]
  .filter((element) => !element.form).map((element) => element.outerHTML)"""


def findings(page: Page) -> list[str]:
    """Return what is wrong with the page that is open, in sentences; leaves it in light and at desk size."""
    page.wait_for_load_state()
    page.evaluate('() => window.scrollTo({ top: 0, behavior: "instant" })')  # nothing lies under what sticks to the top
    page.set_viewport_size(PHONE)
    found = [f"phone: wider than the screen: {one}" for one in page.evaluate(WIDER_THAN_SCREEN)]
    found += [f"no form: {one}" for one in page.evaluate(WITHOUT_FORM)]
    page.evaluate(LEAVE_DIFFERENT_ROWS, FIRST_ROWS)
    found += [f"phone: {one}" for one in small_targets(page)]
    page.evaluate(AXE_SCRIPT)
    found += [f"phone: {one}" for one in accessibility(page, TARGET_RULES)]
    page.set_viewport_size(DESK)
    found += [f"desk: {one}" for one in small_targets(page)]
    found += [f"light: {one}" for one in accessibility(page, ALL_RULES)]
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {one}" for one in accessibility(page, COLOUR_RULES)]
    page.emulate_media(color_scheme="light")
    return found


def accessibility(page: Page, rules: dict[str, object]) -> list[str]:
    """Return the violations that axe sees, each with its first places."""
    violations = page.evaluate("(rules) => axe.run(document, rules)", rules)["violations"]
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:160]} ({node['failureSummary']})"
        for violation in violations
        for node in violation["nodes"][:3]
    ]


def small_targets(page: Page) -> list[str]:
    """Return the targets outside running text that are too small for a finger or an unsteady hand."""
    return [f"small target: {one}" for one in page.evaluate(SMALL_TARGETS, TARGET_PIXELS)]
