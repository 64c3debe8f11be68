"""Announcement mails: the recorded ones, our own sample, its damage in saving and pasting, and broken ones."""

import email.policy
import re
from collections.abc import Callable
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from papers.parsers import announcement_mail, registry
from papers.parsers.record import Reading, Record, Unreadable, to_json
from tests.papers.parsers.hostile import survives
from tests.papers.parsers.recorded import differences, read_recorded

DATA = Path(__file__).parents[2] / "data" / "mail"
MAIL = (DATA / "cs.LG-2016-06-28.txt").read_text(encoding="utf-8")
HEAD, _, BODY = MAIL.partition("\n\n")
FIRST = MAIL[MAIL.index("\\\\\narXiv:") :]
RULER = "-" * 78
DAY = date(2016, 6, 28)
NOT_ALL_NAMED = "Entries that do not name all their authors: 1."
DATE_INFERRED = (
    "The mail does not say when arXiv sent it: we took the first working day after its last paper was received. "
    "Please check the date."
)

RECORDED = [
    "cs-2024-11-22-pasted.txt",
    "cs-2026-02-13-excerpt.txt",
    "derived-q-fin.CP-2023-03-17.eml",
    "derived-q-fin.PR-no-new.txt",
    "q-fin-2023-03-17.txt",
    "q-fin.CP-2023-03-17.txt",
    "q-fin.EC-2023-03-17.txt",
    "q-fin.GN-2023-03-16.txt",
    "q-fin.MF-2023-03-16.txt",
    "q-fin.PM-2023-03-16.txt",
    "q-fin.PR-2023-03-13.txt",
    "q-fin.RM-2023-03-17.txt",
    "q-fin.ST-2023-03-17.txt",
    "q-fin.TR-2023-03-17.txt",
]

RECORDS = [
    Record(
        position=1,
        arxiv_id="1606.08415",
        title="Gaussian Error Linear Units (GELUs)",
        abstract="The unit weighs its input by its value. With $x_1 \\\\ x_2$ inside a line \\\\ and a mark alone, the "
        "text goes on. Results: this line is no field.\n\nA paragraph of its own, on two lines.",
        authors=("Dan Hendrycks", "Kevin Gimpel"),
        primary_category="cs.LG",
        categories=("cs.LG",),
        announce_type="new",
        comments="Trimmed version of 2016 draft; 5 pages",
        journal_ref="none, Vol. 1 (2016) 12",
        doi="10.1000/first",
    ),
    Record(
        position=2,
        arxiv_id="1606.07792",
        title="Wide & Deep Learning for Recommender Systems",
        abstract="A linear model remembers and a deep network generalises.",
        authors=("Heng-Tze Cheng", "Levent Koç", "Jeremiah Harmsen"),
        primary_category="cs.LG",
        categories=("cs.LG", "cs.IR", "stat.ML"),
        announce_type="new",
    ),
    Record(
        position=3,
        arxiv_id="1606.08813",
        title='European Union regulations on algorithmic decision-making and a "right to explanation"',
        abstract="We ask what a new law means for learning.",
        authors=("Bryce Goodman", "Seth Flaxman"),
        primary_category="stat.ML",
        categories=("stat.ML", "cs.CY", "cs.LG"),
        announce_type="cross",
    ),
    Record(
        position=4,
        arxiv_id="1412.6980",
        title="Adam: A Method for Stochastic Optimization",
        authors=("Diederik P. Kingma", "Jimmy Ba"),
        primary_category="cs.LG",
        categories=("cs.LG",),
        announce_type="replace",
    ),
    Record(
        position=5,
        arxiv_id="1512.03385",
        title="Deep Residual Learning for Image Recognition",
        authors=("Kaiming He", "Xiangyu Zhang", "Shaoqing Ren", "Jian Sun"),
        primary_category="cs.CV",
        categories=("cs.CV", "cs.LG"),
        announce_type="replace-cross",
    ),
]


def read(text: str | bytes, **given: Any) -> Reading:
    """Read a mail by its content, as an import does."""
    data = text.encode() if isinstance(text, str) else text
    found = registry.detect(data)
    assert found
    assert found.name == "mail"
    return announcement_mail.read(data, **given)


def reasons(reading: Reading) -> list[tuple[int | None, int | None, str]]:
    return [(problem.line, problem.position, problem.reason) for problem in reading.problems]


@pytest.mark.parametrize("name", RECORDED)
def test_recorded_mails_are_read_as_expected(shared_data: Path, name: str) -> None:
    answer = read_recorded(shared_data, f"mail/{name}")

    assert differences(shared_data, f"mail/{name}", answer) == []
    assert answer["format"] == "mail"
    assert answer["problems"] == []
    assert set(answer["notes"]) <= {DATE_INFERRED}


def test_every_part_of_a_mail_is_read() -> None:
    reading = read(MAIL)

    assert list(reading.records) == RECORDS
    assert (reading.category, reading.date, reading.entries) == ("cs.LG", DAY, 5)
    assert (reading.problems, reading.notes) == ([], [NOT_ALL_NAMED])


def test_category_and_date_that_are_given_win() -> None:
    reading = read(MAIL, category="cs.AI", date=date(2016, 6, 29))

    assert (reading.category, reading.date) == ("cs.AI", date(2016, 6, 29))


# --- damage -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        lambda mail: re.sub("^", "> ", mail, flags=re.MULTILINE),
        lambda mail: re.sub("^", "> > ", mail, flags=re.MULTILINE),
        lambda mail: re.sub("^", ">>", mail, flags=re.MULTILINE),
        lambda mail: re.sub("^", "    ", mail, flags=re.MULTILINE),
        lambda mail: "Look at the second one!\n\n" + re.sub("^", "> ", mail, flags=re.MULTILINE),
        lambda mail: mail.replace("\n", "\n\n"),
        lambda mail: mail.replace("\n", "\r\n"),
        lambda mail: mail.replace("\n", "\r"),
        lambda mail: mail.replace("\n", "  \n"),
        lambda mail: mail.replace("  ", "\u00a0 "),
        lambda mail: mail.replace(" ", "\u00a0"),
        lambda mail: mail.replace("\n  ", "\n\t"),
        lambda mail: "\ufeff" + mail,
        lambda mail: "\u200b" + mail.replace(": ", ": \u200b"),
        lambda mail: "\n".join(line for line in mail.split("\n") if line != RULER),
        lambda mail: mail.replace("%%%---" * 13, ""),
        lambda mail: re.sub(r"(\\\\ \( \S+ ,) ", r"\1\n", mail),
        lambda mail: re.sub(r"\\\\ \( .*", r"\\\\", mail),
        lambda mail: mail.replace("28 Jun 16", " 28 Jun 2016"),
        lambda mail: mail.replace("28 Jun 16 00:31:14 GMT", "27 Jun 2016 20:31:14 -0400"),
        lambda mail: mail + "\n_______________\nlist mailing list\n",
    ],
)
def test_a_damaged_mail_reads_like_the_one_that_was_sent(damage: Callable[[str], str]) -> None:
    reading = read(damage(MAIL))

    assert list(reading.records) == RECORDS
    assert (reading.category, reading.date) == ("cs.LG", DAY)
    assert (reading.problems, reading.notes) == ([], [NOT_ALL_NAMED])


def test_a_mail_that_lost_its_indentation_loses_only_paragraphs() -> None:
    reading = read("\n".join(line.lstrip() for line in MAIL.split("\n")))

    first, *others = reading.records
    assert others == RECORDS[1:]
    assert first.title == RECORDS[0].title
    assert first.abstract == (RECORDS[0].abstract or "").replace("\n\n", " ")


@pytest.mark.parametrize("begin", ["\\\\\narXiv:", "arXiv:1606.08415"])
def test_a_mail_without_head_reads_too(begin: str) -> None:
    reading = read(MAIL[MAIL.index(begin) :])

    assert list(reading.records) == RECORDS
    assert (reading.category, reading.date, reading.problems) == (None, None, [])


def test_without_a_subject_a_single_name_tells_the_category() -> None:
    named = BODY.replace(" Submissions to:\nLearning", "Submissions to:\nMachine Learning")

    assert read(named).category == "cs.LG"
    assert read(named.replace("Machine Learning", "Machine Learning\nRobotics")).category == "cs"
    assert read(named.replace("Machine Learning", "Of a Name Unknown")).category == "cs"


@pytest.mark.parametrize(
    ("until", "day"),
    [
        ("Mon 27 Jun 16 18:00:00 GMT", date(2016, 6, 28)),
        ("Thu 30 Jun 16 18:00:00 GMT", date(2016, 7, 1)),
        ("Fri  1 Jul 16 18:00:00 GMT", date(2016, 7, 4)),
    ],
)
def test_without_a_date_it_is_inferred_and_said(until: str, day: date) -> None:
    reading = read(BODY.replace("Mon 27 Jun 16 18:00:00 GMT", until))

    assert reading.date == day
    assert reading.notes == [DATE_INFERRED, NOT_ALL_NAMED]


def test_what_is_quoted_of_a_date_stands_on_one_line() -> None:
    reading = announcement_mail.read(b"Date: Tue, 31 Jun 16\x0bDate: Tue, 31 Jun 16\n")

    assert [one.reason for one in reading.problems] == ["unreadable date: ‹Tue, 31 Jun 16 Date: Tue, 31 Jun 16›"]


def test_a_mail_passed_on_weeks_later_does_not_take_that_day() -> None:
    reading = read(MAIL.replace("Tue, 28 Jun 16", "Tue, 26 Jul 16"))

    assert (reading.date, reading.notes) == (DAY, [DATE_INFERRED, NOT_ALL_NAMED])


@pytest.mark.parametrize(
    ("subject", "category"),
    [
        ("cs.LG daily Subj-class mailing", "cs.LG"),
        ("q-fin daily 13 new +  crosses received", "q-fin"),
        ("Fwd: [lab] astro-ph.GA daily 3 new", "astro-ph.GA"),
        ("our papers", "cs"),
    ],
)
def test_the_subject_tells_the_category(subject: str, category: str) -> None:
    assert read(MAIL.replace("cs.LG daily Subj-class mailing", subject)).category == category


def test_a_second_mail_in_the_file_is_left_out_and_said() -> None:
    line = MAIL.count("\n") + MAIL[: MAIL.index("received from")].count("\n") + 1

    reading = read(MAIL + MAIL)

    assert list(reading.records) == RECORDS
    assert f"Another mail begins at line {line} and was not read: upload it as a file of its own." in reading.notes


def test_a_second_mail_behind_a_cut_one_is_left_out_and_said() -> None:
    cut = MAIL[: MAIL.index("%%%---")]

    reading = read(cut + MAIL)

    assert list(reading.records) == RECORDS
    assert len(reading.notes) == 2


def test_an_announcement_without_papers_is_empty_and_not_broken() -> None:
    reading = read(MAIL[: MAIL.index("\\\\\narXiv")])

    assert (list(reading.records), reading.problems) == ([], [])
    assert (reading.category, reading.date) == ("cs.LG", DAY)


# --- saved mails ------------------------------------------------------------------------------------------


def saved(encoding: str, *, charset: str = "utf-8", text: str = BODY) -> EmailMessage:
    message = EmailMessage(policy=email.policy.SMTP)
    message["Date"] = "Tue, 28 Jun 2016 00:31:14 +0000"
    message["Subject"] = "cs.LG daily Subj-class mailing"
    message["From"] = "no-reply@arxiv.org"
    message["To"] = "rabble@arxiv.org"
    message.set_content(text, cte=encoding, charset=charset)
    return message


def with_a_picture(message: EmailMessage) -> EmailMessage:
    message.add_alternative("<p>see the text</p>", subtype="html")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png")
    return message


def passed_on(message: EmailMessage) -> EmailMessage:
    outer = EmailMessage(policy=email.policy.SMTP)
    outer["Date"] = "Fri, 01 Jul 2016 10:00:00 +0000"
    outer["Subject"] = "Fwd: look"
    outer.set_content("see below")
    outer.add_attachment(message)
    return outer


@pytest.mark.parametrize(
    "message",
    [
        saved("7bit"),
        saved("quoted-printable"),
        saved("base64"),
        saved("quoted-printable", charset="iso-8859-1"),
        with_a_picture(saved("base64")),
        with_a_picture(saved("quoted-printable")),
        passed_on(saved("base64")),
        passed_on(with_a_picture(saved("7bit"))),
    ],
)
def test_a_saved_mail_reads_like_its_text(message: EmailMessage) -> None:
    reading = read(message.as_bytes())

    assert list(reading.records) == RECORDS
    assert (reading.category, reading.date) == ("cs.LG", DAY)
    assert (reading.problems, reading.notes) == ([], [NOT_ALL_NAMED])


def test_a_subject_that_is_encoded_and_folded_is_read() -> None:
    head = b"Subject: =?utf-8?q?cs=2ELG_daily?=\r\n =?utf-8?q?_Subj-class_mailing?=\r\n"
    data = re.sub(rb"Subject: .*\r\n", lambda _: head, saved("base64").as_bytes(), count=1)

    assert read(data).category == "cs.LG"


def test_lines_are_counted_in_the_text_of_an_encoded_mail() -> None:
    text = FIRST.replace("1606.08415", "1613.08415", 1)

    assert reasons(read(saved("base64", text=text).as_bytes())) == [(2, 1, "not a valid arXiv id: ‹1613.08415›")]
    assert reasons(read(text)) == [(2, 1, "not a valid arXiv id: ‹1613.08415›")]


def test_a_saved_mail_without_text_is_refused() -> None:
    message = saved("base64")
    message.replace_header("Content-Type", "text/html")

    with pytest.raises(Unreadable, match="has no text that can be read"):
        announcement_mail.read(message.as_bytes())


# --- broken ones ------------------------------------------------------------------------------------------


def test_each_problem_is_reported_where_it_is() -> None:
    reading = read((DATA / "broken.txt").read_bytes())

    assert reasons(reading) == [
        (1, None, "unreadable date: ‹Tue, 31 Jun 16 00:31:14 GMT›"),
        (6, 1, "not a valid arXiv id: ‹1613.08415›"),
        (17, 2, "no arXiv id found in this entry"),
        (27, 3, "entry ends before its closing mark"),
        (27, 3, "entry has no title"),
        (46, 5, "repeated: already entry 4"),
        (58, 6, "entry ends before its closing mark"),
    ]
    assert [(record.position, record.arxiv_id, record.title, record.authors) for record in reading.records] == [
        (3, "1606.07792", "", ("Heng-Tze Cheng",)),
        (4, "1606.08415", "Gaussian Error Linear Units (GELUs)", ("Dan Hendrycks", "Kevin Gimpel")),
        (6, "1412.6980", "Adam: A Method for", ()),
    ]
    assert (reading.entries, reading.notes) == (4, ["1 repeated entry merged"])
    assert (reading.category, reading.date) == ("cs.LG", None)


def test_windows_text_is_read_and_reported() -> None:
    reading = read(MAIL.replace("Seth Flaxman", "Séth Flaxman").encode("cp1252"))

    assert list(reading.records)[2].authors == ("Bryce Goodman", "Séth Flaxman")
    assert [problem.reason for problem in reading.problems] == ["not UTF-8: read as Windows-1252"]


def test_an_old_mail_with_abstracts_is_no_monthly_list() -> None:
    mail = (
        "\\\\\nPaper: hep-th/9711200\nFrom: J. M. <someone@example.com>\nDate: Thu, 27 Nov 1997 21:12:47 GMT\n\n"
        "Title: The Large N Limit\nAuthors: Juan M. Maldacena\n\\\\\n  Text.\n"
        "\\\\ ( http://arXiv.org/abs/hep-th/9711200 ,  19kb)\n"
    )

    assert [(record.arxiv_id, record.abstract) for record in read(mail).records] == [("hep-th/9711200", "Text.")]


@pytest.mark.parametrize(
    "data",
    [
        b"\\\\\n" * 10_000,
        b"> " * 50_000,
        b" " * 1_000_000 + FIRST.encode(),
        b"\n" * 1_000_000,
        FIRST.encode() + b"%%%---" * 20_000 + b"x",
        b"received from " + b" to " * 20_000 + b"\n" + FIRST.encode(),
        b"Subject: " + b"a-b." * 20_000 + b" daily\n" + FIRST.encode(),
        b"\\\\\narXiv:1606.08415\nTitle: " + b"a " * 50_000,
        b"\\\\\narXiv:1606.08415\nAuthors: " + b"(" * 50_000,
        b"Content-Type: multipart/mixed; boundary=x" + b"; a=b" * 20_000 + b"\n\n--x\n\n" + FIRST.encode(),
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain" + b";\n a=b" * 10_000 + b"\n\n",
        b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\nhello\n" * 20_000,
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1_000)),
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\n" + b"Content-Type: message/rfc822\n\n" * 2_000,
        b"Content-Type: text/plain; charset=latin-1\nTo: " + b"(" * 60_000 + b"\n\n" + FIRST.encode(),
        b"Content-Transfer-Encoding: base64\n\n" + b"\xff=" * 50_000,
        b"Content-Type: text/plain; charset=rot13\n\n" + FIRST.encode(),
    ],
)
def test_hostile_mails_are_read_or_refused_soon(data: bytes) -> None:
    survives(announcement_mail.read, data)
    registry.detect(data)


def test_ten_thousand_entries_are_read_in_a_few_seconds() -> None:
    entry = FIRST[: FIRST.index(RULER)]
    mail = HEAD + "\n\n" + "".join(entry.replace("1606.08415", f"1606.{n:05d}") for n in range(1, 10_001))

    survives(announcement_mail.read, mail.encode())
    assert to_json("", read(mail))["entries"] == 10_000
