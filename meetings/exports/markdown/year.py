"""A year of a group as Markdown, to keep, to print or to paste into a report."""

from dataclasses import dataclass

from core.wording import plural, short_day
from meetings.exports.markdown.standard import escape, typeset
from meetings.exports.sheet import SheetItem

AUTHORS = 6  # names a paper; the rest is "and n more"


@dataclass(frozen=True, slots=True)
class YearSheet:
    """What a group read in a year: its papers by month, the earliest first, and how many came from which category."""

    group: str
    year: int
    page: str  # its page, absolute
    totals: str  # in a sentence
    months: tuple[tuple[str, tuple[SheetItem, ...]], ...]
    categories: tuple[tuple[str, int], ...]


def render_year(sheet: YearSheet) -> bytes:
    """Draw the year as CommonMark in UTF-8."""
    blocks = [f"# {sheet.year} in {typeset(sheet.group)}", typeset(sheet.totals), f"<{sheet.page}>"]
    for month, items in sheet.months:
        blocks += [f"## {month}", "\n".join(_paper(item) for item in items)]
    if sheet.categories:
        counted = "\n".join(f"- {escape(name)}: {plural(count, 'paper', 'papers')}" for name, count in sheet.categories)
        blocks += ["## Categories", counted]
    return ("\n\n".join(blocks) + "\n").encode()


def _paper(item: SheetItem) -> str:
    """Draw a paper as an item of a list, with what is known of it below."""
    link = item.paper_link or item.page_link
    title = f"[{typeset(item.title)}](<{link}>)" if link else typeset(item.title)
    presenter = f"presented by {escape(item.presenter)}" if item.presenter else ""
    facts = [
        escape(item.authors_shown(AUTHORS)),
        ", ".join(part for part in (f"{short_day(item.starts_at)}", presenter) if part),
        f"[Discussion](<{item.page_link}>)" if item.page_link else "",
        typeset(item.summary),
    ]
    return "\n".join([f"- **{title}**", *(f"  - {fact}" for fact in facts if fact)])
