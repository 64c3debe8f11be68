"""Long texts in pieces, and a first look at them before they are read with care."""

from collections.abc import Iterator

_PIECE = 64 * 1024  # bytes


def pieces_of(source: bytes, start: int = 0) -> Iterator[bytes]:
    """Yield a text piece by piece, from an offset on."""
    return (source[at : at + _PIECE] for at in range(start, len(source), _PIECE))


def holds_any(source: bytes, unwanted: bytes) -> bool:
    """Say whether a long text has any of these bytes; piece by piece, since a copy of the whole takes longer."""
    return any(len(piece.translate(None, unwanted)) < len(piece) for piece in pieces_of(source))
