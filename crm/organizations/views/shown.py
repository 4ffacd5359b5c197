"""What the directory's address asks for, and the addresses of its other pages, orders and filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.core.formats import number
from crm.organizations.queries import COLUMNS, MOST_COUNTED, Filters, Order
from crm.organizations.views.columns import USUAL, read_columns, write_columns

# A column that is sorted by for the first time starts where the eye wants it.
DESCENDING_FIRST = frozenset({"size"})


@dataclass(frozen=True)
class Shown:
    """One view of the directory. What an address holds beyond the allow-lists counts for nothing."""

    filters: Filters
    order: Order
    after: str | None = None
    before: str | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    # Beside the name.
    columns: tuple[str, ...] = USUAL

    @classmethod
    def asked(cls, query: Mapping[str, str]) -> Shown:
        """Read the query of an address, or the hidden fields of a form that repeat it."""
        filters = Filters.asked(query)
        sort = query.get("sort", "")
        key = sort.lstrip("-")
        order = Order(key, sort.startswith("-")) if key in COLUMNS else Order()
        columns = read_columns(query.get("columns", ""))
        parameters = _parameters(filters, order, columns)
        return cls(filters, order, query.get("after"), query.get("before"), parameters, columns)

    @property
    def query(self) -> str:
        """What a saved view of it keeps, always in one order; "" for the list as it begins."""
        return urlencode(sorted(self.parameters.items()))

    @property
    def sort(self) -> str:
        return self.order.key

    @property
    def descending(self) -> bool:
        return self.order.descending

    def sort_url(self, key: str) -> str:
        """The address of the list sorted by a column; by the present one, the other way round."""
        down = not self.order.descending if key == self.order.key else key in DESCENDING_FIRST
        return url_for("organizations.index", **{**self.parameters, "sort": f"-{key}" if down else key})


def read_query(query: str) -> Shown:
    """The view that a query of an address means."""
    return Shown.asked(dict(parse_qsl(query)))


def count_label(count: int) -> str:
    """ "14 groups"; from MOST_COUNTED on "1,000+ groups"."""
    if count > MOST_COUNTED:
        return str(_("%(number)s+ groups", number=number(MOST_COUNTED)))
    return str(ngettext("%(number)s group", "%(number)s groups", count, number=number(count)))


def capped(count: int) -> str:
    """ "14"; from MOST_COUNTED on "1,000+"."""
    return str(_("%(count)s+", count=number(MOST_COUNTED))) if count > MOST_COUNTED else number(count)


def _parameters(filters: Filters, order: Order, columns: tuple[str, ...]) -> dict[str, Any]:
    """What of an address is kept in all others of the list."""
    sort = "" if order == Order() else ("-" if order.descending else "") + order.key
    kept = {"sort": sort, "columns": write_columns(columns)}
    return {**filters.parameters, **{name: value for name, value in kept.items() if value}}
