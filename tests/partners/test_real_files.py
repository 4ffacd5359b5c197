"""Every real calendar file of ../shared/data: none fails, none hangs, the good agree with the library."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import icalendar
import pytest
import recurring_ical_events
import x_wr_timezone

from crm.partners.ics_reader.found import Reading
from crm.partners.ics_reader.lines import local_of, taken_apart
from crm.partners.ics_reader.reading import NotACalendar
from crm.partners.ics_reader.words import Passed
from tests.partners.files import read

FEEDS_FROM = datetime(2026, 1, 1, tzinfo=UTC)
# Broken on purpose in the test calendars of libraries, looked at one by one: docs/using/partner-calendars.md.
PASSED = Counter(
    {Passed.NO_START: 35, Passed.NO_TITLE: 8, Passed.BROKEN: 6, Passed.UNKNOWN_ZONE: 4, Passed.REPEATED: 1}
)


def beginning(content: bytes) -> datetime:
    """The day before the first entry of a test calendar; many of them are old."""
    found = [local_of(block.value("DTSTART")) for block in taken_apart(content).blocks]
    known = [one for one in found if one is not None and one.year > 1970]
    return min(known, default=datetime(2026, 1, 1)).replace(tzinfo=UTC) - timedelta(days=2)


def read_file(path: Path) -> Reading | None:
    content = path.read_bytes()
    try:
        return read(content, start=FEEDS_FROM if path.parent.name == "community" else beginning(content))
    except NotACalendar:
        return None


def summed(readings: list[Reading]) -> tuple[int, int, int]:
    return (
        sum(one.total for one in readings),
        sum(one.outside for one in readings),
        sum(len(one.skips) for one in readings),
    )


def test_every_file_is_read(real_data):
    folder = real_data / "ics"
    with (folder / "INDEX.csv").open(encoding="utf-8") as index:
        rows = list(csv.DictReader(index))
    readings = {row["file"]: read_file(folder / row["file"]) for row in rows}
    refused = [name for name, reading in readings.items() if reading is None]
    assert len(rows) == 110
    # 8 and 45 bytes, out of a fuzzer.
    assert [name.rpartition("__")[2] for name in refused] == [
        "fuzz_testcase_0_char_in_component_name.ics",
        "fuzz_testcase_vtimezone_lone_cr.ics",
    ]
    good = [reading for reading in readings.values() if reading is not None]
    assert sum((Counter(skip.reason for skip in one.skips) for one in good), Counter()) == PASSED
    # The table of docs/using/partner-calendars.md: entries, outside of the 400 days, passed over.
    real = [readings[row["file"]] for row in rows if row["file"].startswith("community/")]
    assert [reading for reading in real if reading is None] == []
    assert summed(real) == (8051, 4685, 1) and len(real) == 26
    assert summed(good) == (8051 + 906, 4685 + 661, 1 + 53)


@pytest.mark.parametrize(
    "name",
    [
        "dsa_sonoma_google",
        "repair_cafe_toronto_recurrence_ids",
        "iu_first_nations_center",
        "duke_arts_bedework_lf",
    ],
)
def test_the_dates_are_those_of_the_library(real_data, name):
    content = (real_data / "ics" / "community" / f"{name}.ics").read_bytes()
    whole = icalendar.Calendar.from_ical(content)
    assert isinstance(whole, icalendar.Calendar)
    # One is written in small letters, which the library takes for another calendar than ours.
    whole["CALSCALE"] = "GREGORIAN"
    query = recurring_ical_events.of(x_wr_timezone.to_standard(whole), skip_bad_series=True)
    expected = Counter(
        one["DTSTART"].dt.astimezone(UTC)
        for one in query.between(FEEDS_FROM, FEEDS_FROM + timedelta(days=400))
        if isinstance(one["DTSTART"].dt, datetime)
    )
    ours = Counter(
        one.starts_at
        for entry in read(content, start=FEEDS_FROM).entries
        for one in entry.dates
        if not entry.all_day
    )
    assert ours == expected
    assert len(ours) > 10
