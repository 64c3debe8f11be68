"""A first look at long texts, before they are read with care."""

_PIECE = 64 * 1024


def holds_any(source: bytes, unwanted: bytes) -> bool:
    """Say whether a long text has any of these bytes; piece by piece, since a copy of the whole takes longer."""
    parts = (source[at : at + _PIECE] for at in range(0, len(source), _PIECE))
    return any(len(part.translate(None, unwanted)) < len(part) for part in parts)
