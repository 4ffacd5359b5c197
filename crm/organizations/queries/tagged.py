"""The directory's filter by a tag."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from crm.core.permissions import Viewer
from crm.organizations.models import Organization
from crm.organizations.queries.narrowing import (
    Control,
    DirectoryFilter,
    Found,
    OptionRows,
    only_number,
    option_rows,
)
from crm.tags.models import Tag
from crm.tags.queries import groups_with
from crm.tags.words import MOST_OFFERED


def _has(viewer: Viewer, name: str, value: str) -> ColumnElement[bool]:
    return Organization.id.in_(groups_with(int(value)))


def _controls(viewer: Viewer, found: Found) -> Sequence[Control]:
    tags = found.get("tag", ())
    return [Control("tag", _l("Tag"), tags, word=lambda _value: _("Another one"))] if tags else []


def _reads(viewer: Viewer) -> Sequence[OptionRows]:
    in_use = option_rows("tag", Tag.id, Tag.label).where(Tag.retired_at.is_(None))
    return [in_use.limit(MOST_OFFERED)]


TAG = DirectoryFilter("tag", only_number, _has, _controls, _reads, place=5)
