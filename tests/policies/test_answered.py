"""To the end: who speaks for a group that stands behind what was won answers about the next by the link."""

from __future__ import annotations

from crm.core import jobs
from crm.core.db import db
from crm.demands.models import StandState
from crm.demands.queries import list_stands
from crm.policies.models import PolicyStatus
from crm.policies.operations import set_rung
from tests.demands.makers import adopted_demand, endorse
from tests.groups.steps import links_in, mails
from tests.groups.test_asks import press
from tests.makers import make_organization
from tests.policies.makers import PROGRAM, make_target, take_step


def test_the_group_is_written_to_and_endorses_the_next(coordinator, coalition, visitor, representative_of):
    homes, rent = adopted_demand("Homes."), adopted_demand("Rent.")
    group, silent = make_organization("Dockworkers Local 19"), make_organization("Weavers Circle")
    speaker = representative_of(group)
    for one in (group, silent):
        endorse(one, homes)
    set_rung(PROGRAM, rent, homes)
    take_step(coalition, homes, make_target(), PolicyStatus.PASSED)
    before = len(mails())
    page = coordinator.browser.submit("/harbor/organize/demands/rent", "ladder/ask")
    assert "2 groups are asked." in page.text
    jobs.run_all()
    (mail,) = mails()[before:]
    assert "Rent." in (mail.body or "")
    tasks = coordinator.browser.page("/harbor/organize/outreach/follow-ups/?whose=everybody").text
    assert "Weavers Circle" in tasks and "Ask them by phone" in tasks
    ask = next(link for link in links_in(mail) if "/group/ask/" in link)
    assert "Rent." in speaker.browser.page("/harbor/group/").text
    press(visitor, ask, "endorse")
    db.session.expire_all()
    said = {one.demand.slug: one.state for one in list_stands(group.id)}
    assert said == {"homes": StandState.ENDORSED, "rent": StandState.ENDORSED}
