"""Tags given to groups and taken off again, renamed, put away and taken out."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from crm.audit.operations import record
from crm.core import clock
from crm.core.db import batches, db
from crm.core.errors import Refused
from crm.core.notes import holds_identity_number
from crm.core.permissions import Viewer
from crm.core.tenancy import current_coalition_id
from crm.tags.models import OrganizationTag, Tag
from crm.tags.queries import find_full, list_tagged, list_tags_of, map_keys
from crm.tags.words import LONGEST, MOST, tag_key, tag_label


def keep_tags(viewer: Viewer | None, labels: Sequence[str], import_id: int | None = None) -> list[Tag]:
    """The tags with these labels, each once, in their order; made where there are none, taken out where they
    were put away. `import_id`: the import that makes them. Raises Refused (field `tags`).
    """
    wanted = _checked(labels)
    _insert_missing(wanted, import_id)
    found = map_keys(list(wanted))
    for tag in found.values():
        restore_tag(viewer, tag)
    return [found[key] for key in wanted]


def foresee_tags(labels: Sequence[str]) -> list[Tag]:
    """What `keep_tags` will give; nothing is written, and of new ones the id is 0. Raises Refused."""
    wanted = _checked(labels)
    found = map_keys(list(wanted))
    return [found.get(key) or Tag(id=0, label=label, key=key) for key, label in wanted.items()]


def add_tags(viewer: Viewer | None, organization_id: int, labels: Sequence[str]) -> list[Tag]:
    """Give a group tags; those that it did not have. Raises Refused (field `tags`)."""
    there = {tag.id for tag in list_tags_of(organization_id)}
    new = [tag for tag in keep_tags(viewer, labels) if tag.id not in there]
    if len(there) + len(new) > MOST:
        raise Refused(_("A group has at most %(number)s tags.", number=MOST), "tags")
    for tag in new:
        put_tag(tag, [organization_id])
        record(viewer, "organization.tag", tag, organization_id=organization_id)
    return new


def remove_tag(viewer: Viewer, organization_id: int, tag: Tag) -> None:
    """Take a tag off a group; once is enough."""
    if take_off(tag, [organization_id]):
        record(viewer, "organization.untag", tag, organization_id=organization_id)


def put_tag(tag: Tag, ids: Sequence[int]) -> int:
    """Give a tag to organizations of the chosen coalition; how many did not have it."""
    coalition_id, count = current_coalition_id(), 0
    for part in batches(ids):
        there = list_tagged(tag.id, part)
        rows = [
            {"coalition_id": coalition_id, "organization_id": one, "tag_id": tag.id}
            for one in part
            if one not in there
        ]
        if rows:
            db.session.execute(_insert(OrganizationTag).on_conflict_do_nothing(), rows)
        count += len(rows)
    return count


def give_tags(given: Collection[tuple[int, int]], import_id: int) -> None:
    """Give some hundred organizations (organization, tag), as an import does; what one has stays as it is."""
    common = {"coalition_id": current_coalition_id(), "import_id": import_id}
    rows = [{**common, "organization_id": one, "tag_id": tag_id} for one, tag_id in given]
    if rows:
        db.session.execute(_insert(OrganizationTag).on_conflict_do_nothing(), rows)


def take_back_tags(ids: Sequence[int], import_id: int) -> None:
    """Take off some hundred organizations what an import gave them."""
    given = OrganizationTag.import_id == import_id, OrganizationTag.organization_id.in_(ids)
    db.session.execute(delete(OrganizationTag).where(*given).execution_options(synchronize_session=False))


def forget_tags(import_id: int) -> None:
    """Delete the tags that an import made and that no group has any more."""
    used = select(OrganizationTag.tag_id).where(OrganizationTag.tag_id == Tag.id)
    left = Tag.import_id == import_id, ~used.exists()
    db.session.execute(delete(Tag).where(*left).execution_options(synchronize_session=False))


def check_room(ids: Sequence[int], field: str) -> None:
    """Whether each of a few hundred groups can have one tag more. Raises Refused (that field)."""
    if find_full(ids, MOST):
        raise Refused(_("A group has at most %(number)s tags.", number=MOST), field)


def take_off(tag: Tag, ids: Sequence[int]) -> int:
    """Take a tag off organizations; how many had it."""
    count = 0
    for part in batches(ids):
        own = OrganizationTag.tag_id == tag.id, OrganizationTag.organization_id.in_(part)
        count += len(list_tagged(tag.id, part))
        db.session.execute(delete(OrganizationTag).where(*own).execution_options(synchronize_session=False))
    return count


def rename_tag(viewer: Viewer, tag: Tag, label: str) -> None:
    """Call a tag otherwise, wherever it stands. Raises Refused (field `label`)."""
    label = tag_label(label)
    _check(label, "label")
    same = map_keys([tag_key(label)]).get(tag_key(label))
    if same is not None and same is not tag:
        raise Refused(_("There is the tag “%(label)s” already.", label=same.label), "label")
    if label != tag.label:
        tag.label, tag.key = label, tag_key(label)
        record(viewer, "tag.rename", tag)


def retire_tag(viewer: Viewer, tag: Tag) -> None:
    """Put a tag away: it is shown and offered nowhere. Which groups had it is kept."""
    if tag.retired_at is None:
        tag.retired_at = clock.now()
        record(viewer, "tag.retire", tag)


def restore_tag(viewer: Viewer | None, tag: Tag) -> None:
    """Take a tag out again, with the groups that had it."""
    if tag.retired_at is not None:
        tag.retired_at = None
        record(viewer, "tag.restore", tag)


def _check(label: str, field: str = "tags") -> None:
    """Raises what is wrong with a label."""
    if not tag_key(label) or len(label) > LONGEST or len(tag_key(label)) > LONGEST:
        raise Refused(_("A tag is a word or a few, %(number)s characters at most.", number=LONGEST), field)
    if set(label) & set(",;\n"):
        raise Refused(_("A tag holds no comma and no semicolon."), field)
    if holds_identity_number(label):
        raise Refused(_("A tag says nothing about a person, least of all a number of theirs."), field)


def _checked(labels: Sequence[str]) -> dict[str, str]:
    """Key → label of what is typed. Raises what is wrong with one."""
    wanted = {tag_key(label): tag_label(label) for label in labels}
    for label in wanted.values():
        _check(label)
    return wanted


def _insert_missing(wanted: dict[str, str], import_id: int | None) -> None:
    missing = wanted.keys() - map_keys(list(wanted)).keys()
    own = {"coalition_id": current_coalition_id(), "created_at": clock.now(), "import_id": import_id}
    rows = [{**own, "key": key, "label": label} for key, label in wanted.items() if key in missing]
    if rows:
        # Somebody else may make the same one in the same moment.
        db.session.execute(_insert(Tag).on_conflict_do_nothing(), rows)


def _insert(model: type[Tag | OrganizationTag]) -> sqlite.Insert | postgresql.Insert:
    here = db.session.get_bind().dialect.name
    return (postgresql.insert if here == "postgresql" else sqlite.insert)(model)
