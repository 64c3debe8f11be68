"""What people do on the pages, in their own words; by mouse or by keyboard, with and without JavaScript."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    FileChooser,
    Locator,
    Page,
    Request,
    Response,
    expect,
)

DEMO_PASSWORD = "reading-group-demo"
PASSWORD = "read two papers a week"
# Milliseconds. A busy machine may hold up any process for seconds at any line; what is there already costs no wait.
SECONDS = 60_000
WORKER_SECONDS = 180_000
MOST_TABS = 150
# Said by Chromium of every answer from 400 on. Those of pages are meant, or the test would go no further.
REFUSAL = re.compile(r"^Failed to load resource: the server responded with a status of 4\d\d")

expect.set_options(timeout=SECONDS)


@dataclass(frozen=True)
class Keys:
    """The keyboard below a page that has been loaded: before its scripts run, nobody listens to keys."""

    page: Page

    def press(self, key: str) -> None:
        """Press one key, by Playwright's name for it."""
        self.page.wait_for_load_state()
        self.page.keyboard.press(key)


def find(target: Locator) -> None:
    """Wait for the page that has the control, and then until that page is loaded."""
    target.wait_for(state="attached")
    target.page.wait_for_load_state()


def drag(grip: Locator, onto: Locator, *, steps: int = 1) -> None:
    """Take a line up by its grip, carry it in so many steps over what lies between, and let it go over another."""
    mouse = grip.page.mouse
    grip.hover()
    start, end = grip.bounding_box(), onto.bounding_box()
    assert start
    assert end
    mouse.down()
    mouse.move(start["x"] + start["width"], start["y"] + start["height"], steps=3)
    # Sortable takes the line up a moment after the browser has; what it is carried over before that is lost.
    expect(grip.page.locator(".sortable-ghost")).to_have_count(1)
    mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=steps)
    mouse.up()


class Hands(Protocol):
    """How a person works a page."""

    def go_to(self, target: Locator) -> None:
        """Bring a control before one's eyes, or under the keys."""

    def press(self, target: Locator) -> None:
        """Follow a link, press a button, open what can be opened."""

    def write(self, target: Locator, text: str) -> None:
        """Put a text into a field."""

    def hand_in(self, target: Locator, listing: Path) -> None:
        """Put a file into a file field."""


class Mouse:
    """Points and clicks."""

    def go_to(self, target: Locator) -> None:
        find(target)
        target.evaluate("control => control.scrollIntoView({ block: 'center', behavior: 'instant' })")

    def press(self, target: Locator) -> None:
        find(target)
        target.click()

    def write(self, target: Locator, text: str) -> None:
        find(target)
        target.click()
        target.fill(text)

    def hand_in(self, target: Locator, listing: Path) -> None:
        find(target)
        target.set_input_files(listing)


class Touch(Mouse):
    """Has a finger."""

    def press(self, target: Locator) -> None:
        find(target)
        target.tap()

    def write(self, target: Locator, text: str) -> None:
        find(target)
        target.tap()
        target.fill(text)


# What lies before the control in hand is reached by going back.
STANDS_BEFORE = """(target) => {
  const focused = document.activeElement;
  const precedes = focused.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_PRECEDING;
  return focused !== document.body && precedes !== 0;
}"""


class Keyboard:
    """Has Tab, Enter, Space and letters, and nothing else."""

    def go_to(self, target: Locator) -> None:
        expect(target).to_be_visible()
        target.page.wait_for_load_state()
        focused = target.and_(target.page.locator(":focus"))
        key = "Shift+Tab" if target.evaluate(STANDS_BEFORE) else "Tab"
        for _ in range(MOST_TABS):
            if focused.count():
                expect(target).to_be_in_viewport()
                return
            target.page.keyboard.press(key)
        raise AssertionError(f"{target} was not reached within {MOST_TABS} presses of {key}")

    def press(self, target: Locator) -> None:
        self.go_to(target)
        # By the control that has the focus: unlike the bare key, that ends when another page has come of it.
        target.press("Enter" if target.and_(target.page.locator("a")).count() else "Space")

    def write(self, target: Locator, text: str) -> None:
        self.go_to(target)
        Keys(target.page).press("Control+A")
        target.page.keyboard.insert_text(text)

    def hand_in(self, target: Locator, listing: Path) -> None:
        # Choosers are caught for as long as anyone listens. Who began to listen with the key press itself could be late
        # on a busy machine, and the key would open a window that nobody answers.
        choosers: list[FileChooser] = []
        target.page.on("filechooser", lambda chooser: choosers.append(chooser))
        self.go_to(target)
        expect(target).to_be_focused()
        with target.page.expect_file_chooser():
            Keys(target.page).press("Space")
        choosers[0].set_files(listing)


# All of the control must be seen, with its words, and nothing may lie over it; of a text's field, where one begins.
OUT_OF_REACH = """(control) => {
  const [{ left, top, right, bottom }] = control.getClientRects();
  const box = { left, top, right, bottom: control.matches("textarea") ? Math.min(bottom, top + 48) : bottom };
  const seen = { right: document.documentElement.clientWidth, bottom: window.innerHeight };
  const inset = 3; // pixels, for round corners
  const points = [[(left + right) / 2, (top + box.bottom) / 2]];
  for (const x of [box.left + inset, box.right - inset]) {
    for (const y of [box.top + inset, box.bottom - inset]) points.push([x, y]);
  }
  const covers = points
    .map(([x, y]) => document.elementFromPoint(x, y))
    .filter((top) => !control.contains(top) && ![...(control.labels ?? [])].some((label) => label.contains(top)));
  const wrong = [];
  if (box.left < 0 || box.top < 0 || box.right > seen.right + 0.5 || box.bottom > seen.bottom + 0.5) {
    wrong.push(`cut off by the screen: ${[box.left, box.top, box.right, box.bottom].map(Math.round)}`);
  } else if (covers.length > 0) {
    wrong.push(`covered by ${covers.map((top) => top && `${top.tagName}.${top.className}`)}`);
  }
  const { scrollWidth: needs, clientWidth: has } = control;
  if (has && needs > has + 1 && !control.matches("input, textarea, select")) {
    wrong.push(`words cut off: ${needs} px in ${has}`);
  }
  return wrong.join("; ");
}"""


@dataclass(frozen=True)
class Careful:
    """Works by someone's hands, and looks first: all of a control can be seen, and nothing covers it."""

    hands: Hands

    def go_to(self, target: Locator) -> None:
        self.hands.go_to(target)
        wrong = target.evaluate(OUT_OF_REACH)
        assert not wrong, f"{target}: {wrong}"

    def press(self, target: Locator) -> None:
        self.go_to(target)
        self.hands.press(target)

    def write(self, target: Locator, text: str) -> None:
        self.go_to(target)
        self.hands.write(target, text)

    def hand_in(self, target: Locator, listing: Path) -> None:
        self.go_to(target)
        self.hands.hand_in(target, listing)


@dataclass
class Stage:
    """The browser and who is in it; keeps every complaint that a page made."""

    browser: Browser
    url: str
    log_ins: dict[str, Any] = field(default_factory=dict)  # the cookies of who is logged in, by e-mail
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def enter(self, *, hands: Hands | None = None, javascript: bool = True, **screen: Any) -> "Person":
        """Return someone with a browser of their own, logged in nowhere; `screen` as Playwright names its options."""
        context = self.browser.new_context(
            base_url=self.url,
            java_script_enabled=javascript,
            accept_downloads=True,
            **{"reduced_motion": "reduce", **screen},
        )
        context.set_default_timeout(SECONDS)
        context.on("console", self._listen)
        context.on("request", self._follow)
        context.on("response", self._look)
        context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))
        self.contexts.append(context)
        return Person(context.new_page(), hands or Mouse(), javascript, self.log_ins)

    def leave(self) -> None:
        """Close everyone's browser."""
        for context in self.contexts:
            context.close()

    def _listen(self, message: ConsoleMessage) -> None:
        # A violation of the Content-Security-Policy is such an error, too.
        if message.type in {"error", "warning"} and not REFUSAL.match(message.text):
            self.complaints.append(f"{message.type} at {message.location['url']}: {message.text}")

    def _follow(self, request: Request) -> None:
        if not request.url.startswith(f"{self.url}/"):
            self.complaints.append(f"request to another host: {request.url}")

    def _look(self, response: Response) -> None:
        if response.status >= 500 or (response.status >= 400 and "/static/" in response.url):
            self.complaints.append(f"{response.status}: {response.url}")


@dataclass
class Person:
    """Someone at a browser. Every method ends when the page says that it is done."""

    page: Page
    hands: Hands
    javascript: bool
    log_ins: dict[str, Any] = field(default_factory=dict)

    @property
    def keys(self) -> Keys:
        """The keyboard of someone who may use a mouse, too."""
        return Keys(self.page)

    def goto(self, address: str) -> None:
        """Type an address, or follow a link from a mail."""
        self.page.goto(address)

    def press_link(self, name: str | re.Pattern[str]) -> None:
        """Follow the first link with this name."""
        self.hands.press(self.page.get_by_role("link", name=name, exact=True).first)

    def press_button(self, name: str | re.Pattern[str]) -> None:
        """Press the button with this name."""
        self.hands.press(self.page.get_by_role("button", name=name, exact=True))

    def write(self, label: str, text: str) -> None:
        """Fill in the field with this label."""
        self.hands.write(self.page.get_by_label(label, exact=True), text)

    def sees(self, heading: str | re.Pattern[str]) -> None:
        """Wait for the page with this heading."""
        expect(self.page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        self.page.wait_for_load_state()

    # --- who one is ---------------------------------------------------------------------------------------

    def log_in(self, email: str) -> None:
        """Log in as one of the demo's people."""
        self.goto("/accounts/login/")
        self.write("Email", email)
        self.write("Password", DEMO_PASSWORD)
        self.press_button("Log in")
        expect(self.page.locator("summary", has_text="Account:")).to_be_visible()

    def come_back(self, email: str) -> None:
        """Be one of the demo's people, still logged in from an earlier day, as most are; the first time logs in."""
        if email in self.log_ins:
            self.page.context.add_cookies(self.log_ins[email])
            self.goto("/")
        if not self.page.locator("summary", has_text="Account:").count():
            self.log_in(email)
            self.log_ins[email] = self.page.context.cookies()

    def sign_up(self, name: str, *, button: str) -> None:
        """Fill in the sign-up form that is open."""
        self.write("Name", name)
        self.write("Email", f"{name.lower().replace(' ', '.')}@example.org")
        self.write("Password", PASSWORD)
        self.press_button(button)
        expect(self.page.locator("summary", has_text="Account:")).to_contain_text(name)

    def start_group(self, name: str, *, category: str) -> None:
        """Go from the first page, as a stranger, to a group of one's own."""
        self.goto("/")
        self.press_link("Start a group")
        self.sees("Sign up")
        self.sign_up(f"Olga of {name}", button="Sign up")
        self.sees("Start a group")
        self.write("Name of the group", name)
        self.write("What do you read? optional", category)
        self.press_button("Start the group")
        self.sees("This week")

    def invite(self) -> str:
        """Make an invitation and return its link."""
        self.press_link("Members")
        self.sees("Members")
        self.press_button("Make a link")
        field = self.page.get_by_label("The link, shown only now")
        expect(field).to_be_visible()
        return field.input_value()

    def join(self, link: str, name: str) -> None:
        """Follow an invitation as a stranger."""
        self.goto(link)
        self.sees(re.compile("^Join "))
        self.sign_up(name, button="Sign up and go on")
        self.press_button("Join the group")
        self.sees("This week")

    # --- a listing goes in --------------------------------------------------------------------------------

    def open_upload(self) -> None:
        """Find the way from the first page to the upload."""
        self.goto("/")
        self.hands.press(self.page.locator("summary", has_text="Account:"))
        self.press_link("Listings")
        self.sees("Listings")
        self.press_link("Upload a listing")
        self.sees("Upload a listing")

    def upload(self, listing: Path) -> None:
        """Send a file from the upload's page."""
        self.hands.hand_in(self.page.locator("input[type=file]"), listing)
        self.press_button("Read it")

    def wait_for_import(self, outcome: str) -> None:
        """Wait on an import's page for what it comes to; without JavaScript by looking again and again."""
        heading = self.page.get_by_role("heading", name=outcome)
        again = self.page.get_by_role("link", name="Look again")
        expect(heading.or_(again)).to_be_visible()
        while not self.javascript and again.count():
            with self.page.expect_navigation():
                self.hands.press(again)
        expect(heading).to_be_visible(timeout=WORKER_SECONDS)

    # --- reading and talking ------------------------------------------------------------------------------

    def open_day(self, day: str) -> None:
        """Go to a day of those that the day page offers."""
        self.press_link("Day")
        self.sees("·")
        self.press_link(day)
        expect(self.page.get_by_role("link", name=day, exact=True)).to_have_attribute("aria-current", "page")

    def row(self, title: str) -> Locator:
        """Return a paper's line in a list."""
        return self.page.get_by_role("article").filter(has=self.page.get_by_role("link", name=title))

    def vote(self, where: Locator) -> None:
        """Press the vote button there. It shows before the server has it."""
        with self.page.expect_response(re.compile("/vote/$")):
            self.hands.press(where.get_by_role("button", name=re.compile("^Vote")))

    def open_paper(self, title: str) -> None:
        """Follow a paper's title."""
        self.press_link(title)
        self.sees(title)

    def comment(self, text: str) -> None:
        """Say something about the paper that is open."""
        self.write("Your comment", text)
        self.press_button("Comment")
        if self.javascript:  # else it is another page
            expect(self.page.locator(".comment:focus")).to_be_visible()

    def take(self) -> None:
        """Take the paper that is open."""
        self.press_button("I’ll take it")

    # --- the agenda ---------------------------------------------------------------------------------------

    def open_agenda(self) -> None:
        """Go to the meeting that the votes are for."""
        self.press_link("Week")
        self.sees("This week")
        self.press_link(re.compile("^Agenda"))
        expect(self.page.get_by_role("heading", name="Agenda", exact=True)).to_be_visible()

    def publish(self) -> None:
        """Publish the agenda that is open."""
        self.press_button("Publish this agenda")
        expect(self.page.get_by_text("Members see every change at once.")).to_be_visible()

    def export(self, label: str) -> bytes:
        """Take the agenda along in one of its formats."""
        with self.page.expect_download() as download:
            self.press_link(label)
        return Path(download.value.path()).read_bytes()

    def print(self) -> str:
        """Open the page to print, return its markup, and come back."""
        self.press_link("Print")
        expect(self.page.locator("body.sheet")).to_be_visible()
        self.page.wait_for_load_state()
        markup = self.page.content()
        self.page.go_back()
        return markup
