"""Listings in the seed's form, made to measure."""

from datetime import date

DAY = date(2020, 10, 1)


def listing(
    ids: list[str] | int = 3, *, category: str = "cs.CV", day: date = DAY, word: str = "matter", heading: bool = True
) -> bytes:
    """Return a listing; `ids` may be a number: that many new papers by falling id."""
    if isinstance(ids, int):
        ids = [f"2009.{14000 + ids - n:05d}" for n in range(ids)]
    lines = [f"# ArXiv {category} --{day:%a}, {day.day} {day:%b %Y}"] if heading else []
    for number, arxiv_id in enumerate(ids, start=1):
        lines += [
            f"### {number}.On {word} $x_{{{number}}}$ number {number} "
            f" [ :arrow_down: ](https://arxiv.org/pdf/{arxiv_id}.pdf)",
            f">  We look at {word} with $\\alpha_{{{number}}}$ and find it, {number} times.      ",
        ]
    return ("\n".join(lines) + "\n").encode()
