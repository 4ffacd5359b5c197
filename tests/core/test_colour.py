"""Every accent that a coalition can pick stays readable, in the light and in the dark."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.core import colour

STYLESHEETS = Path(colour.__file__).parent.parent / "static" / "css"

any_accent = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert colour.contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert colour.contrast(other, one) == colour.contrast(one, other)


@pytest.mark.parametrize(
    "text", ["", "red", "#fff", "#12345", "#1234567", "#12345g", "c2201b", "#c2201b\n", "#١٢٣٤٥٦"]
)
def test_what_is_no_colour_is_refused(text):
    with pytest.raises(ValueError, match="rrggbb"):
        colour.parse_colour(text)
    assert "#c2201b" in (colour.check_accent(text) or "")


def test_the_default_accent_is_accepted():
    assert colour.check_accent(colour.DEFAULT_ACCENT) is None


def test_a_pale_accent_is_refused_with_the_numbers_and_a_shade_that_works():
    reason = colour.check_accent("#FFD400")
    assert reason is not None
    assert "1.31 to 1" in reason
    assert "4.5 to 1" in reason
    nearest = re.findall(r"#[0-9a-f]{6}", reason)[-1]
    assert colour.check_accent(nearest) is None


def test_a_near_miss_is_not_reported_as_enough():
    near = next(
        shade
        for shade in (f"#{grey:02x}{grey:02x}{grey:02x}" for grey in range(255))
        if colour.contrast(shade, colour.PAPER) < colour.READABLE
    )
    assert "is 4.4" in (colour.check_accent(near) or "")


@given(any_accent)
def test_every_shade_can_be_read_on_its_ground(accent):
    palette = colour.derive_palette(accent)
    for shades, ground, ink in (
        (palette.light, colour.PAPER, colour.INK),
        (palette.dark, colour.NIGHT, colour.NIGHT_INK),
    ):
        assert colour.contrast(shades.accent, ground) >= colour.READABLE
        assert colour.contrast(shades.strong, ground) >= colour.READABLE
        assert colour.contrast(shades.on_accent, shades.accent) >= colour.READABLE
        assert colour.contrast(shades.on_accent, shades.strong) >= colour.READABLE
        assert colour.contrast(ink, shades.soft) >= 7


@given(any_accent)
def test_an_accepted_accent_is_used_as_it_is(accent):
    if colour.check_accent(accent) is None:
        assert colour.derive_palette(accent).light.accent == accent


def test_the_stylesheet_sets_each_shade_for_light_and_dark():
    css = colour.theme_css("#1d4ed8")
    assert css.count("--accent:") == css.count("--on-accent:") == 2
    assert "prefers-color-scheme:dark" in css
    assert "--accent:#1d4ed8" in css


def test_the_shared_stylesheet_has_the_same_grounds_and_default_accent():
    theme = (STYLESHEETS / "theme.css").read_text(encoding="utf-8")
    for name in ("PAPER", "INK", "NIGHT", "NIGHT_INK"):
        assert getattr(colour, name) in theme, name
    light, dark = (
        (shades.accent, shades.strong, shades.soft, shades.on_accent)
        for shades in (
            colour.derive_palette(colour.DEFAULT_ACCENT).light,
            colour.derive_palette(colour.DEFAULT_ACCENT).dark,
        )
    )
    values = re.findall(r"--(?:accent|accent-strong|accent-soft|on-accent): (#[0-9a-f]{6});", theme)
    assert values == [*light, *dark]
