"""What of many groups can be set at once: how each part is read, put, told and put back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select, update

from crm.coalitions.operations import touch_feeds
from crm.core import clock, search
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.fields.definitions import CustomField
from crm.fields.operations import put_value
from crm.fields.queries import map_values, tell
from crm.organizations.derived import KIND
from crm.organizations.models import KIND_NAMES, Ending, Organization, OrganizationKind
from crm.organizations.operations import update_organizations
from crm.organizations.queries.stages import own_stages
from crm.outreach.operations.many import move_stages, take_back_moves
from crm.tags.models import Tag
from crm.tags.operations import check_room, put_tag, take_off
from crm.tags.queries import list_tagged

YES, NO = "1", ""
# value → ids of the groups that have it; of a few hundred groups.
Before = Mapping[str, list[int]]


@dataclass(frozen=True)
class Part:
    """One thing that is set. Values are texts, as they are kept: "" is none; ids, a few hundred at a time."""

    # How it is called where it is kept: "kind", "tag-12".
    name: str
    label: str | LazyString
    before: Callable[[Sequence[int]], Before]
    # (viewer, ids, value, when it is done)
    put: Callable[[Viewer, Sequence[int], str, datetime], None]
    # (viewer, ids, the value that they have, the former one, when it was done)
    put_back: Callable[[Viewer, Sequence[int], str, str, datetime], None]
    # How a value is told.
    word: Callable[[str], str]


def column_part(name: str, label: str | LazyString, word: Callable[[str], str]) -> Part:
    """A column of the listing: its kind, sector or place."""

    def put(_viewer: Viewer, ids: Sequence[int], value: str, _at: datetime) -> None:
        _put_column(name, ids, value)

    def put_back(_viewer: Viewer, ids: Sequence[int], _to: str, former: str, _at: datetime) -> None:
        _put_column(name, ids, former)

    return Part(name, label, lambda ids: _column_before(name, ids), put, put_back, word)


def tag_part(tag: Tag) -> Part:
    """Whether groups have a tag."""

    def put(_viewer: Viewer, ids: Sequence[int], value: str, _at: datetime) -> None:
        if value:
            check_room(ids, "add_tags")
            put_tag(tag, ids)
        else:
            take_off(tag, ids)

    def put_back(_viewer: Viewer, ids: Sequence[int], _to: str, former: str, _at: datetime) -> None:
        if former:
            put_tag(tag, ids)
        else:
            take_off(tag, ids)

    def before(ids: Sequence[int]) -> Before:
        there = list_tagged(tag.id, ids)
        return _grouped({one: YES if one in there else NO for one in ids})

    def word(value: str) -> str:
        return str(_("with it") if value else _("without it"))

    return Part(f"tag-{tag.id}", _l("Tag “%(label)s”", label=tag.label), before, put, put_back, word)


def field_part(field: CustomField) -> Part:
    """A field of the coalition's own."""

    def put(_viewer: Viewer, ids: Sequence[int], value: str, _at: datetime) -> None:
        put_value(field, ids, value)
        _update(ids)

    def put_back(viewer: Viewer, ids: Sequence[int], _to: str, former: str, at: datetime) -> None:
        put(viewer, ids, former, at)

    def before(ids: Sequence[int]) -> Before:
        values = map_values(field.id, ids)
        return _grouped({one: values.get(one, "") for one in ids})

    name = f"field-{field.id}"
    return Part(name, field.label, before, put, put_back, lambda value: tell(field, value) or _("none"))


def _column_before(name: str, ids: Sequence[int]) -> Before:
    rows = db.session.execute(select(Organization.id, getattr(Organization, name)).where(_among(ids)))
    return _grouped({row[0]: str(row[1]) for row in rows})


def _put_column(name: str, ids: Sequence[int], value: str) -> None:
    if name == "place":
        # The filter's key follows from it, and search finds groups by it.
        update_organizations([{"id": one, "place": value} for one in ids])
        return
    kept: OrganizationKind | str = OrganizationKind(value) if name == "kind" else value
    _update(ids, **{name: kept})
    if name == "kind":
        touch_feeds()


def _put_stage(viewer: Viewer, ids: Sequence[int], value: str, at: datetime) -> None:
    move_stages(viewer, ids, value, at)


def _put_stage_back(_viewer: Viewer, ids: Sequence[int], to: str, _former: str, at: datetime) -> None:
    take_back_moves(ids, to, at, clock.now())


def _archived_before(ids: Sequence[int]) -> Before:
    rows = db.session.execute(select(Organization.id, Organization.archived_at).where(_among(ids)))
    return _grouped({row.id: YES if row.archived_at else NO for row in rows})


def _archive(_viewer: Viewer, ids: Sequence[int], _value: str, at: datetime) -> None:
    _update(ids, archived_at=at)
    search.remove(KIND, ids)
    touch_feeds()


def _take_out(_viewer: Viewer, ids: Sequence[int], _to: str, _former: str, at: datetime) -> None:
    """Those that were archived then, and of which nobody has said meanwhile that they ended."""
    ended = select(Ending.organization_id).where(Ending.organization_id.in_(ids))
    query = select(Organization.id).where(_among(ids), Organization.archived_at == at)
    there = db.session.scalars(query.where(Organization.id.not_in(ended))).all()
    update_organizations([{"id": one, "archived_at": None} for one in there])


def _update(ids: Sequence[int], **values: object) -> None:
    own = {**values, "updated_at": clock.now(), "edition": Organization.edition + 1}
    statement = update(Organization).where(_among(ids)).values(**own)
    db.session.execute(statement.execution_options(synchronize_session=False))
    db.session.expire_all()


def _among(ids: Sequence[int]) -> ColumnElement[bool]:
    return Organization.id.in_(ids)


def _grouped(values: Mapping[int, str]) -> Before:
    found: dict[str, list[int]] = defaultdict(list)
    for one, value in values.items():
        found[value].append(one)
    return found


def _plain(value: str) -> str:
    return value or _("none")


KIND_PART = column_part("kind", _l("Kind"), lambda value: str(KIND_NAMES[OrganizationKind(value)]))
SECTOR_PART = column_part("sector", _l("Sector"), _plain)
PLACE_PART = column_part("place", _l("Place"), _plain)
STAGE_PART = Part(
    "stage",
    _l("Stage"),
    lambda ids: _column_before("stage", ids),
    _put_stage,
    _put_stage_back,
    lambda value: own_stages().name(value),
)
ARCHIVE_PART = Part(
    "archived",
    _l("Archived"),
    _archived_before,
    _archive,
    _take_out,
    lambda value: _("yes") if value else _("no"),
)
FIXED = {part.name: part for part in (KIND_PART, SECTOR_PART, PLACE_PART, STAGE_PART, ARCHIVE_PART)}
