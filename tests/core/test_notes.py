"""Where people write about people, what looks like an identity number is asked about."""

from __future__ import annotations

import pytest

from crm.attendance.forms import DelegateForm, DoorForm
from crm.core.notes import no_identity_number
from crm.demonstrations.fields import PromiseForm
from crm.meetings.forms import ActionForm, DecisionForm, ItemForm, MinutesForm
from crm.outreach.forms import FollowUpForm, InteractionForm, LogForm
from crm.queues.forms import CallForm, SkipForm
from crm.roles.forms import FillForm
from crm.rsvps.forms import RsvpForm


@pytest.mark.parametrize(
    ("form", "names"),
    [
        (DelegateForm, "delegate"),
        (DoorForm, "group"),
        (PromiseForm, "note"),
        (ItemForm, "owner note"),
        (MinutesForm, "text"),
        (DecisionForm, "decision"),
        (ActionForm, "title"),
        (LogForm, "note title"),
        (InteractionForm, "note"),
        (FollowUpForm, "title"),
        (CallForm, "note for_next"),
        (SkipForm, "note"),
        (FillForm, "person"),
        (RsvpForm, "name"),
    ],
)
def test_a_box_about_people_takes_no_identity_number(form, names):
    for name in names.split():
        made = getattr(form, name)
        assert no_identity_number in [*made.kwargs.get("validators", ()), *(made.args[1:2] or [[]])[0]], name
