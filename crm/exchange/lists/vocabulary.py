"""What the columns of one kind of list can be: fields, what they are called, and how they are recognised."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from flask_babel import lazy_gettext as _l

from crm.exchange.cells import parse_website
from crm.exchange.problems import CellError


class GroupField(StrEnum):
    """The fields by which a row of another list says which group it is about."""

    GROUP = "group"
    GROUP_ID = "group_id"
    GROUP_WEBSITE = "group_website"
    GROUP_CITY = "group_city"
    GROUP_STATE = "group_state"


@dataclass(frozen=True)
class Vocabulary:
    """`words`: field → headers that name it, surest first, as `fields.HEADER_WORDS`; `titles`: as the mapping
    page groups them; `needs`: of each of these some field must have a column, or the problem is told.
    """

    titles: Sequence[tuple[Any, Sequence[str]]]
    labels: Mapping[str, Any]
    words: Mapping[str, tuple[str, ...]]
    shared: frozenset[str] = frozenset()
    checks: Mapping[str, Callable[[str], bool]] = field(default_factory=dict)
    needs: Sequence[tuple[frozenset[str], str]] = ()

    @cached_property
    def strengths(self) -> Mapping[str, list[tuple[str, int]]]:
        """Header word → the fields that it may name, with how surely."""
        found: dict[str, list[tuple[str, int]]] = {}
        for name, groups in self.words.items():
            for strength, words in zip((3, 2, 1), groups, strict=False):
                for word in words.split("|"):
                    found.setdefault(word, []).append((name, strength))
        return found


GROUP_TITLE = (_l("Which group"), tuple(GroupField))
GROUP_LABELS: Mapping[str, Any] = {
    GroupField.GROUP: _l("Name of the group"),
    GroupField.GROUP_ID: _l("Id of the group in another list"),
    GroupField.GROUP_WEBSITE: _l("Website of the group"),
    GroupField.GROUP_CITY: _l("City of the group"),
    GroupField.GROUP_STATE: _l("State of the group"),
}
GROUP_WORDS: Mapping[str, tuple[str, ...]] = {
    GroupField.GROUP: (
        "organization|organization name|org|org name|group|group name|current employer|employer name|"
        "organization 1 name|organizacion|nombre de la organizacion|grupo|nombre del grupo|union|sindicato|"
        "congregation|affiliation|host organization|host group|organizacion anfitriona",
        "employer|company|company name|chapter|local|host|workplace|empleador|anfitrion",
        "business|institution|school|team|network",
    ),
    GroupField.GROUP_ID: (
        "organization id|group id|org id|ein|employer id|organization external id|id de la organizacion",
    ),
    GroupField.GROUP_WEBSITE: (
        "organization website|group website|organization url|org website|employer website",
        "website|web site|website 1 value|sitio web|other website",
    ),
    GroupField.GROUP_CITY: ("organization city|group city|ciudad de la organizacion|ciudad del grupo",),
    GroupField.GROUP_STATE: ("organization state|group state|estado de la organizacion|estado del grupo",),
}
# Among an import's defaults: the group that rows are about which name none.
INTO = "into_id"


def is_website(text: str) -> bool:
    """Whether a value reads as the address of a website."""
    return not isinstance(parse_website(text), CellError)


def has_letters(text: str) -> bool:
    """Whether a value can be a name."""
    return any(c.isalpha() for c in text)


GROUP_CHECKS: Mapping[str, Callable[[str], bool]] = {
    GroupField.GROUP: has_letters,
    GroupField.GROUP_WEBSITE: is_website,
}
