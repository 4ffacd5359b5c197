"""What a group said to a demand, from the cell of a sheet."""

import datetime
import re
from dataclasses import dataclass

from crm.demands.models import StandState
from crm.exchange.cells import is_missing
from crm.exchange.dates import MONTH, Way, parse_date
from crm.exchange.problems import CellError, shortened
from crm.organizations.names import fold

LONGEST_NOTE = 500  # characters


@dataclass(frozen=True)
class Stand:
    """An answer; `on`: when it was given, or the board meets; `note`: the cell, if it says more."""

    answer: StandState
    on: datetime.date | None = None
    note: str = ""


_NOT_ASKED = frozenset(
    "not asked|not yet|not yet asked|no asked|to ask|ask|false|0|sin preguntar|no preguntado|aun no|"
    "todavia no|por preguntar|not sure yet|todo|to do".split("|")
)
_MARKS = frozenset("x|xx|*|•|●|o".split("|"))
_TICKS = frozenset("✓|✔|☑|✅|1|true|verdadero".split("|"))
_TICK_SIGNS = "✓✔☑✅"
_CROSSES = frozenset("✗|✘|❌".split("|"))
# The order decides: "yes, with reservations" is a reservation, "no, the board declined" a no.
_PATTERNS = (
    (
        StandState.RESERVATION,
        r"(?:yes|si|y|endors\w+)?\W*(?:w/|with|con)\s*(?:some |one |a |una? |algunas? )?reserv\w+|reserv\w+|"
        r"(?:yes|si|y)\W+(?:but|pero|except|excepto|salvo)\b|qualified yes|partial(?:ly)?|parcial\w*",
    ),
    (
        StandState.DECLINED,
        r"n|no|nope|declin\w+|refus\w+|rejected|against|opposed|rechaz\w+|en contra|voted no|won t|wont|"
        r"not interested|no les interesa",
    ),
    (
        StandState.BEFORE_BOARD,
        r"(?:yes |si )?(?:(?:to|before|goes to|going to|pending|at|waiting (?:for|on)|awaiting|needs|"
        r"ante|a|espera|pendiente de) )?(?:(?:their|the|its|su|la|el|exec|executive) )*(?:board|e board|"
        r"eboard|junta|mesa directiva|directiva|asamblea|delegates|membership vote|vote|voting|votan|"
        r"votacion|council vote|consejo|comite)\b",
    ),
    (
        StandState.ASKED,
        r"asked|ask sent|sent|pending|waiting|awaiting|maybe|considering|thinking|undecided|in progress|"
        r"preguntad[oa]s?|se pregunto|pendiente|enviad[oa]|tal vez|quizas?|consideran\w*|lo piensan|"
        r"no response|no reply|no answer|sin respuesta",
    ),
    (
        StandState.ENDORSED,
        r"y|yes|yep|yeah|si|ok|okay|endors\w+|signed(?: on)?|agreed|agrees|approved|on board|in favor|"
        r"support\w*|firmad[oa]|firmaron|firmo|de acuerdo|apoya\w*|respalda\w*|aprobad[oa]|adherid[oa]|"
        r"voted yes|passed",
    ),
)
_ANSWERS = [(answer, re.compile(rf"(?:{words})(?![\w'])")) for answer, words in _PATTERNS]
# Asked before the answers, so that "no response" is not taken for a no.
_WAITING = re.compile(r"no (?:response|reply|answer)|sin respuesta|ask(?:ed)? (?:their|the) board")
_DECIDERS = re.compile(r"board|junta|vote|votan|asamblea")
_FILLERS = re.compile(r"\b(?:on|by|el|the|meets?|is|se reune|meeting|at)\b|[\W_]+")
_DATE = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?|"
    rf"\d{{1,2}}(?:st|nd|rd|th)?(?: de| of)?[ -](?:{MONTH})\b\.?(?:,? (?:de |del )?\d{{4}})?|"
    rf"(?:{MONTH})\b\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|[2-6]\d{{4}}"
)


def parse_stand(cell: str, today: datetime.date, day_first: bool = False) -> Stand | CellError | None:
    """A stand: yes, no, asked, `board on 12/3`, `w/ reservation`, in English or Spanish; None for not asked.

    A lone `x` is an error, for it may mean either, and nobody's name may stand under words that they did not
    agree to. An unticked box (`FALSE`, `0`) says that nobody asked, not no.
    """
    text = " ".join(fold(cell).split()).strip(" .!")
    if is_missing(cell) or text in _NOT_ASKED:
        return None
    if text in _MARKS:
        return CellError("stand_mark", {"text": shortened(cell)})
    if text in _TICKS:
        return Stand(StandState.ENDORSED)
    if text in _CROSSES:
        return Stand(StandState.DECLINED)
    return _worded(cell, text.lstrip(_TICK_SIGNS + " "), today, day_first)


def _worded(cell: str, text: str, today: datetime.date, day_first: bool) -> Stand | CellError:
    waiting = _WAITING.match(text)
    if waiting:
        answer = StandState.BEFORE_BOARD if "board" in waiting[0] else StandState.ASKED
        return _dated(answer, text, waiting.end(), cell, today, day_first)
    for answer, pattern in _ANSWERS:
        if match := pattern.match(text):
            return _dated(answer, text, match.end(), cell, today, day_first)
    return CellError("stand", {"text": shortened(cell)})


def _dated(
    answer: StandState, text: str, end: int, cell: str, today: datetime.date, day_first: bool
) -> Stand:
    """The stand with the first date in the cell; a yes that waits for a board still to meet is a board's."""
    way: Way = "future" if answer is StandState.BEFORE_BOARD else "nearest"
    rest, on = text[end:], None
    for found in _DATE.finditer(text):
        day = parse_date(found[0], today, day_first, way)
        if isinstance(day, datetime.date):
            on, rest = day, rest.replace(found[0], " ")
            break
    if answer is StandState.ENDORSED and on and on > today and _DECIDERS.search(text):
        answer = StandState.BEFORE_BOARD
    return Stand(answer, on, " ".join(cell.split())[:LONGEST_NOTE] if _FILLERS.sub(" ", rest).strip() else "")
