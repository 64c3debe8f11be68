"""The way back from what was done with a paper."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.answers import Request, Undo, way_back
from core.text import stored_html

if TYPE_CHECKING:
    from papers.models import Paper


def undo_of(
    request: Request, paper: "Paper", done: str, *, sends: Mapping[str, object], fills: str = "", heir: str = ""
) -> Undo:
    """Return the form that sends something else to the same address, and goes back to the same page."""
    about = stored_html(paper.title_html) if paper.title_html else str(paper)
    back = way_back(request)
    return Undo(
        done=done,
        about=about,
        to=request.path,
        sends={**sends, "next": back} if back else sends,
        fills=fills,
        heir=heir,
    )
