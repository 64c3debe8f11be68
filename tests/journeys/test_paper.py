"""On a paper's page, and from the row of a list: citing, and reading at arXiv, by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.pages import Person, Stage

pytestmark = pytest.mark.journey


def enter(stage: Stage, name: str = "member@example.org") -> Person:
    person = stage.enter()
    person.come_back(name)
    return person


def copied(person: Person) -> str:
    return str(person.page.evaluate("() => navigator.clipboard.readText()"))


def test_bibtex_is_copied_by_key_and_by_button_and_the_pdf_opens(stage: Stage) -> None:
    person = enter(stage)
    page, keys = person.page, person.keys
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.context.route("https://arxiv.org/**", lambda route: route.fulfill(body="%PDF", content_type="text/plain"))
    person.goto("/g/demo/?show=top")
    keys.press("j")
    number = page.locator("[data-row]:focus-within .row__meta a[href^='https://arxiv.org/abs/']").first.inner_text()

    keys.press("b")
    expect(page.locator("#status")).to_have_text("BibTeX copied.")
    assert copied(person).startswith(f"@misc{{{number.partition('v')[0]},")
    with page.context.expect_page() as opened:
        keys.press("p")
    expect(opened.value).to_have_url(f"https://arxiv.org/pdf/{number}")
    opened.value.close()

    keys.press("o")
    cite = page.locator("details.cite")
    person.hands.press(cite.locator("summary"))
    button = page.locator("[data-copy='cite-ris']")
    person.hands.press(button)
    expect(button).to_have_text("Copied")
    expect(page.locator("#status")).to_have_text("Copied")
    assert copied(person).startswith("TY  - ")
    with page.expect_download() as download:
        cite.get_by_role("link", name="Download BibTeX").click()
    assert re.fullmatch(r"[\d.]+\.bib", download.value.suggested_filename)
    with page.context.expect_page() as opened:
        keys.press("p")
    expect(opened.value).to_have_url(f"https://arxiv.org/pdf/{number.partition('v')[0]}")
    # Nothing but what was asked for went to another host.
    assert {text.partition("/pdf/")[0] for text in stage.complaints} == {"request to another host: https://arxiv.org"}
    stage.complaints.clear()


@pytest.mark.parametrize("javascript", [True, False])
def test_one_goes_through_a_list_paper_by_paper_and_back_to_its_row(stage: Stage, javascript: bool) -> None:
    person = stage.enter(javascript=javascript)
    person.come_back("member@example.org")
    page, keys = person.page, person.keys
    person.goto("/g/demo/?show=all&sort=votes")
    titles = [text.partition("] ")[2] for text in page.locator(".row__title").all_inner_texts()][:3]
    heading = page.get_by_role("heading", level=1)

    page.locator(".row__title a").nth(1).click()
    expect(heading).to_have_text(titles[1])
    for key, name, title in (("]", "Next", titles[2]), ("[", "Previous", titles[1]), ("[", "Previous", titles[0])):
        if javascript:
            keys.press(key)
        else:
            person.press_link(name)
        expect(heading).to_have_text(title)
    person.press_link("All papers")
    person.sees("This week")
    row = page.locator(f"article:has-text({titles[0]!r})").first
    expect(page).to_have_url(re.compile(rf"\?show=all&sort=votes#{row.get_attribute('id')}$"))
    if javascript:
        keys.press("j")
        expect(page.locator("[data-row]:focus-within .row__title")).to_contain_text(titles[1])


def test_count_opens_the_names_and_escape_closes_them(stage: Stage) -> None:
    person = enter(stage)
    page, keys = person.page, person.keys
    person.goto("/g/demo/?show=top")
    row = page.locator("[data-row]").first
    count = row.locator("a.vote__count")
    number = count.inner_text().split()[0]

    row.locator(".vote__button").focus()
    keys.press("Tab")
    expect(count).to_be_focused()
    keys.press("Enter")
    names = row.locator(".voters__list li")
    expect(names).to_have_count(int(number))
    expect(row.locator("summary.vote__count")).to_be_focused()
    names.first.hover()
    expect(names.first).to_be_visible()
    keys.press("Escape")
    expect(names.first).to_be_hidden()
    expect(row.locator("summary.vote__count")).to_be_focused()


def test_authors_open_in_their_line_and_voters_are_a_page_without_javascript(stage: Stage) -> None:
    person = stage.enter(javascript=False)
    person.come_back("guest@example.org")
    person.goto("/g/demo/?show=top")

    more = person.page.locator(".row__authors", has_text=re.compile(r"^\+ \d+ more$")).first
    names = more.locator("xpath=following-sibling::*[1]")
    expect(names).to_be_hidden()
    more.locator("summary").click()
    expect(names).to_be_visible()
    person.page.locator("a.vote__count").first.click()

    person.sees(re.compile(r"^\d+ votes$"))
    expect(person.page.locator(".voters-page li").nth(1)).to_be_visible()


def test_new_comments_are_found_by_key_and_read_by_looking(stage: Stage) -> None:
    writer, reader = enter(stage, "organiser@example.org"), enter(stage, "guest@example.org")
    writer.goto("/g/demo/?show=top")
    titles = [text.partition("] ")[2] or text for text in writer.page.locator(".row__title").all_inner_texts()]
    title = titles[4]
    writer.open_paper(title)
    writer.comment("Is this one of ours?")
    expect(writer.page.locator("#status")).to_have_text("Comment saved.")

    page, keys = reader.page, reader.keys
    reader.goto("/g/demo/?show=top")
    new = reader.row(title).locator(".unread")
    expect(new).to_have_text(re.compile(r"^\d+ new$"))
    rows = page.locator("[data-row]:has(.unread)")
    for _ in range(rows.count()):
        keys.press("n")
        if page.locator("[data-row]:focus-within .row__title").inner_text().endswith(title):
            break
    with page.expect_response(lambda answer: answer.url.endswith("/read/")) as answer:
        keys.press("o")
    assert answer.value.status == 200
    expect(page.locator(".comment--unread").last).to_contain_text("Is this one of ours?")
    page.go_back()
    expect(reader.row(title)).to_be_visible()
    page.reload()
    expect(reader.row(title).locator(".unread")).to_have_count(0)
