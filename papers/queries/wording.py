"""Counts of announce types in words."""

# One and many, in the order in which arXiv's listings have them.
TYPE_WORDS = {
    "new": ("new", "new"),
    "cross": ("cross-list", "cross-lists"),
    "replace": ("replacement", "replacements"),
    "replace-cross": ("replaced cross-list", "replaced cross-lists"),
    "unknown": ("without an announce type", "without announce types"),
}


def type_words(counts: dict[str, int]) -> str:
    """Say how many entries of each announce type there are; "nothing" for none."""
    parts = [f"{counts[name]:,} {words[counts[name] != 1]}" for name, words in TYPE_WORDS.items() if counts.get(name)]
    joined = " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))
    guessed = counts.get("inferred", 0) and counts.get("cross", 0)
    return (joined or "nothing") + (" (inferred from the order of the ids)" if guessed else "")
