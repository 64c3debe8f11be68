"""XML from strangers: entry by entry, damage kept local, hostile documents refused or survived quickly."""

import random
import time

import pytest

from core import limits
from core.xml_reading import BrokenXml, DamagedEntry, XmlElement, root_name, text_of, xml_elements

HEAD = "<?xml version='1.0'?>\n<rss>\n<channel>\n<title>T</title>\n"
ITEM = "<item>\n<title>a</title></item>\n"
END = "</channel></rss>"


def found(text: str) -> list[tuple[str, int, int | None]]:
    """Return what was found: kind, line and position."""
    elements = xml_elements(text, entry="item", around=("title",), inside=("channel",))
    return [(e.name if isinstance(e, XmlElement) else "damaged", e.line, e.position) for e in elements]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD + ITEM + ITEM + END, [("title", 4, None), ("item", 5, 1), ("item", 7, 2)]),
        (HEAD + ITEM, [("title", 4, None), ("item", 5, 1), ("damaged", 6, None)]),
        (HEAD + ITEM + ITEM[:12], [("title", 4, None), ("item", 5, 1), ("damaged", 7, 2)]),
        (
            HEAD + ITEM + "<item><b></item>\n" + ITEM + END,
            [("title", 4, None), ("item", 5, 1), ("damaged", 7, 2), ("item", 8, 3)],
        ),
        (
            HEAD + "<item><b>\n" + ITEM + END,
            [("title", 4, None), ("damaged", 5, 1), ("item", 6, 2)],
        ),
        (
            HEAD + "<item><![CDATA[ never closed\n" + ITEM + END,
            [("title", 4, None), ("damaged", 5, 1), ("item", 6, 2)],
        ),
        ("<rss><channel/></rss>", []),
        ("<rss><channel><title>T</title></channel></rss>", [("title", 1, None)]),
        ("<x:rss xmlns:x='y'><x:channel><x:item/></x:channel></x:rss>", [("item", 1, 1)]),
        (
            HEAD + ITEM + ITEM + "<title>U</title>" + END,
            [("title", 4, None), ("title", 9, None), ("item", 5, 1), ("item", 7, 2)],
        ),
        (
            HEAD + ITEM + "<item><b></item>\n" + ITEM + "<title>U</title>\n<title>V",
            [
                ("title", 4, None),
                ("title", 10, None),
                ("item", 5, 1),
                ("damaged", 7, 2),
                ("item", 8, 3),
                ("damaged", 11, None),
            ],
        ),
        (HEAD + "</b>" + ITEM + "<title>U</title>" + END, [("title", 4, None), ("damaged", 5, 1)]),
        ("<rss><channel><!-- an <item> -->\n<title>T</title><item/>" + END, [("title", 2, None), ("item", 1, 1)]),
        (
            HEAD + ITEM + "<item><![CDATA[ an <item> ]]></item>\n<title>U</title>" + END,
            [("title", 4, None), ("title", 8, None), ("item", 5, 1), ("item", 7, 2)],
        ),
    ],
)
def test_a_damaged_entry_spoils_no_other(text: str, expected: list[tuple[str, int, int | None]]) -> None:
    assert found(text) == expected


def test_characters_that_xml_forbids_spoil_nothing() -> None:
    text = "<rss><item>R&D &nbsp; \x01&#0;&#x1f;&#65; <![CDATA[R&D &amp;]]> &lt;</item></rss>"

    texts = [text_of(e.element) for e in xml_elements(text, entry="item") if isinstance(e, XmlElement)]

    assert [" ".join(each.split()) for each in texts] == ["R&D &nbsp; A R&D &amp; <"]


@pytest.mark.parametrize("text", ["", "plain", "<rss", HEAD[:30], "<?xml", "<!-- ", "<a><b></a>"])
def test_what_is_no_xml_is_refused(text: str) -> None:
    with pytest.raises(BrokenXml, match=r"^The file is not well-formed XML, and nothing in it could be read\.$"):
        list(xml_elements(text, entry="item"))


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE lolz [<!ENTITY l0 "lol">{LAUGHS}]>',
        f'<!DOCTYPE q [<!ENTITY a "{"a" * 1_000_000}">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:1/">]>',
        "<!doctype html>",
    ],
)
@pytest.mark.parametrize("before", ["", "<?xml version='1.0'?>\n<!-- a -->\n<?b?> "])
def test_a_doctype_is_refused(doctype: str, before: str) -> None:
    with pytest.raises(BrokenXml, match=r"^The XML file has a DOCTYPE"):
        list(xml_elements(f"{before}{doctype}<rss><item>&e;</item></rss>", entry="item"))


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "<a>" * 20_000,
        HEAD + "<item>" + "<a>" * 20_000 + "</item>" + ITEM + END,
        HEAD + f"<item x='{'a' * 12_000_000}'/>" + END,
        HEAD + f"<item>{'a' * 12_000_000}</item>" + END,
        HEAD + "<item>" + "&amp;" * 2_000_000 + "</item>" + END,
        HEAD + "<item>" + "".join(f"<a xmlns:b{n}='x'/>" for n in range(100_000)) + "</item>" + END,
        HEAD + "<item " + " ".join(f"a{n}='x'" for n in range(500_000)) + "/>" + END,
        HEAD + "<item><![CDATA[" * 19_000,
        HEAD + "<item a='&" * 19_000,
        HEAD + "<!-- " * 2_000_000,
        "<?a?>" * 2_000_000,
        "<!-- " * 2_000_000,
    ],
)
def test_hostile_documents_are_read_or_refused_within_seconds(text: str) -> None:
    begun = time.process_time()

    try:
        elements = xml_elements(text, entry="item", around=("title",), inside=("channel",))
        read = sum(1 for one in elements if not isinstance(one, XmlElement) or one.position)
    except BrokenXml:
        read = 0

    assert time.process_time() - begun < 5
    assert read <= 19_000


def test_too_many_entries_are_refused_before_they_fill_the_memory() -> None:
    with pytest.raises(BrokenXml, match=r"^A listing may have 20,000 entries; this one has more\. Split the file\.$"):
        list(xml_elements("<rss>" + "<item/>" * (limits.UPLOAD_ENTRIES + 1), entry="item"))


def test_cut_or_changed_anywhere_nothing_else_is_raised() -> None:
    text = HEAD + ITEM * 40 + END
    chance = random.Random(7)
    changed = [text[:length] for length in range(0, len(text), 11)]
    changed += [text[:at] + chance.choice("<>&\"'/ ]") + text[at + 1 :] for at in chance.sample(range(len(text)), 400)]

    for mutant in changed:
        try:
            read = list(xml_elements(mutant, entry="item", around=("title",), inside=("channel",)))
        except BrokenXml:
            continue
        assert all(isinstance(each, XmlElement | DamagedEntry) for each in read)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("<?xml version='1.0'?>\n<rss>", "rss"),
        ("\n <!-- <rss> --> <rdf:RDF xmlns='x'>", "RDF"),
        ("<!DOCTYPE rss SYSTEM 'x'><rss>", "rss"),
        ("<!doctype HTML><rss>", "html"),
        ("<html>", "html"),
        ("<OAI-PMH xmlns='x'>", "OAI-PMH"),
        ("a <rss>", ""),
        ("", ""),
        ("<", ""),
    ],
)
def test_the_root_is_told(head: str, name: str) -> None:
    assert root_name(head) == name
