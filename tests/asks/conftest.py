"""A demand in force that a group endorses, on a day of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.demands.models import Demand
from crm.organizations.models import Contact, Organization
from tests.asks.makers import START, speaker_of
from tests.demands.makers import adopted_demand, endorse
from tests.makers import make_organization


@pytest.fixture(autouse=True)
def _first_day() -> Iterator[None]:
    with clock.standing_at(START):
        yield


@pytest.fixture
def demand(coalition: Coalition) -> Demand:
    return adopted_demand()


@pytest.fixture
def group(demand: Demand) -> Organization:
    """It endorses the first words."""
    made = make_organization("Dockworkers 12")
    endorse(made, demand)
    return made


@pytest.fixture
def rosa(group: Organization) -> Contact:
    """She speaks for the group."""
    return speaker_of(group)
