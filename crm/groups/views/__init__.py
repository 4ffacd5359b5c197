"""A group's own pages, and what coordinators see of them."""

from crm.groups.views import (
    asks,
    co_sponsoring,
    entering,
    invited,
    logos,
    mailed,
    names,
    page,
    people,
    roles,
    speakers,
)
from crm.groups.views.blueprint import bp

__all__ = [
    "asks",
    "bp",
    "co_sponsoring",
    "entering",
    "invited",
    "logos",
    "mailed",
    "names",
    "page",
    "people",
    "roles",
    "speakers",
]
