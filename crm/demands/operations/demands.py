"""Writing demands, adopting their words, putting them in order, retiring them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified, set_committed_value

from crm.audit.operations import record
from crm.core import clock, search
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.core.slugs import free_slug
from crm.demands.models import Change, Demand, DemandKind, DemandVersion, VersionState, Wording
from crm.demands.operations.standings import refresh_standings
from crm.demands.operations.turns import hold_demands, wait_for
from crm.demands.queries import draft_of, version_in_force
from crm.demands.queries.finding import KIND, index_demands

# Addresses of the organizers' pages beside those of the demands.
RESERVED_SLUGS = frozenset({"new", "rules"})


@dataclass(frozen=True)
class Words:
    """A demand in one language: one sentence, and what it means (Markdown)."""

    sentence: str
    text: str = ""


def create_demand(
    viewer: Viewer, *, kind: DemandKind, binding_language: str, wordings: Mapping[str, Words]
) -> Demand:
    """Write a demand: a draft that nobody but organizers sees. Its address is made of its sentence.

    `wordings` is by language code; those without a sentence are left out. Raises Refused (field
    `sentence_CODE`) when the binding language has none.
    """
    _check_words(binding_language, wordings)
    now = clock.now()
    demand = Demand(
        slug=_free_slug(wordings[binding_language].sentence),
        kind=kind,
        position=_next_position(kind),
        created_at=now,
        versions=[_draft(binding_language, wordings)],
    )
    db.session.add(demand)
    db.session.flush()
    index_demands([demand])
    record(viewer, "demand.create", demand)
    return demand


def write_version(viewer: Viewer, demand: Demand) -> DemandVersion:
    """Begin a new version with the words in force; the draft there is already, where there is one.

    Raises Refused when the demand is retired.
    """
    _lock(demand)
    if demand.retired_at is not None:
        raise Refused(_("This demand is retired. Bring it back before you change its words."))
    if draft := draft_of(demand):
        return draft
    words = version_in_force(demand)
    assert words is not None  # noqa: S101 - a demand has a draft until its first adoption
    draft = _draft(words.binding_language, {w.language: Words(w.sentence, w.text) for w in words.wordings})
    demand.versions.append(draft)
    record(viewer, "demand.write_version", demand)
    return draft


def edit_draft(
    viewer: Viewer,
    version: DemandVersion,
    *,
    binding_language: str,
    wordings: Mapping[str, Words],
    edition: int,
    kind: DemandKind | None = None,
) -> None:
    """Change the words of a draft; the kind of its demand too, before the first adoption.

    `edition` is the one that was edited. Raises Refused when somebody else saved one since, when the version
    is adopted, or (field `sentence_CODE`) when the binding language has no sentence.
    """
    _check_draft(version, edition)
    _check_words(binding_language, wordings)
    version.binding_language = binding_language
    version.edited_at = clock.now()
    # Every save counts, even one within the same instant: the edition goes up with it.
    flag_modified(version, "edited_at")
    _put_words(version, wordings)
    if kind is not None and kind is not version.demand.kind:
        if version_in_force(version.demand):
            raise Refused(_("This demand is adopted: its kind stays."), "kind")
        version.demand.kind, version.demand.position = kind, _next_position(kind)
    index_demands([version.demand])
    record(viewer, "demand.edit_draft", version)


def discard_draft(viewer: Viewer, version: DemandVersion) -> None:
    """Throw a draft away; with it its demand, when that was never adopted. Raises Refused when adopted."""
    _check_draft(version, version.edition)
    demand = version.demand
    never_adopted = len(demand.versions) == 1
    record(viewer, "demand.discard_draft", version)
    for wording in version.wordings:
        db.session.delete(wording)
    db.session.delete(version)
    db.session.flush()
    demand.versions.remove(version)
    if never_adopted:
        search.remove(KIND, [demand.id])
        db.session.delete(demand)
    else:
        index_demands([demand])


@dataclass(frozen=True)
class Terms:
    """On what terms words are adopted."""

    # What they change of the version before; of no meaning for a demand's first.
    change: Change = Change.SUBSTANCE
    # What changed and why, for groups and the public.
    reason: str = ""
    # The last day for groups to object, or to reconfirm.
    answers_by: date | None = None
    # From when on the gate counts a demand's first version; None: from now.
    counts_from: date | None = None


def adopt_version(
    viewer: Viewer, version: DemandVersion, *, edition: int | None = None, terms: Terms | None = None
) -> None:
    """Put a draft's words in force under the next number; they never change again.

    The version before is superseded. Endorsements stay bound to the words that they are of: to ask those who
    endorsed is the act of `crm/asks`. `edition` is the one that the coordinator has read (None: as it
    stands). Raises Refused when somebody changed it since, when it is adopted already, when the demand is
    retired, and as `check_change_of_words`.
    """
    demand, terms = version.demand, terms or Terms()
    _lock(demand)
    _check_is_draft(version, version.edition if edition is None else edition)
    if demand.retired_at is not None:
        raise Refused(_("This demand is retired. Bring it back before you change its words."))
    if before := version_in_force(demand):
        check_change_of_words(before, version, terms.change)
        before.state = VersionState.SUPERSEDED
        # One version is in force at a time, in the database too: the old one steps back first.
        db.session.flush()
        version.change, version.reason, version.answers_by = terms.change, terms.reason, terms.answers_by
    else:
        demand.counts_from = terms.counts_from
    _put_in_force(viewer, version)
    record(viewer, "demand.adopt", version, number=version.number)
    if before is None and demand.kind is DemandKind.MINIMUM:
        # A stand counts in whatever version, and nobody has answered to a demand before its first.
        refresh_standings(viewer)


def _put_in_force(viewer: Viewer, version: DemandVersion) -> None:
    last = max((one.number or 0 for one in version.demand.versions), default=0)
    version.number, version.state = last + 1, VersionState.ADOPTED
    version.adopted_at, version.adopted_by_id = clock.now(), viewer.user_id
    index_demands([version.demand])


def check_change_of_words(before: DemandVersion, after: DemandVersion, change: Change) -> None:
    """Whether one version may follow another by such a change. Raises Refused (field `change`).

    Other words bind where another language does: no silence carries a group over to them.
    """
    if change is Change.EDITORIAL and after.binding_language != before.binding_language:
        text = _("Another language binds in these words: that is a change of substance.")
        raise Refused(text, "change")


def retire_demand(viewer: Viewer, demand: Demand) -> None:
    """Take a demand off the public pages and out of the gate; its versions and stands are kept."""
    hold_demands()
    if demand.retired_at is None:
        demand.retired_at = clock.now()
        record(viewer, "demand.retire", demand)
        refresh_standings(viewer)


def restore_demand(viewer: Viewer, demand: Demand) -> None:
    """Bring a retired demand back, last of its kind."""
    hold_demands()
    if demand.retired_at is not None:
        demand.position = _next_position(demand.kind)
        demand.retired_at = None
        record(viewer, "demand.restore", demand)
        refresh_standings(viewer)


def move_demand(viewer: Viewer, demand: Demand, *, up: bool) -> None:
    """Let a demand change places with the one before or after it among its kind; at an end it stays."""
    query = select(Demand).where(Demand.kind == demand.kind, Demand.retired_at.is_(None))
    row = list(db.session.scalars(query.order_by(Demand.position, Demand.id).with_for_update()))
    if demand not in row:
        return
    here = row.index(demand)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(row):
        return
    row[here], row[there] = row[there], row[here]
    for position, one in enumerate(row, 1):
        one.position = position
    record(viewer, "demand.move", demand)


def _draft(binding_language: str, wordings: Mapping[str, Words]) -> DemandVersion:
    now = clock.now()
    version = DemandVersion(
        state=VersionState.DRAFT, binding_language=binding_language, created_at=now, edited_at=now
    )
    _put_words(version, wordings)
    return version


def _put_words(version: DemandVersion, wordings: Mapping[str, Words]) -> None:
    present = {wording.language: wording for wording in version.wordings}
    for language, words in wordings.items():
        wording = present.get(language)
        if wording is None and words.sentence:
            version.wordings.append(Wording(language=language, sentence=words.sentence, text=words.text))
        elif wording is not None and words.sentence:
            wording.sentence, wording.text = words.sentence, words.text
        elif wording is not None:
            version.wordings.remove(wording)
            db.session.delete(wording)


def _check_words(binding_language: str, wordings: Mapping[str, Words]) -> None:
    for language, words in wordings.items():
        if words.text and not words.sentence:
            raise Refused(_("Say it in one sentence first."), f"sentence_{language}")
    if binding_language not in wordings or not wordings[binding_language].sentence:
        raise Refused(_("Write the sentence in the language that binds."), f"sentence_{binding_language}")


def _check_draft(version: DemandVersion, edition: int) -> None:
    """Raises Refused when the version is adopted, or was saved by somebody since that edition."""
    wait_for(version)
    _check_is_draft(version, edition)


def _check_is_draft(version: DemandVersion, edition: int) -> None:
    if version.state is not VersionState.DRAFT:
        raise Refused(_("These words are adopted and never change. Write a new version instead."))
    if version.edition != edition:
        raise Refused(
            _("Somebody else changed these words while you had them open. Load the page and look again.")
        )


def _lock(demand: Demand) -> None:
    """Take turns on a demand: of two coordinators at once the second sees what the first did."""
    hold_demands()
    wait_for(demand)
    query = select(DemandVersion).where(DemandVersion.demand_id == demand.id).order_by(DemandVersion.id)
    locked = query.with_for_update().execution_options(populate_existing=True)
    set_committed_value(demand, "versions", db.session.scalars(locked).all())


def _next_position(kind: DemandKind) -> int:
    return (db.session.scalar(select(func.max(Demand.position)).where(Demand.kind == kind)) or 0) + 1


def _free_slug(sentence: str) -> str:
    def taken(slug: str) -> bool:
        found = select(Demand.id).where(Demand.slug == slug)
        return slug in RESERVED_SLUGS or db.session.scalar(found) is not None

    return free_slug(sentence, "demand", taken)
