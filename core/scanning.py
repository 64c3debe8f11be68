"""Long texts in pieces, and a first look at them before they are read with care."""

import re
from collections.abc import Iterator

_PIECE = 64 * 1024  # bytes


def pieces_of(source: bytes, start: int = 0) -> Iterator[bytes]:
    """Yield a text piece by piece, from an offset on."""
    return (source[at : at + _PIECE] for at in range(start, len(source), _PIECE))


def holds_any(source: bytes, unwanted: bytes) -> bool:
    """Say whether a long text has any of these bytes; piece by piece, since a copy of the whole takes longer."""
    return any(len(piece.translate(None, unwanted)) < len(piece) for piece in pieces_of(source))


def end_of_turns(turn: re.Pattern[str], text: str) -> int:
    """Return where the last of the matches ends that a text begins with, one behind the other; none is empty."""
    end = 0
    while found := turn.match(text, end):
        end = found.end()
    return end
