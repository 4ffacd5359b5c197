"""The colours of a coalition: from the one accent it picks to every shade that its pages use.

Contrast is that of WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio). Text needs 4.5 : 1 (success
criterion 1.4.3), so an accent that lacks it against our paper is refused: it is used for links and headings.
"""

from __future__ import annotations

import colorsys
import math
import re
from dataclasses import dataclass

from flask_babel import format_decimal
from flask_babel import gettext as _

# The same values stand in crm/static/css/theme.css; a test holds them together.
PAPER = "#f7f5ef"
INK = "#14120f"
NIGHT = "#161512"
NIGHT_INK = "#f4f1e8"
DEFAULT_ACCENT = "#c2201b"

READABLE = 4.5
"""The least contrast of text against its ground (WCAG 2.2, 1.4.3)."""

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_STEPS = 200


@dataclass(frozen=True)
class Shades:
    """What one mode (light or dark) needs, each as `#rrggbb`."""

    accent: str
    strong: str
    soft: str
    on_accent: str


@dataclass(frozen=True)
class Palette:
    """The shades derived from one accent, for readers in light and in dark mode."""

    light: Shades
    dark: Shades


def parse_colour(text: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255 each, of a colour written `#rrggbb`; ValueError for anything else."""
    if not _HEX.fullmatch(text):
        raise ValueError(f"not a colour of the form #rrggbb: {text!r}")
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white), by WCAG 2.2."""
    red, green, blue = (_linear(channel / 255) for channel in parse_colour(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 (none) to 21 (black on white), by WCAG 2.2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def check_accent(accent: str) -> str | None:
    """Why the accent cannot be used, to be shown beside its field; None when it can."""
    reason: str
    if not _HEX.fullmatch(accent):
        reason = _("Write the color as # and six digits, such as %(example)s.", example=DEFAULT_ACCENT)
        return reason
    ratio = contrast(accent, PAPER)
    if ratio >= READABLE:
        return None
    # Rounded down, so that 4.496 is not reported as the 4.5 that it misses.
    reason = _(
        "%(accent)s is too pale to read: its contrast against the paper is %(ratio)s to 1, "
        "and %(least)s to 1 is needed. The nearest shade that works is %(nearest)s.",
        accent=accent.lower(),
        ratio=format_decimal(math.floor(ratio * 100) / 100, "0.00"),
        least=format_decimal(READABLE),
        nearest=_darken_until(accent, PAPER),
    )
    return reason


def derive_palette(accent: str) -> Palette:
    """The shades for light and dark mode.

    In the dark the accent is lightened until it can be read on the dark ground, its hue kept.
    ValueError when the accent is no colour.
    """
    light = _darken_until(accent, PAPER)
    dark = _lighten_until(accent, NIGHT)
    return Palette(
        light=Shades(light, _mix(light, "#000000", 0.25), _mix(light, PAPER, 0.9), _text_on(light)),
        dark=Shades(dark, _mix(dark, "#ffffff", 0.3), _mix(dark, NIGHT, 0.84), _text_on(dark)),
    )


def theme_css(accent: str) -> str:
    """The stylesheet that gives a coalition's pages its accent, for light, dark and printed pages."""
    palette = derive_palette(accent)
    return (
        f":root{{{_properties(palette.light)}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{_properties(palette.dark)}}}}}\n"
    )


def embed_css(accent: str) -> str:
    """The accent within another site's page, where the mode is said by the address or the reader."""
    palette = derive_palette(accent)
    return f":root{{--accent:light-dark({palette.light.accent},{palette.dark.accent})}}\n"


def _properties(shades: Shades) -> str:
    return (
        f"--accent:{shades.accent};--accent-strong:{shades.strong};"
        f"--accent-soft:{shades.soft};--on-accent:{shades.on_accent}"
    )


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _mix(colour: str, other: str, share: float) -> str:
    """The colour with that share (0 to 1) of the other mixed in."""
    pairs = zip(parse_colour(colour), parse_colour(other), strict=True)
    return "#" + "".join(f"{round(own * (1 - share) + added * share):02x}" for own, added in pairs)


def _text_on(ground: str) -> str:
    return max("#ffffff", INK, key=lambda text: contrast(text, ground))


def _darken_until(colour: str, ground: str) -> str:
    return _shift_until(colour, ground, target=0.0)


def _lighten_until(colour: str, ground: str) -> str:
    return _shift_until(colour, ground, target=1.0)


def _shift_until(colour: str, ground: str, target: float) -> str:
    """The first shade on the way to black (0) or white (1) that can be read on the ground, hue kept."""
    red, green, blue = (channel / 255 for channel in parse_colour(colour))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    for step in range(_STEPS + 1):
        moved = lightness + (target - lightness) * step / _STEPS
        channels = colorsys.hls_to_rgb(hue, moved, saturation)
        shade = "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
        if contrast(shade, ground) >= READABLE:
            return shade
    raise AssertionError("black and white can always be read on our grounds")  # pragma: no cover
