"""What a row changes about a group that is here already.

A filled cell replaces what is there (or only fills what is empty, as the import says), an empty one leaves
it. What outreach knows of a group goes before a sheet: the stage is set only while nobody has begun, the last
touch moves only to a later day, and notes, tags and people are added, never replaced.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crm.exchange.fields import own_field
from crm.exchange.own import compare_own
from crm.exchange.rows import Said
from crm.organizations.models import Contact, Organization, Stage
from crm.organizations.names import fold, normalise_city, normalise_state
from crm.organizations.stage_codes import meaning_of
from crm.tags.words import MOST, tag_key

_SAME = {"city": normalise_city, "state": normalise_state}
_TEXTS = "acronym sector place address city state postal_code website description local_number".split()
_PLAIN = ("size", "latitude", "longitude")


@dataclass
class Changes:
    """`values`: columns of the group; `contact`: a new person, or what is added to one who is known."""

    values: dict[str, Any] = field(default_factory=dict)
    # (field, before, after), as the preview shows them.
    told: list[list[Any]] = field(default_factory=list)
    contact: dict[str, Any] | None = None
    known_contact: Contact | None = None
    # The coalition's own fields: id → value.
    own: dict[int, str] = field(default_factory=dict)
    # The tags that it gets.
    tags: list[str] = field(default_factory=list)

    def put(self, name: str, before: Any, after: Any) -> None:
        """Change a column."""
        self.values[name] = after
        self.tell(name, before, after)

    def tell(self, name: str, before: Any, after: Any) -> None:
        """Let the preview show a change."""
        self.told.append([name, before, after])


def compare(
    said: Said,
    group: Organization,
    people: Sequence[Contact],
    own: Mapping[int, str],
    tags: Collection[str],
    *,
    fill_only: bool,
    touched_at: datetime | None,
) -> Changes:
    """What a row changes about its group, in whose own fields `own` stands, and whose tags have these keys;
    nothing where all is so.
    """
    changes = Changes()
    _compare_names(said, group, changes, fill_only)
    for name in (*_TEXTS, *_PLAIN):
        _compare_value(name, said.values.get(name), getattr(group, name), changes, fill_only)
    kind = said.values["kind"]
    if said.kind_said and kind != group.kind.value and not fill_only:
        changes.put("kind", group.kind.value, kind)
    _compare_outreach(said, group, changes, fill_only, touched_at)
    _compare_notes(said, group, changes)
    _compare_contact(said, people, changes)
    _compare_own(said, own, changes, fill_only)
    _compare_tags(said, tags, changes)
    return changes


def _compare_names(said: Said, group: Organization, changes: Changes, fill_only: bool) -> None:
    """A group that is found by its id may have a new name; the directory's spelling of the same one stays."""
    same = group.identity_key.split("|")[0] == said.identity.split("|")[0]
    if not same and not fill_only:
        changes.put("name", group.name, said.name)
    if said.external and not group.external_id:
        source, number = said.external
        changes.values |= {"source": source, "external_id": number}
        changes.tell("external_id", None, f"{source}: {number}")


def _compare_outreach(
    said: Said, group: Organization, changes: Changes, fill_only: bool, touched_at: datetime | None
) -> None:
    owner = said.values.get("assignee_id")
    if owner and owner != group.assignee_id and not (fill_only and group.assignee_id):
        changes.put("assignee_id", group.assignee_id, owner)
    if said.values.get("stage") and meaning_of(group.stage) is Stage.TO_CONTACT:
        changes.put("stage", str(group.stage), said.values["stage"])
    if touched_at and (group.last_touch_at is None or group.last_touch_at < touched_at):
        before = group.last_touch_at and group.last_touch_at.date().isoformat()
        changes.values["last_touch_at"] = touched_at
        changes.tell("last_touch", before, said.touch)


def _compare_value(name: str, new: Any, old: Any, changes: Changes, fill_only: bool) -> None:
    if new in (None, "") or new == old or (fill_only and old not in (None, "")):
        return
    if isinstance(new, str) and _SAME.get(name, fold)(new) == _SAME.get(name, fold)(old):
        return
    changes.put(name, old, new)


def _compare_own(said: Said, own: Mapping[int, str], changes: Changes, fill_only: bool) -> None:
    changes.own = compare_own(said.own, own, fill_only=fill_only)
    for field_id, value in changes.own.items():
        changes.tell(own_field(field_id), own.get(field_id, ""), value)


def _compare_tags(said: Said, tags: Collection[str], changes: Changes) -> None:
    new = [label for label in said.tags if tag_key(label) not in tags]
    changes.tags = new[: max(MOST - len(tags), 0)]
    if changes.tags:
        changes.tell("tags", None, ", ".join(changes.tags))


def _compare_notes(said: Said, group: Organization, changes: Changes) -> None:
    there = fold(group.note or "")
    new = [line for line in said.notes if fold(line) not in there]
    if new:
        changes.values["note"] = "\n".join(filter(None, [group.note, *new]))
        changes.tell("note", None, "\n".join(new))


def _compare_contact(said: Said, people: Sequence[Contact], changes: Changes) -> None:
    if said.contact is None:
        return
    known = next((person for person in people if _is_same(said.contact, person)), None)
    if known is None:
        changes.contact = {**said.contact, "is_primary": not people}
        changes.tell("contact", None, _called(said.contact))
        return
    missing = {
        name: value
        for name, value in said.contact.items()
        if value and not getattr(known, name) and name != "note"
    }
    if missing:
        changes.contact, changes.known_contact = missing, known
        changes.tell("contact", _called(said.contact), ", ".join(map(str, missing.values())))


def _is_same(said: dict[str, Any], person: Contact) -> bool:
    """The same person: by address, by number, else by name."""
    mail = said["email"] and person.email and fold(said["email"]) == fold(person.email)
    phone = said["phone"] and person.phone and said["phone"] == person.phone.partition(";")[0]
    return bool(mail or phone or (said["name"] and fold(said["name"]) == fold(person.name)))


def _called(contact: dict[str, Any]) -> str:
    return str(contact["name"] or contact["role"])
