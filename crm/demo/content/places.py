"""Where the parts of the demo city lie: in open water, as nobody lives there."""

from __future__ import annotations

# Part of the city → latitude and longitude of its middle, in degrees.
PLACES: dict[str, tuple[float, float]] = {
    "Ferry Landing": (48.278, -123.462),
    "Cannery": (48.296, -123.478),
    "Downtown": (48.291, -123.447),
    "Old Mill": (48.307, -123.441),
    "Rivertown": (48.318, -123.464),
    "University District": (48.331, -123.438),
    "Hospital Hill": (48.300, -123.421),
    "East Slope": (48.286, -123.402),
    "Garfield Heights": (48.322, -123.399),
}
# A street further, in degrees.
STREET = 0.0022


def coordinates(place: str, number: int) -> tuple[float, float] | tuple[None, None]:
    """Where the group of a number is: some streets from the middle of its part of town."""
    if place not in PLACES:
        return None, None
    latitude, longitude = PLACES[place]
    return latitude + (number * 7 % 5 - 2) * STREET, longitude + (number * 3 % 7 - 3) * STREET
