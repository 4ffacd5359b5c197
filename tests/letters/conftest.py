"""Two demands, of which the first has newer words."""

from __future__ import annotations

import pytest

from tests.demands.makers import adopt_new_words, adopted_demand, endorse
from tests.makers import make_organization


@pytest.fixture
def demands(coalition):
    """(homes, schools); homes is at its version 2. "Old Union" endorses version 1 of it alone."""
    homes = adopted_demand("Homes for all.", es="Casas para todos.")
    endorse(make_organization("Old Union"), homes)
    adopt_new_words(homes, "Homes for everybody.")
    return homes, adopted_demand("Schools for all.")
