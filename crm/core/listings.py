"""What a list's head and foot need: the addresses of this same page, sorted or paged otherwise.

The filters stay in every address, so that what is seen can be shared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request

from crm.core.paging import Page

_PAGING = ("after", "before")


def address_with(**changes: str | None) -> str:
    """This page's address with some parameters of its query changed; None takes one out."""
    query = request.args.to_dict(flat=False)
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = [value]
    return f"{request.path}?{urlencode(query, doseq=True)}" if query else request.path


@dataclass(frozen=True)
class Listing:
    """How a list is sorted: by which column, and which way. For `sort_th` of components/table.html."""

    sort: str
    descending: bool = False

    @classmethod
    def asked(cls, allowed: tuple[str, ...]) -> Listing:
        """From `?sort=key` or `?sort=-key`; otherwise the first of the allowed keys."""
        asked = request.args.get("sort", "")
        key = asked.removeprefix("-")
        return cls(key, asked.startswith("-")) if key in allowed else cls(allowed[0])

    def sort_url(self, key: str) -> str:
        """The list sorted by a column, from its first page; the other way round when it is already."""
        turned = key == self.sort and not self.descending
        changes: dict[str, str | None] = dict.fromkeys(_PAGING)
        return address_with(**changes, sort=f"-{key}" if turned else key)


@dataclass(frozen=True)
class PageLinks:
    """The neighbours of a page, and how much there is. For `pager` of components/pager.html."""

    previous_url: str | None
    next_url: str | None
    count_label: str


def link_pages(page: Page[Any], count_label: str) -> PageLinks:
    """The addresses of the pages before and after, None where there is none."""
    return PageLinks(
        previous_url=address_with(before=page.before, after=None) if page.before else None,
        next_url=address_with(after=page.after, before=None) if page.after else None,
        count_label=count_label,
    )
