"""What demands add to a group's timeline: what it said, and records for it that wait or were put aside."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from crm.core.contributions import TimelineEntry
from crm.core.formats import full_date
from crm.core.permissions import Permission, Viewer
from crm.demands.models import (
    SOURCE_NAMES,
    STAND_NAMES,
    Decision,
    EndorsementChange,
    Evidence,
    StandRecord,
)
from crm.demands.queries import list_changes_of, list_open_records_of, words_of


def list_entries(viewer: Viewer, organization_id: int, most: int) -> Sequence[TimelineEntry]:
    """The newest stands of a group, and the newest records on its behalf that do not stand, newest first."""
    if not viewer.can(Permission.ENDORSEMENT_VIEW):
        return []
    entries = [_of_change(change) for change in list_changes_of(organization_id, most)]
    entries += [_of_record(entry) for entry in list_open_records_of(organization_id, most)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:most]


def _of_change(change: EndorsementChange) -> TimelineEntry:
    state = STAND_NAMES[change.state]
    if change.board_on:
        state = _("%(state)s, %(day)s", state=state, day=full_date(change.board_on))
    return TimelineEntry(
        at=change.at,
        icon="demands",
        title=_("%(state)s: %(sentence)s", state=state, sentence=_sentence(change)),
        text=_("Version %(number)s. %(source)s.", number=change.version.number,
               source=SOURCE_NAMES[change.source]),
        who=change.user.name if change.user else "",
        url=url_for("demands.show", slug=change.demand.slug),
        document_url=_document(change.evidence[0] if change.evidence else None),
    )  # fmt: skip


def _of_record(entry: StandRecord) -> TimelineEntry:
    waits = entry.decision is Decision.WAITING
    told = _("Recorded, waits to be accepted") if waits else _("Recorded, not accepted")
    return TimelineEntry(
        at=entry.entered_at,
        icon="clock" if waits else "cross",
        title=_("%(state)s: %(sentence)s", state=STAND_NAMES[entry.state], sentence=_sentence(entry)),
        text=f"{told}. {entry.reason or ''}".strip(),
        who=entry.entered_by.name if entry.entered_by else "",
        url=url_for("endorsements.waiting") if waits else None,
        document_url=_document(entry.evidence),
    )


def _document(proof: Evidence | None) -> str | None:
    return url_for("endorsements.document", evidence_id=proof.id) if proof else None


def _sentence(row: EndorsementChange | StandRecord) -> str:
    return words_of(row.version, str(get_locale())).sentence
