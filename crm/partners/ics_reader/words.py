"""What is told of a calendar file: why entries were passed over, and why a whole file could not be had."""

from __future__ import annotations

from enum import StrEnum, auto


class Passed(StrEnum):
    """Why one entry of a file is not shown."""

    BROKEN = auto()
    CUT_OFF = auto()
    NO_START = auto()
    NO_TITLE = auto()
    UNKNOWN_ZONE = auto()
    TOO_OFTEN = auto()
    TOO_MANY_DATES = auto()
    TOO_SLOW = auto()
    TOO_MANY = auto()
    PRIVATE = auto()
    CONTROL = auto()
    REPEATED = auto()


class Failure(StrEnum):
    """Why a whole calendar could not be had."""

    ADDRESS = auto()
    NOT_FOUND = auto()
    PRIVATE_ADDRESS = auto()
    NO_ANSWER = auto()
    CERTIFICATE = auto()
    REDIRECTS = auto()
    GONE = auto()
    FORBIDDEN = auto()
    REFUSED = auto()
    TOO_LARGE = auto()
    TIMEOUT = auto()
    NOT_A_CALENDAR = auto()
    BROKEN = auto()
