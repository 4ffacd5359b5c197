"""What the map adds to the directory's filters: the groups of one of its circles."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, or_, select

from crm.breadth.gaps import STEPS
from crm.core.permissions import Viewer
from crm.organizations.models import Organization
from crm.organizations.queries import Control, DirectoryFilter, Found

# West, south, east and north as steps of the grid, `mapping.square_of`; "+" with the groups of these places
# that have no coordinates.
_WRITTEN = re.compile(r"(-?\d{1,5}):(-?\d{1,5}):(-?\d{1,5}):(-?\d{1,5})(\+?)")


def _parse(text: str) -> str:
    return text if _WRITTEN.fullmatch(text) else ""


def _lies_within(viewer: Viewer, name: str, value: str) -> ColumnElement[bool]:
    asked = _WRITTEN.fullmatch(value)
    if asked is None:
        raise ValueError(f"No square: {value}")
    west, south, east, north = (int(part) for part in asked.groups()[:4])
    longitude, latitude = Organization.longitude, Organization.latitude
    within = and_(
        longitude.between((west - 0.5) / STEPS, (east + 0.5) / STEPS),
        latitude.between((south - 0.5) / STEPS, (north + 0.5) / STEPS),
    )
    if not asked[5]:
        return within
    places = select(Organization.place_key).where(within, Organization.place_key != "")
    unplaced = or_(longitude.is_(None), latitude.is_(None))
    return or_(within, and_(unplaced, Organization.place_key.in_(places)))


def _controls(viewer: Viewer, found: Found) -> Sequence[Control]:
    """Nothing to choose: it is asked for on the map alone, and then it is seen."""
    return [Control("square", _l("On the map"), [], word=lambda _value: _("One circle"))]


SQUARE = DirectoryFilter("square", _parse, _lies_within, _controls, place=90)
