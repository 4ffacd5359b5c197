"""A meeting, and its sign-in page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from crm.attendance.operations import open_page, token_of
from crm.core.db import db
from crm.events.models import Event
from crm.events.queries import find_date
from tests.meetings.makers import FIRST, NOW, make_meeting


@pytest.fixture(autouse=True)
def the_time() -> Iterator[time_machine.Coordinates]:
    """It is November 21, and goes on."""
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def meeting(coalition, organizer) -> Event:
    event = make_meeting(organizer.viewer, coalition)
    db.session.commit()
    return event


@pytest.fixture
def door(meeting, organizer) -> str:
    """The address of the sign-in page of the first date."""
    one = find_date(meeting, organizer.viewer, FIRST)
    assert one is not None
    page = open_page(organizer.viewer, meeting, one)
    db.session.commit()
    return f"/harbor/sign-in/{token_of(page)}"
