"""Days as people write them into a sheet."""

import datetime
import re
from typing import Literal

from crm.exchange.cells import is_missing
from crm.exchange.problems import CellError, shortened
from crm.organizations.names import fold

Way = Literal["past", "future", "nearest"]

_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "jan january ene enero",
            "feb february febr febrero",
            "mar march marzo",
            "apr april abr abril",
            "may mayo",
            "jun june junio",
            "jul july julio",
            "aug august ago agosto",
            "sep sept september septiembre setiembre set",
            "oct october octubre",
            "nov november noviembre",
            "dec december dic diciembre",
        ),
        1,
    )
    for word in words.split()
}
_NEVER = frozenset(["never", "nunca", "not yet", "aun no", "todavia no", "no"])
_RELATIVE = {"today": 0, "hoy": 0, "yesterday": -1, "ayer": -1, "tomorrow": 1, "manana": 1}
_EPOCH = datetime.date(1899, 12, 30)  # day 0 of Excel, with its 29 February 1900 that never was
_SERIAL = re.compile(r"([2-6]\d{4})(?:\.\d+)?")  # 1954 to 2091
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[t ]\d{1,2}:\d{2}.*)?")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_NUMBERS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})(?:\2(\d{4}|\d{2}))?\.?(?:,? \d{1,2}:\d{2}.*)?")
MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY_FIRST = re.compile(rf"(?:el )?(\d{{1,2}})(?:st|nd|rd|th)?(?:[ /-]|\. ?| de | of )*({MONTH})\b\.?(.*)")
_MONTH_FIRST = re.compile(rf"({MONTH})\b\.?[ /-]*(?:the )?(\d{{1,2}})(?:st|nd|rd|th)?\b(.*)")
_YEAR = re.compile(r"(?:[\s,./-]|de\b|del\b|')*(\d{4}|\d{2})?(?:,? \d{1,2}:\d{2}.*)?")
_WEEKDAY = re.compile(
    r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun|lunes|martes|miercoles|jueves|viernes|"
    r"sabado|domingo|lun|mie|jue|vie|sab|dom)(?:day)?\b[.,]*\s*"
)


def parse_date(
    cell: str, today: datetime.date, day_first: bool = False, way: Way = "past"
) -> datetime.date | CellError | None:
    """A day: `2026-11-03`, `11/3/26`, `3 Nov`, `Nov 3rd`, `3 de noviembre`, an Excel number, `yesterday`.

    `day_first` says what 3/11 means; where only one order is possible, or with points, that one is taken. A
    day without a year is the last one up to today, the next one from today, or the nearest, by `way`.
    """
    if is_missing(cell):
        return None
    text = " ".join(fold(cell).split())
    text = _WEEKDAY.sub("", text)
    if text in _NEVER:
        return None
    if text in _RELATIVE:
        return today + datetime.timedelta(days=_RELATIVE[text])
    parts = _parts(text, day_first)
    if parts is None:
        return CellError("date", {"text": shortened(cell)})
    if isinstance(parts, datetime.date):
        return parts
    day = _resolved(*parts, today, way)
    if day is None:
        return CellError("date_impossible", {"text": shortened(cell)})
    if not 1900 <= day.year <= 2100:
        return CellError("date_far", {"text": shortened(cell)})
    return day


def _parts(text: str, day_first: bool) -> tuple[int | None, int, int] | datetime.date | None:
    """Year (None if not said), month and day; or the day itself."""
    if match := _SERIAL.fullmatch(text):
        return _EPOCH + datetime.timedelta(days=int(match[1]))
    if match := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return int(match[1]), int(match[2]), int(match[3])
    if match := _NUMBERS.fullmatch(text):
        first, second = int(match[1]), int(match[3])
        swapped = second > 12 if day_first or match[2] == "." else first <= 12
        month, day = (first, second) if swapped else (second, first)
        return _year(match[4]), month, day
    if (match := _DAY_FIRST.fullmatch(text)) and (rest := _YEAR.fullmatch(match[3])):
        return _year(rest[1]), _MONTHS[match[2]], int(match[1])
    if (match := _MONTH_FIRST.fullmatch(text)) and (rest := _YEAR.fullmatch(match[3])):
        return _year(rest[1]), _MONTHS[match[1]], int(match[2])
    return None


def _year(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if len(text) == 4 else 2000 + int(text)


def _resolved(year: int | None, month: int, day: int, today: datetime.date, way: Way) -> datetime.date | None:
    if year is not None:
        return _date(year, month, day)
    # Eight years hold a 29 February whichever way one looks.
    near = (_date(today.year + step, month, day) for step in range(-8, 9))
    days = [found for found in near if found]
    if way == "past":
        return max((found for found in days if found <= today), default=None)
    if way == "future":
        return min((found for found in days if found >= today), default=None)
    return min(days, key=lambda found: abs(found - today), default=None)


def _date(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None
