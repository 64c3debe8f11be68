"""The head of the mail: whose listing it is, of which day, and how much it says that it holds."""

import datetime
import email.utils
import re
from dataclasses import dataclass, field

from core.categories import all_categories, archive_of, is_listing_name, looks_like_category
from papers.parsers.record import Problem, Reading, clip, fold_space, sensible

_QUOTED = 60  # characters of a wrong value shown in a problem
_PASSED_ON = datetime.timedelta(days=7)  # a mail with a date so long after its papers was passed on by somebody
_SUBJECT = re.compile(r"(?<![\w.-])([a-z]+(?:-[a-z]+)?(?:\.[A-Za-z-]+)?) +daily\b")
_COUNTS = re.compile(r"\bdaily +([0-9]{1,5}) +new(?: *\+ *([0-9]{1,5}) +cross(?:es|-lists)?)?", re.IGNORECASE)
_ADDRESS = re.compile(r"(?<!\w)To: *<?([a-z-]{1,20}(?:\.[a-z-]{1,20})?)@arxiv\.org", re.IGNORECASE)
_DATE = re.compile(
    r"(?:[A-Za-z]{3,9},? +)?[0-9]{1,2} +[A-Za-z]{3,9} +(?:[0-9]{4}|[0-9]{2})(?: +[0-9]{1,2}:[0-9]{2}.{0,40})?"
)
_RECEIVED = re.compile(r"received from {1,4}\S.{10,40}? {1,4}to {1,4}(\S.{10,40})")
_RULER = re.compile(r"-{40,160}")


@dataclass(slots=True)
class Preamble:
    """What stands before the first entry; of a mail that was passed on, the innermost head counts."""

    dates: list[tuple[int, str]] = field(default_factory=list)
    subject: str | None = None
    archive: str | None = None
    names: list[str] | None = None
    received: str | None = None
    stated: dict[str, int] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)  # maps subject, archive and received to their lines

    def take(self, number: int, line: str) -> None:
        """Take one line before the first entry."""
        if found := _RECEIVED.search(line):
            self.received, self.words["received"] = found[1], line
        elif self.names is not None and not self.received and not _RULER.fullmatch(line):
            self.names.append(line.strip())
        label, _, value = line.partition(":")
        match label.strip().lower():
            case "date":
                self.dates.append((number, value.strip()))
            case "subject":
                self._take_subject(line, fold_space(value))
            case "submissions to":
                self.names = []
        if (found := _ADDRESS.search(line)) and is_listing_name(found[1].lower()):
            self.archive, self.words["archive"] = found[1].lower(), line

    def _take_subject(self, line: str, subject: str) -> None:
        """Take category and counts: "q-fin daily 13 new + 4 crosses received"; without a number nothing is stated."""
        if not (found := _SUBJECT.search(subject)):
            return
        self.subject, self.words["subject"] = found[1], line
        counts = _COUNTS.search(subject)
        said = zip(("new", "cross"), counts.groups() if counts else (), strict=False)
        self.stated = {name: int(number) for name, number in said if number}

    def tell(self, reading: Reading) -> None:
        """Tell a reading what the mail says of itself, and what in it could not be read."""
        reading.stated = self.stated
        reading.category = self._category()
        if reading.category:
            reading.show("category", self.words["subject" if self.subject else "archive"])
        self._tell_date(reading)

    def _category(self) -> str | None:
        if self.subject:
            return self.subject if looks_like_category(self.subject) else None
        if self.archive and self.names and len(self.names) == 1:
            return _category_named(self.names[0], self.archive)
        return self.archive

    def _tell_date(self, reading: Reading) -> None:
        """Tell the date of the mail: as it says, or the working day after the last paper came in."""
        said = [(day, text) for _, text in self.dates if (day := _day(text))]
        last = _day(self.received) if self.received else None
        if said and not (last and said[-1][0] - last > _PASSED_ON):
            reading.date = said[-1][0]
            reading.show("date", f"Date: {said[-1][1]}")
        elif self.dates and not said:
            number, text = self.dates[-1]
            reason = f"unreadable date: ‹{clip(text, _QUOTED)}›"
            reading.problems.append(Problem(number, None, f"Date: {text}", reason))
        elif last:
            reading.date = _next_working_day(last)
            reading.show("date", self.words["received"])
            reading.notes.append(
                "The mail does not say when arXiv sent it: we took the first working day after its last paper was "
                "received. Please check the date."
            )


def is_received_line(line: str) -> bool:
    """Say whether a line tells when the papers of a mail came in: a mail has it once, before its entries."""
    return _RECEIVED.search(line) is not None


def _category_named(name: str, archive: str) -> str:
    """Return the category of an archive by its name; the archive when it has none of that name."""
    named = (code for code, title in all_categories().items() if title == name and archive_of(code) == archive)
    return next(named, archive)


def _day(said: str) -> datetime.date | None:
    """Return the day of a mail's date in UTC, in which arXiv dates its mails."""
    if not _DATE.fullmatch(said):
        return None
    try:
        moment = email.utils.parsedate_to_datetime(said)
        return sensible((moment.astimezone(datetime.UTC) if moment.tzinfo else moment).date())
    except (ValueError, OverflowError):
        return None


def _next_working_day(day: datetime.date) -> datetime.date:
    """Return the next day from Monday to Friday: on those arXiv sends its mails, soon after midnight UTC."""
    return day + datetime.timedelta(days=(1, 1, 1, 1, 3, 2, 1)[day.weekday()])
