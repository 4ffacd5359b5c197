"""What an organization is found, sorted and told apart by: derived from its listing, kept beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from crm.core.search import Document
from crm.organizations import names
from crm.organizations.words import SMALL_WORDS

KIND = "organization"
_NOT_WORDS = re.compile(r"[^\w]+|_+")


@lru_cache(maxsize=4096)
def plain_words(text: str) -> str:
    """A text folded, its words apart by single spaces."""
    return " ".join(_NOT_WORDS.sub(" ", names.fold(text)).split())


def sort_name(name: str) -> str:
    """The name as lists put it in order: folded, without "the" in front. At most 300 characters."""
    words = plain_words(name)
    return (words.removeprefix("the ") or names.fold(name))[:300]


def place_key(place: str, city: str) -> str:
    """The place, else the city, as the directory's filter compares it. At most 120 characters."""
    return plain_words(place or city)[:120]


def derived(values: Mapping[str, Any]) -> dict[str, str]:
    """The columns that follow from the others; `values` holds name, city, state, place, local_number.

    An identity_key that is given stays.
    """
    return {
        "sort_name": sort_name(values["name"]),
        "place_key": place_key(values["place"], values["city"]),
        "identity_key": values.get("identity_key") or _identity_key(values),
    }


def _identity_key(values: Mapping[str, Any]) -> str:
    named = values["name"], values["city"], values["state"], values["local_number"]
    return names.identity_key(*named)[:500]


def document(record_id: int, values: Mapping[str, Any]) -> Document:
    """An organization as search knows it: by its names, its initials, its number and where it is."""
    title = plain_words(values["name"])
    normal = names.normalise(values["name"])
    number = f"local {names.bare_number(values['local_number'])}" if values["local_number"] else ""
    parts = (
        title,
        normal,
        plain_words(values["acronym"]),
        _initials(normal),
        number,
        plain_words(values["place"]),
        plain_words(values["city"]),
        names.normalise_state(values["state"]),
    )
    text = " ".join(dict.fromkeys(" ".join(parts).split()))
    return Document(KIND, record_id, title, text, names.trigrams(text))


def _initials(normal: str) -> str:
    """What a long name is called for short: `seiu` of `service employees international union`."""
    words = [
        word for word in normal.split() if word not in SMALL_WORDS and word.isalpha() and word != "local"
    ]
    return "".join(word[0] for word in words) if 3 <= len(words) <= 7 else ""


def phrasings(query: str) -> list[str]:
    """The ways in which a question may be meant: as typed, and with its abbreviations written out."""
    return list(dict.fromkeys(filter(None, (plain_words(query), names.normalise(query)))))
