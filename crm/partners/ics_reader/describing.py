"""What an entry says of itself, series or not."""

from __future__ import annotations

import hashlib
from datetime import datetime
from zoneinfo import ZoneInfo

from .found import Date, Entry
from .lines import Block
from .texts import LONGEST_PLACE, LONGEST_TITLE, one_line, several_lines, unescaped, web_address

LONGEST_UID = 200


def uid_of(block: Block) -> str:
    """What an entry is called for ever, in at most 200 characters; without a UID made of title and start."""
    uid = unescaped(block.value("UID"))
    if uid and len(uid) <= LONGEST_UID:
        return uid
    text = uid or "\n".join((block.value("SUMMARY"), block.value("DTSTART")))
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def entry_of(block: Block, begins: datetime, zone: str, all_day: bool) -> Entry:
    """An entry by its beginning (UTC) and the zone that it is told in, without its dates."""
    rules = block.all("RRULE")
    return Entry(
        uid=uid_of(block),
        title=_title(block),
        description=several_lines(unescaped(block.value("DESCRIPTION"))),
        place=_place(block),
        url=web_address(block.value("URL")),
        timezone=zone,
        all_day=all_day,
        repeats=bool(block.all("RRULE", "RDATE", "RECURRENCE-ID")),
        rule=rules[0].value.strip() if len(rules) == 1 and not block.all("EXRULE") else "",
        first_local=begins.astimezone(ZoneInfo(zone)).replace(tzinfo=None),
    )


def date_of(block: Block, begins: datetime, ends: datetime) -> Date:
    """One date of it, as this block tells it."""
    return Date(
        starts_at=begins,
        ends_at=ends,
        rule_start=begins,
        title=_title(block),
        place=_place(block),
        url=web_address(block.value("URL")),
        cancelled=block.value("STATUS").upper() == "CANCELLED",
    )


def _title(block: Block) -> str:
    return one_line(unescaped(block.value("SUMMARY")), LONGEST_TITLE)


def _place(block: Block) -> str:
    return one_line(unescaped(block.value("LOCATION")), LONGEST_PLACE)
