"""A map without anybody's tiles: groups gathered where they are near each other, drawn to scale.

Reads no database. Longitudes are drawn shortened by the cosine of the middle latitude, which is true to shape
as far as a city, a county or a state goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import cos, radians, sqrt
from statistics import median

from crm.breadth.gaps import STEPS, Cell, Lack

# The drawing is so wide, in units of its own, and holds so many squares across.
WIDTH, LEAST_HEIGHT, MOST_HEIGHT, MARGIN = 960.0, 420.0, 900.0, 60.0
SQUARES = 20
LEAST_RADIUS = 14
# Far outside is what is more than so many times as far from the middle as most of the groups are (and more
# than so many degrees).
FAR, MOST, LEAST_FAR = 3.0, 0.9, 0.15
# The smallest stretch that is drawn, in degrees: groups at one corner need no street plan.
LEAST_SPAN = 0.02
MOST_NUMBERED, MOST_NAMES = 20, 14
# A name stands so far above the highest of its groups.
ABOVE = 26
KM_A_DEGREE, KM_A_MILE = 111.2, 1.609344


@dataclass(frozen=True)
class Spot:
    """Groups of a place that are near each other; no coordinates: they are known by the place alone."""

    place: str
    text: str
    longitude: float | None
    latitude: float | None
    cell: Cell


@dataclass(frozen=True)
class Circle:
    """Groups drawn together. `x`, `y` and `radius` are units of the drawing; y grows to the south."""

    x: float
    y: float
    radius: float
    cell: Cell
    # (folded, as written) of the places of its groups, the one with the most groups first.
    places: Sequence[tuple[str, str]]
    lacks: bool
    # Its groups, as the directory's filter has them (`squares`).
    square: str
    # Of the widest gaps: by which they are found in the table. None: of none.
    number: int | None = None


@dataclass(frozen=True)
class Name:
    """The name of a place, written where its groups are."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Map:
    """What is drawn, the widest gaps first, and how many groups are not."""

    height: float = LEAST_HEIGHT
    circles: Sequence[Circle] = ()
    names: Sequence[Name] = ()
    # The length of the scale in units of the drawing, and what it stands for.
    scale: float = 0.0
    miles: float = 0.0
    unplaced: int = 0
    outside: int = 0

    @property
    def kilometers(self) -> float:
        return round(self.miles * KM_A_MILE, 1)


Placed = tuple[float, float, Spot]


@dataclass(frozen=True)
class _View:
    """From degrees to units of the drawing."""

    west: float
    north: float
    shrink: float
    unit: float
    height: float

    def x(self, longitude: float) -> float:
        return MARGIN + (longitude - self.west) * self.shrink * self.unit

    def y(self, latitude: float) -> float:
        return MARGIN + (self.north - latitude) * self.unit


def draw_map(spots: Iterable[Spot], met: frozenset[str], lack: Lack, now: datetime) -> Map:
    """Draw groups where they are; `met` are the places (folded) that have a meeting to come.

    Groups without coordinates are drawn with the others of their place; where none of these has any, they are
    counted as unplaced. What lies far outside of all the others is counted, not drawn.
    """
    placed, unplaced = _placed(list(spots))
    near, outside = _near(placed)
    if not near:
        return Map(unplaced=unplaced, outside=outside)
    view = _view(near)
    circles = _circles(near, view, met, lack, now)
    miles = _round_miles(WIDTH / 4 / view.unit * KM_A_DEGREE / KM_A_MILE)
    return Map(
        height=view.height,
        circles=circles,
        names=_names(near, view),
        scale=miles * KM_A_MILE / KM_A_DEGREE * view.unit,
        miles=miles,
        unplaced=unplaced,
        outside=outside,
    )


def _placed(spots: Sequence[Spot]) -> tuple[list[Placed], int]:
    """Each spot with where it is; those without coordinates beside the largest of their place."""
    found: list[Placed] = []
    largest: dict[str, Placed] = {}
    for spot in spots:
        if spot.longitude is not None and spot.latitude is not None:
            one = (spot.longitude, spot.latitude, spot)
            found.append(one)
            before = largest.get(spot.place)
            if spot.place and (before is None or spot.cell.groups > before[2].cell.groups):
                largest[spot.place] = one
    unplaced = 0
    for spot in spots:
        if spot.longitude is None or spot.latitude is None:
            if spot.place in largest:
                found.append((*largest[spot.place][:2], spot))
            else:
                unplaced += spot.cell.groups
    return found, unplaced


def _near(placed: Sequence[Placed]) -> tuple[list[Placed], int]:
    """Without what lies far outside, by how far from the median most groups are; and how many groups do."""
    if not placed:
        return [], 0
    west, east = _reach([one[0] for one in placed for _each in range(one[2].cell.groups)])
    south, north = _reach([one[1] for one in placed for _each in range(one[2].cell.groups)])
    near = [one for one in placed if west <= one[0] <= east and south <= one[1] <= north]
    return near, sum(one[2].cell.groups for one in placed) - sum(one[2].cell.groups for one in near)


def _reach(values: Sequence[float]) -> tuple[float, float]:
    middle = median(values)
    distances = sorted(abs(value - middle) for value in values)
    far = max(FAR * distances[int((len(distances) - 1) * MOST)], LEAST_FAR)
    return middle - far, middle + far


def _view(near: Sequence[Placed]) -> _View:
    longitudes, latitudes = [one[0] for one in near], [one[1] for one in near]
    middle = ((min(longitudes) + max(longitudes)) / 2, (min(latitudes) + max(latitudes)) / 2)
    shrink = max(cos(radians(middle[1])), 0.05)
    wide, high = (max(longitudes) - min(longitudes)) * shrink, max(latitudes) - min(latitudes)
    across, down = WIDTH - 2 * MARGIN, MOST_HEIGHT - 2 * MARGIN
    unit = min(across / max(wide, LEAST_SPAN), down / max(high, LEAST_SPAN / 2))
    height = max(high * unit + 2 * MARGIN, LEAST_HEIGHT)
    west = middle[0] - (WIDTH / 2 - MARGIN) / unit / shrink
    north = middle[1] + (height / 2 - MARGIN) / unit
    return _View(west, north, shrink, unit, round(height, 1))


def _circles(
    near: Sequence[Placed], view: _View, met: frozenset[str], lack: Lack, now: datetime
) -> list[Circle]:
    side = WIDTH / SQUARES
    squares: dict[tuple[int, int], list[Placed]] = {}
    for longitude, latitude, spot in near:
        x, y = view.x(longitude), view.y(latitude)
        squares.setdefault((int(x // side), int(y // side)), []).append((x, y, spot))
    most = max(sum(one[2].cell.groups for one in square) for square in squares.values())
    drawn = [_circle(square, most, side, met, lack, now) for square in squares.values()]
    drawn.sort(key=lambda one: (not one.lacks, -one.cell.groups, one.places, one.x))
    return [
        replace(one, number=at if one.lacks and at <= MOST_NUMBERED else None)
        for at, one in enumerate(drawn, 1)
    ]


def _circle(
    square: Sequence[Placed], most: int, side: float, met: frozenset[str], lack: Lack, now: datetime
) -> Circle:
    """A circle in the middle of the groups of a square; its area tells how many they are."""
    cell, places = Cell(), dict[tuple[str, str], int]()
    for _x, _y, spot in square:
        cell = cell.with_more(spot.cell)
        place = (spot.place, spot.text)
        places[place] = places.get(place, 0) + spot.cell.groups
    cell = replace(cell, meetings=sum(place in met for place, _text in places))
    named = sorted((place for place in places if place[0]), key=lambda place: (-places[place], place))
    weight = cell.groups
    return Circle(
        x=round(sum(x * spot.cell.groups for x, _y, spot in square) / weight, 1),
        y=round(sum(y * spot.cell.groups for _x, y, spot in square) / weight, 1),
        radius=round(LEAST_RADIUS + (side / 2 - LEAST_RADIUS) * sqrt(weight / most), 1),
        cell=cell,
        places=named,
        lacks=cell.lacks(lack, now),
        square=square_of(spot for _x, _y, spot in square),
    )


def square_of(spots: Iterable[Spot]) -> str:
    """The steps of the grid from west to east and from south to north that spots lie in, as `squares` reads
    them: "west:south:east:north", and "+" where some of them are known by their place alone.
    """
    every = list(spots)
    known = [
        (round(spot.longitude * STEPS), round(spot.latitude * STEPS))
        for spot in every
        if spot.longitude is not None and spot.latitude is not None
    ]
    across, along = [one[0] for one in known], [one[1] for one in known]
    more = "+" if len(known) < len(every) else ""
    return f"{min(across)}:{min(along)}:{max(across)}:{max(along)}{more}"


def _names(near: Sequence[Placed], view: _View) -> list[Name]:
    """The names of the places with the most groups, as far as they do not run into each other."""
    by_place: dict[str, list[Placed]] = {}
    for one in near:
        if one[2].place:
            by_place.setdefault(one[2].place, []).append(one)
    groups = {place: sum(one[2].cell.groups for one in spots) for place, spots in by_place.items()}
    taken: list[Name] = []
    for place in sorted(groups, key=lambda name: (-groups[name], name)):
        spots = by_place[place]
        middle = sum(view.x(one[0]) * one[2].cell.groups for one in spots) / groups[place]
        top = min(view.y(one[1]) for one in spots) - ABOVE
        name = Name(round(middle, 1), round(max(top, ABOVE), 1), spots[0][2].text)
        if len(taken) < MOST_NAMES and not any(_meet(name, other) for other in taken):
            taken.append(name)
    return taken


def _meet(one: Name, other: Name) -> bool:
    """Whether two names would be written over each other: a letter is about 9 units wide."""
    apart = 4.5 * (len(one.text) + len(other.text)) + 12
    return abs(one.x - other.x) < apart and abs(one.y - other.y) < 34


def _round_miles(most: float) -> float:
    """The roundest length that is no longer: 1, 2 or 5, by tens."""
    steps = [base * 10.0**power for power in range(-3, 5) for base in (1, 2, 5)]
    return max((step for step in steps if step <= most), default=steps[0])
