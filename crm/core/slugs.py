"""The last part of an address, made of a title."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

LONGEST = 60


def slugify(title: str, otherwise: str) -> str:
    """Small ASCII letters, digits and hyphens, at most 60; `otherwise` where a title has none of them."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(slug) > LONGEST:
        slug = slug[: LONGEST + 1].rpartition("-")[0] or slug[:LONGEST]
    return slug or otherwise


def free_slug(title: str, otherwise: str, taken: Callable[[str], bool]) -> str:
    """The title's slug, numbered from 2 on where it is taken."""
    first = slug = slugify(title, otherwise)
    number = 2
    while taken(slug):
        slug = f"{first}-{number}"
        number += 1
    return slug
