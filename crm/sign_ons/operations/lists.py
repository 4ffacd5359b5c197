"""Names of a printed list: pasted by an organizer, made stands by a coordinator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.operations import record
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.demands.models import ACCEPTING, DemandVersion, Endorsement, Source, StandState
from crm.demands.operations import Stand, accept_record, record_stand, standings_at_the_end
from crm.demands.queries import words_of
from crm.organizations.models import Organization
from crm.organizations.operations import create_organization
from crm.organizations.queries import find_organization
from crm.sign_ons.models import ListedName, ListedWords, NameState, PastedList
from crm.sign_ons.printed_names import MOST, PrintedName, twins

DEEDS = {NameState.NEW: "new", NameState.JOINED: "join", NameState.DROPPED: "drop"}


@dataclass(frozen=True)
class Letter:
    """The printed letter that names are taken from."""

    title: str
    letter_on: date
    origin: str = ""


@dataclass
class Checked:
    """What became of names: how many were decided on, and what could not be, with why: (name, why)."""

    done: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)


class DecidedMeanwhile(Refused):
    """Another coordinator was quicker."""

    def __init__(self, name: ListedName) -> None:
        who = name.decided_by.name if name.decided_by else _("somebody else")
        super().__init__(
            _("%(person)s decided on “%(name)s” before you. Nothing was changed.", person=who, name=name.name)
        )


def keep_list(
    viewer: Viewer, letter: Letter, versions: Sequence[DemandVersion], names: Sequence[PrintedName]
) -> PastedList:
    """Keep a pasted list, each name of it to be checked; a name that stands there twice is kept once.

    Raises Refused (field `names` or `versions`).
    """
    again = twins(names)
    kept = [one for one in names if one.line not in again]
    if not kept:
        raise Refused(_("Paste the names of the groups."), "names")
    if len(kept) > MOST:
        raise Refused(_("Paste at most %(most)s names at once.", most=MOST), "names")
    if not versions:
        raise Refused(_("Say which words the letter was under."), "versions")
    pasted = PastedList(at=clock.now(), user_id=viewer.user_id, **vars(letter))
    db.session.add(pasted)
    db.session.flush()
    db.session.add_all(
        ListedWords(list_id=pasted.id, demand_id=one.demand_id, version_id=one.id) for one in versions
    )
    db.session.add_all(ListedName(list_id=pasted.id, **vars(one)) for one in kept)
    record(viewer, "pasted_list.add", pasted, names=len(kept))
    return pasted


def decide_name(
    viewer: Viewer, name_id: int, state: NameState, organization_id: int | None = None
) -> Sequence[tuple[str, str]]:
    """Make a name a new group, say which group it is (`organization_id`), or drop it.

    What the letter says becomes the group's stand, by an accepted record with the letter as its source. Again
    by the same person it is answered as before. The sentences that could not be taken over, with why. Raises
    DecidedMeanwhile, SameOrganization where a group has this name already, Refused (`organization_id`).
    """
    name = _hold(name_id)
    if name.state is not NameState.TO_CHECK:
        same = name.state is state and organization_id in (None, name.organization_id)
        if same and viewer.user_id is not None and name.decided_by_id == viewer.user_id:
            return []
        raise DecidedMeanwhile(name)
    left_out: list[tuple[str, str]] = []
    if state is not NameState.DROPPED:
        group = _new_group(viewer, name) if state is NameState.NEW else _chosen(organization_id)
        left_out = _take_over(viewer, name.pasted_list, group)
        name.organization_id = group.id
    name.state, name.decided_by_id, name.decided_at = state, viewer.user_id, clock.now()
    record(viewer, f"listed_name.{DEEDS[state]}", name, organization_id=name.organization_id)
    return left_out


def decide_names(
    viewer: Viewer, chosen: Iterable[tuple[ListedName, int | None]], state: NameState
) -> Checked:
    """Decide on several: (name, the group that it is when joined). One that can't be is left out and told."""
    result = Checked()
    with standings_at_the_end(viewer):
        for name, organization_id in chosen:
            try:
                with db.session.begin_nested():
                    result.left_out += decide_name(viewer, name.id, state, organization_id)
            except Refused as refused:
                result.left_out.append((name.name, str(refused.message)))
            else:
                result.done += 1
    return result


def _hold(name_id: int) -> ListedName:
    """The name, held against who decides on it in the same moment."""
    query = select(ListedName).where(ListedName.id == name_id).with_for_update(of=ListedName)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _new_group(viewer: Viewer, name: ListedName) -> Organization:
    return create_organization(viewer, {"name": name.name, "kind": name.kind, "place": name.place})


def _chosen(organization_id: int | None) -> Organization:
    found = find_organization(organization_id) if organization_id else None
    if found is None or found.archived_at is not None:
        raise Refused(_("Choose a group of this coalition."), "organization_id")
    return found


def _take_over(viewer: Viewer, letter: PastedList, group: Organization) -> list[tuple[str, str]]:
    """Let the group stand behind the letter's words; what can't be taken over, with why."""
    left_out = []
    stands = select(Endorsement).where(Endorsement.organization_id == group.id)
    live = {one.demand_id: one for one in db.session.scalars(stands)}
    with standings_at_the_end(viewer):
        for words in letter.words:
            try:
                with db.session.begin_nested():
                    _endorse(viewer, letter, group, words.version, live.get(words.demand_id))
            except Refused as refused:
                left_out.append((words_of(words.version, None).sentence, str(refused.message)))
    return left_out


def _endorse(
    viewer: Viewer,
    letter: PastedList,
    group: Organization,
    version: DemandVersion,
    live: Endorsement | None,
) -> None:
    """A record on behalf, accepted at once. What the group says itself by now, stays."""
    if live is not None and live.state in ACCEPTING and (live.version.number or 0) >= (version.number or 0):
        return
    if live is not None and live.state in (StandState.WITHDRAWN, StandState.DECLINED):
        said_on = live.decided_on or live.since.date()
        if said_on >= letter.letter_on:
            raise Refused(_("“%(name)s” has since said that it does not endorse this.", name=group.name))
    stand = Stand(StandState.ENDORSED, Source.LETTER, decided_on=letter.letter_on)
    accept_record(viewer, record_stand(viewer, group, version, stand))
