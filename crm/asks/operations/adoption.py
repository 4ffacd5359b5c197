"""Putting newer words in force, with all that this asks of the groups behind the older ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete

from crm.asks.operations.days import FURTHEST, today_here
from crm.asks.operations.opening import NewAsk, ask_about, open_asks, replace_asks
from crm.asks.queries.impact import plan_asks
from crm.asks.queries.proposals import find_proposal, other_coordinators
from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.formats import full_date
from crm.core.permissions import Viewer
from crm.demands.models import Change, DemandVersion, EditorialProposal
from crm.demands.operations import Terms, adopt_version, check_change_of_words
from crm.demands.operations.turns import hold_demands, wait_for
from crm.demands.queries import version_in_force
from crm.demands.rules import Rules, rules_of


def adopt(
    viewer: Viewer,
    coalition: Coalition,
    draft: DemandVersion,
    edition: int | None = None,
    terms: Terms | None = None,
) -> None:
    """Put a draft in force and ask everybody who endorses earlier words, in one transaction.

    An editorial change is adopted so by a coordinator alone with a typed reason where there is no other one,
    else by agreeing to what another one proposed (whose terms then hold). `edition` is the one that was read.
    Raises Refused (field `reason`, `answers_by` or `counts_from`), and as `adopt_version`.
    """
    hold_demands()
    wait_for(draft.demand)
    terms, alone = settle_terms(coalition, draft, terms or Terms()), False
    if version_in_force(draft.demand) is None:
        adopt_version(viewer, draft, edition=edition, terms=terms)
        return
    if terms.change is Change.EDITORIAL:
        terms, alone = _agreed(viewer, draft, edition, terms)
    _adopt_and_ask(viewer, draft, edition, terms, alone)


def _adopt_and_ask(
    viewer: Viewer, draft: DemandVersion, edition: int | None, terms: Terms, alone: bool
) -> None:
    """Newer words come in force, and whoever endorses earlier ones or was asked to is asked about them."""
    planned = plan_asks(draft.demand, terms.change, lock=True)
    adopt_version(viewer, draft, edition=edition, terms=terms)
    db.session.execute(delete(EditorialProposal).where(EditorialProposal.version_id == draft.id))
    assert terms.answers_by is not None  # noqa: S101 - settled above
    to_endorse = replace_asks(draft.demand_id)
    ask_about(viewer, draft, planned, terms.answers_by)
    asked = {one.live.organization_id for one in planned}
    again = [_again(one, terms.answers_by) for one in to_endorse if one.organization_id not in asked]
    open_asks(viewer, draft, again)
    record(viewer, "demand.ask", draft, change=terms.change.value, alone=alone, asked=len(planned))


def propose_editorial(
    viewer: Viewer, coalition: Coalition, draft: DemandVersion, edition: int, terms: Terms
) -> EditorialProposal:
    """Hold a draft to be an editorial change; it is adopted so once another coordinator agrees.

    It is void as soon as the draft is edited. Proposing anew takes the place of what was proposed. Raises
    Refused (field `answers_by` or `change`), for words that somebody edited meanwhile, and where nothing is
    in force yet.
    """
    wait_for(draft)
    if draft.edition != edition:
        raise Refused(
            _("Somebody else changed these words while you had them open. Load the page and look again.")
        )
    if version_in_force(draft.demand) is None:
        raise Refused(_("The first words of a demand change nothing."))
    terms = settle_terms(coalition, draft, terms)
    db.session.execute(delete(EditorialProposal).where(EditorialProposal.version_id == draft.id))
    proposal = EditorialProposal(
        version_id=draft.id,
        edition=edition,
        reason=terms.reason,
        answers_by=terms.answers_by,
        proposed_by_id=viewer.user_id,
        proposed_at=clock.now(),
    )
    db.session.add(proposal)
    record(viewer, "demand.propose_editorial", draft)
    return proposal


def withdraw_proposal(viewer: Viewer, draft: DemandVersion) -> None:
    """Take back what was proposed; where nothing is, nothing happens."""
    wait_for(draft)
    query = delete(EditorialProposal).where(EditorialProposal.version_id == draft.id)
    if db.session.execute(query).rowcount:  # type: ignore[attr-defined]
        record(viewer, "demand.withdraw_proposal", draft)


def settle_terms(coalition: Coalition, draft: DemandVersion, terms: Terms) -> Terms:
    """The terms as they would hold today: with the day of the rules where none was given.

    First words ask nobody and have no day for answers. Raises Refused (field `answers_by` or `counts_from`)
    for a day that is too early, or more than a year away; and as `check_change_of_words`.
    """
    today, before = clock.today(coalition.zone), version_in_force(draft.demand)
    if before is None:
        _check_day(terms.counts_from, today, today, "counts_from")
        return replace(terms, answers_by=None)
    check_change_of_words(before, draft, terms.change)
    return _settled(terms, rules_of(coalition), today)


def join_terms(terms: Terms, proposal: EditorialProposal) -> Terms:
    """On what terms words are adopted by agreeing to what another coordinator proposed.

    The reason is the proposed one; the day is the proposed one too, unless a later one was chosen since, or
    the time to object would be shorter than the rules give it from today.
    """
    day = max(filter(None, (proposal.answers_by, terms.answers_by)))
    return replace(terms, reason=proposal.reason, answers_by=day)


def default_day(coalition: Coalition, change: Change) -> date:
    """The last day for answers by the coalition's rules, were words adopted today."""
    rules, today = rules_of(coalition), today_here()
    return today + timedelta(days=_days(rules, change))


def _days(rules: Rules, change: Change) -> int:
    return rules.objection_days if change is Change.EDITORIAL else rules.answer_days


def _settled(terms: Terms, rules: Rules, today: date) -> Terms:
    """With the day of the rules where none was given; no earlier one for objections than they give."""
    usual = today + timedelta(days=_days(rules, terms.change))
    if terms.answers_by is None:
        return replace(terms, answers_by=usual, reason=terms.reason.strip())
    earliest = usual if terms.change is Change.EDITORIAL else today + timedelta(days=1)
    _check_day(terms.answers_by, earliest, today, "answers_by")
    return replace(terms, reason=terms.reason.strip())


def _check_day(day: date | None, earliest: date, today: date, field: str) -> None:
    if day is None:
        return
    if day < earliest:
        raise Refused(_("Choose %(day)s or a later day.", day=full_date(earliest)), field)
    if day > today + FURTHEST:
        raise Refused(_("This is more than a year away: check the year."), field)


def _agreed(viewer: Viewer, draft: DemandVersion, edition: int | None, terms: Terms) -> tuple[Terms, bool]:
    """The terms on which a change is editorial, and whether a coordinator says so alone."""
    wait_for(draft)
    proposal = find_proposal(draft)
    # Of two coordinators at once neither is alone: who is one is held until the end.
    if not other_coordinators(viewer, lock=True):
        if not terms.reason:
            raise Refused(_("Say why it changes nothing in substance: you decide this alone."), "reason")
        return terms, True
    if proposal is None or proposal.proposed_by_id == viewer.user_id:
        raise Refused(_("Another coordinator agrees first that this changes nothing in substance."), "change")
    return join_terms(terms, proposal), False


def _again(ask: NewAsk, answers_by: date) -> NewAsk:
    return replace(ask, closes_on=max(ask.closes_on, answers_by))
