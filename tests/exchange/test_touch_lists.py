"""Lists of touches: into the history of their groups, once, and back."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from crm.core import jobs
from crm.core.db import db
from crm.exchange.lists.interactions import parse_time
from crm.exchange.models import Import, SavedMapping
from crm.exchange.operations import keep_mapping
from crm.organizations.models import Organization, Stage
from crm.outreach.models import Channel, FollowUp, Interaction, Outcome
from crm.outreach.operations import edit_interaction
from tests.counting import count_queries
from tests.exchange.sheets import csv_of, put_in, read_in, take_back
from tests.makers import make_contact, make_organization
from tests.people import Person

HEAD = ["Date", "Time", "Organization", "Contact type", "Result", "Organizer", "Talked to", "Notes"]
TOUCHES = [
    HEAD,
    [
        "11/3/26",
        "6:30 pm",
        "Dockers Local 4",
        "phone call",
        "left message",
        "Omar",
        "Rosa Lark",
        "asked for her",
    ],
    ["2026-11-05", "", "Dockers Local 4", "coffee", "canvassed", "", "", ""],
    ["Nov 5th", "", "dockers local #4", "coffee", "canvassed", "", "", ""],
    ["11/6/26", "", "Tenants Union", "smoke signal", "so so", "Nobody Here", "Bo Stone", ""],
    ["12/24/26", "", "Tenants Union", "call", "", "", "", ""],
    ["", "", "Tenants Union", "call", "", "", "", ""],
    ["11/6/26", "", "Nobody Knows Us", "call", "yes", "", "", ""],
]


MEANT = {"words": {"so so": "no_answer"}, "channels": {"smoke signal": "other"}}


def here() -> tuple[Organization, Organization]:
    dockers = make_organization("Dockers Local 4", city="Tacoma")
    make_contact(dockers, "Rosa Lark", phone="206-555-0101")
    return dockers, make_organization("Tenants Union", stage=Stage.ACTIVE)


def touches() -> list[Interaction]:
    db.session.rollback()
    return list(db.session.scalars(select(Interaction).order_by(Interaction.at)))


def counts() -> dict[str, int]:
    last = db.session.scalars(select(Import).order_by(Import.id.desc())).first()
    assert last is not None
    return {name: last.counts.get(name, 0) for name in ("create", "unchanged", "repeat", "refuse")}


def test_touches_stand_in_the_history_of_their_groups_once(november: None, organizer: Person):
    dockers, tenants = here()
    preview = organizer.browser.page(read_in(organizer, "log.csv", csv_of(TOUCHES))).text
    for told in (
        "The same touch as in line 3.",
        "“smoke signal” is no way of being in touch that is known: say what it means.",
        "“so so” is no outcome of a touch that is known: say what it means.",
        "“Nobody Here” is the name of nobody in this coalition",
        "“12/24/26” is still to come",
        "The row says no day.",
        "There is no group called “Nobody Knows Us” here.",
    ):
        assert told in preview, told
    result = put_in(organizer, "log.csv", csv_of(TOUCHES), defaults=MEANT)
    assert "“Bo Stone” is not among the people of this group" in organizer.browser.page(result).text
    assert counts() == {"create": 3, "unchanged": 0, "repeat": 1, "refuse": 3}
    call, coffee, unclear = touches()
    assert (call.at, call.channel, call.outcome, call.user_id) == (
        datetime(2026, 11, 4, 2, 30, tzinfo=UTC), Channel.CALL, Outcome.LEFT_MESSAGE, organizer.user.id,
    )  # fmt: skip
    assert call.contact is not None and (call.contact.name, call.note) == ("Rosa Lark", "asked for her")
    assert (coffee.channel, coffee.outcome, coffee.at.hour) == (Channel.ONE_ON_ONE, Outcome.REACHED, 20)
    assert (unclear.channel, unclear.outcome) == (Channel.OTHER, Outcome.NO_ANSWER)
    assert all(said in (unclear.note or "") for said in ("Nobody Here", "Bo Stone"))
    assert (dockers.stage, dockers.last_touch_at) == (Stage.IN_CONVERSATION, coffee.at)
    assert (tenants.stage, tenants.last_touch_at) == (Stage.ACTIVE, unclear.at)
    put_in(organizer, "log.csv", csv_of(TOUCHES), defaults=MEANT)
    assert counts() == {"create": 0, "unchanged": 3, "repeat": 1, "refuse": 3}
    assert len(touches()) == 3


def test_what_words_mean_is_said_beside_the_preview_and_kept_with_the_columns(
    november: None, organizer: Person
):
    here()
    preview = organizer.browser.page(read_in(organizer, "log.csv", csv_of(TOUCHES)))
    task = db.session.scalars(select(Import)).one()
    keep_mapping(organizer.viewer, task, "The log")
    db.session.commit()
    assert "so so" in preview.text and counts()["refuse"] == 4
    untold = organizer.browser.submit(preview, "/words", word=[""])
    assert "Choose first what one of these words means." in untold.text
    organizer.browser.submit(preview, "/words", word=["no_answer", "said_no"])
    jobs.run_all()
    # Of the two words of one row the channel is left, for which an outcome was sent.
    assert counts()["refuse"] == 4
    organizer.browser.submit(organizer.browser.page(preview.url), "/words", word=["other"])
    jobs.run_all()
    assert "so so" not in organizer.browser.page(preview.url).text
    assert (counts()["create"], counts()["refuse"]) == (3, 3)
    # Read so the next time, and when the same file's columns are looked at once more.
    assert db.session.scalars(select(SavedMapping)).one().defaults == MEANT
    put_in(organizer, "later.csv", csv_of(TOUCHES))
    assert (counts()["create"], counts()["refuse"]) == (3, 3)
    assert [touch.outcome for touch in touches()][2] is Outcome.NO_ANSWER


def test_undoing_takes_touches_back_but_those_that_somebody_put_right_or_that_became_a_task(
    november: None, organizer: Person, coordinator: Person
):
    dockers, tenants = here()
    old = datetime(2026, 10, 1, 19, tzinfo=UTC)
    tenants.last_touch_at = old
    said = MEANT
    result = put_in(organizer, "log.csv", csv_of(TOUCHES), defaults=said)
    call, _coffee, _unclear = touches()
    edit_interaction(coordinator.viewer, call, outcome=Outcome.NO_ANSWER, note="")
    db.session.commit()
    asked = organizer.browser.page(result + "/undo")
    assert "Undo: remove 2, set back 0" in asked.text and "has been put right since" in asked.text
    take_back(organizer, result)
    assert [touch.id for touch in touches()] == [call.id]
    assert (dockers.stage, dockers.last_touch_at, tenants.last_touch_at) == (Stage.TO_CONTACT, call.at, old)
    assert "Dockers Local 4" in organizer.browser.page(result).text
    again = put_in(organizer, "log.csv", csv_of(TOUCHES), defaults=said)
    assert counts()["create"] == 2
    coffee = next(touch for touch in touches() if touch.channel is Channel.ONE_ON_ONE)
    today = coffee.at.date()
    task = {"title": "Call", "due_on": today, "created_at": coffee.at, "interaction_id": coffee.id}
    db.session.add(FollowUp(organization_id=dockers.id, **task))
    db.session.commit()
    take_back(organizer, again)
    assert coffee.id in {touch.id for touch in touches()} and len(touches()) == 2


def test_pages_of_many_touches_cost_what_those_of_few_do(november: None, organizer: Person):
    here()
    spent = []
    for number in (3, 30):
        days = (
            [f"2026-10-{n % 28 + 1:02}", f"{n % 9 + 1} pm", "Dockers Local 4", "call", "", "", "", f"{n}"]
            for n in range(number)
        )
        page = put_in(organizer, "log.csv", csv_of([HEAD, *days])) + "/rows/create"
        spent.append(count_queries(lambda page=page: organizer.browser.page(page)))
    assert spent[0] == spent[1] <= 8
    assert [parse_time(text) for text in ("6:30 p.m.", "12 am", "18:05:00", "at 7", "25:00")] == [
        "18:30", "00:00", "18:05", "", "",
    ]  # fmt: skip
