"""Compute the contrast of every pair of colours that meets on a page, in every theme (WCAG 1.4.3, 1.4.11)."""

import re
from itertools import product
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"
COLOUR = re.compile(r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)")

GROUNDS = ["paper", "surface", "sunken", "hover", "accent-wash"]
TEXT_PAIRS = [
    *product(["ink", "ink-muted", "accent", "accent-strong", "visited", "danger"], GROUNDS),
    *product(["ink", "ink-muted", "accent", "warning"], ["warning-wash"]),
    *product(["ink", "ink-muted", "accent", "danger"], ["danger-wash"]),
    *product(["ink", "ink-muted", "accent", "success"], ["success-wash"]),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-danger", "danger"),
]
CONTROL_PAIRS = [
    *product(["control-line", "focus", "accent"], GROUNDS),
    ("focus", "danger-wash"),
    ("danger", "danger-wash"),
    ("warning", "warning-wash"),
    ("success", "success-wash"),
]


def themes() -> dict[str, dict[str, str]]:
    """Return name of theme → name of token → "#rrggbb"."""
    css = TOKENS.read_text()
    blocks = {"normal": css.split(':root[data-theme="contrast"]')[0]}
    after = css.split(':root[data-theme="contrast"]')[1]
    blocks["contrast"], blocks["prefers-contrast"] = after.split("@media (prefers-contrast: more)")
    found = {}
    normal = COLOUR.findall(blocks["normal"])
    for name, block in blocks.items():
        own = normal if name == "normal" else normal + COLOUR.findall(block)
        found[f"{name} light"] = {token: light for token, light, _ in own}
        found[f"{name} dark"] = {token: dark for token, _, dark in own}
    return found


def luminance(colour: str) -> float:
    """Return the relative luminance of "#rrggbb", 0 to 1 (WCAG 2.2, definitions)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def below(tokens: dict[str, str], pairs: list[tuple[str, str]], least: float) -> list[str]:
    """Return the pairs that stay under `least`, with their figure."""
    figures = [(one, other, contrast(tokens[one], tokens[other])) for one, other in pairs]
    return [f"{one} on {other}: {figure:.2f}" for one, other, figure in figures if figure < least]


def test_contrast_of_known_colours() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", themes())
def test_text_reaches_four_and_a_half(theme: str) -> None:
    assert below(themes()[theme], TEXT_PAIRS, 4.5) == []


@pytest.mark.parametrize("theme", themes())
def test_controls_and_focus_reach_three(theme: str) -> None:
    assert below(themes()[theme], CONTROL_PAIRS, 3) == []


@pytest.mark.parametrize("theme", [name for name in themes() if "contrast" in name])
def test_high_contrast_reaches_seven(theme: str) -> None:
    pairs = list(product(["ink", "ink-muted", "accent", "visited", "danger"], ["paper", "surface"]))

    assert below(themes()[theme], pairs, 7) == []


def test_the_two_ways_to_high_contrast_agree() -> None:
    found = themes()

    assert found["contrast light"] == found["prefers-contrast light"]
    assert found["contrast dark"] == found["prefers-contrast dark"]


def test_colours_are_written_in_tokens_only() -> None:
    css = TOKENS.parent
    colour = re.compile(r"#[0-9a-f]{3,8}\b(?!\w)|\b(?:rgb|hsl|oklch)a?\(", re.IGNORECASE)
    strays = [
        f"{path.relative_to(css)}: {line.strip()}"
        for path in sorted(css.rglob("*.css"))
        if path != TOKENS and path.name != "print.css"
        for line in path.read_text().splitlines()
        if colour.search(line)
    ]

    assert strays == []
