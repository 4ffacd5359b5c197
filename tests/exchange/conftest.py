"""A day on which the dates of the tests' sheets make sense."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask


@pytest.fixture
def november(app: Flask) -> Iterator[None]:
    """It is 20 November 2026, noon in Harbor City."""
    app.config["FIXED_CLOCK"] = "2026-11-20T20:00:00+00:00"
    yield
    app.config["FIXED_CLOCK"] = None
