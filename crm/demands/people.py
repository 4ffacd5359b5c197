"""How many people stand behind something, each counted once although locals are part of their union."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class People:
    """A number of people, and how many groups gave no number towards it."""

    total: int = 0
    without_number: int = 0


def count_people(sizes: Mapping[int, int | None], parents: Mapping[int, int | None]) -> People:
    """The people represented by the groups in `sizes` (id → its number, None where it gave none).

    `parents` gives the parent of each of these groups and of every group above them. By tree (1-product.md):
    the larger of the parent's own number, if the parent is among the groups, and the sum of its affiliates'.
    Groups whose parents go round in a circle each stand for themselves.
    """
    children: dict[int, list[int]] = {}
    tops: list[int] = []
    for group in _with_those_above(sizes, parents):
        parent = parents.get(group)
        if parent is None or _goes_round(group, parents):
            tops.append(group)
        else:
            children.setdefault(parent, []).append(group)
    total = sum(_number(top, sizes, children) for top in tops)
    return People(total, sum(size is None for size in sizes.values()))


def _with_those_above(groups: Iterable[int], parents: Mapping[int, int | None]) -> list[int]:
    """The groups and every group above them, each once."""
    found: dict[int, None] = {}
    for group in groups:
        here: int | None = group
        while here is not None and here not in found:
            found[here] = None
            here = parents.get(here)
    return list(found)


def _goes_round(group: int, parents: Mapping[int, int | None]) -> bool:
    seen: set[int] = set()
    here: int | None = group
    while here is not None and here not in seen:
        seen.add(here)
        here = parents.get(here)
    return here == group


def _number(top: int, sizes: Mapping[int, int | None], children: Mapping[int, list[int]]) -> int:
    """The number of a tree, from its leaves up and without recursion: a tree may be deep."""
    order = [top]
    for group in order:
        order.extend(children.get(group, ()))
    numbers: dict[int, int] = {}
    for group in reversed(order):
        below = sum(numbers[child] for child in children.get(group, ()))
        numbers[group] = max(sizes.get(group) or 0, below)
    return numbers[top]
