"""Values of plain cells: texts, numbers of people, websites, coordinates, stages.

Each function gives a value, None where the cell says that there is none, or a `CellError`; none raises.
"""

import re
import unicodedata
from typing import NamedTuple
from urllib.parse import urlsplit

from crm.core.websites import has_userinfo
from crm.exchange.problems import CellError, shortened
from crm.organizations.models import Stage
from crm.organizations.names import fold

MISSING = frozenset(
    (
        "|-|--|---|–|—|.|?|??|n/a|na|n.a.|none|null|nil|nan|#n/a|#ref!|#value!|not available|"
        "not applicable|unknown|undefined|unspecified|tbd|tba|-1|-2|-3|-9|-99|-999|-9999|-999.0|"
        "sin dato|sin datos|s/d|ninguno|ninguna|nada|desconocido|desconocida|no disponible|no aplica|"
        "por definir|pendiente de definir"
    ).split("|")
)
MOST_PEOPLE = 50_000_000
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_DROPPED = frozenset("\u200b\u200e\u200f\ufeff\u00ad\u2060")  # without a width; copied along from web pages
_EXCEL_QUOTE = re.compile(r"'(?=[=+\-@0-9])")  # put before a value "for Excel's benefit"


def is_missing(cell: str) -> bool:
    """Whether a cell says that nothing is known: blank, `N/A`, `NOT AVAILABLE`, `-999`, `?`."""
    return len(cell) <= 40 and cell.strip().casefold() in MISSING


def parse_text(cell: str, limit: int = 200, lines: bool = False) -> str | CellError | None:
    """A text in NFC, on one line unless `lines`; private-use characters are dropped, control ones refused."""
    if is_missing(cell):
        return None
    text = cell.strip()
    if not text.isprintable():
        text = "".join(c for c in text if c not in _DROPPED and unicodedata.category(c) != "Co")
        if any(c in _BIDI or (c < " " and c not in "\t\r\n") or "\x7f" <= c < "\xa0" for c in text):
            return CellError("control")
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = "\n".join(map(_one_line, text.splitlines())).strip() if lines else _one_line(text)
    text = _EXCEL_QUOTE.sub("", text, count=1) if text.startswith("'") else text
    if len(text) > limit:
        return CellError("too_long", {"text": shortened(text), "limit": limit})
    return text or None


def _one_line(text: str) -> str:
    return " ".join(text.split())


def parse_name(cell: str, limit: int = 200) -> str | CellError | None:
    """A name: a text with a letter in it."""
    text = parse_text(cell, limit)
    if isinstance(text, str) and not any(c.isalpha() for c in text):
        return CellError("no_letters", {"text": shortened(text)})
    return text


def parse_list(cell: str) -> tuple[str, ...] | CellError:
    """Tags and the like, parted by semicolons, else by bars, else by commas; each once, in their order."""
    text = parse_text(cell, limit=4000)
    if not isinstance(text, str):
        return text or ()
    mark = next((mark for mark in (";", " ::: ", "|", ",") if mark in text), ";")
    return tuple(dict.fromkeys(part.strip() for part in text.split(mark) if part.strip()))


class People(NamedTuple):
    """A number of people; `about` when the cell gave it roughly or as a range."""

    number: int
    about: bool = False


_ABOUT = re.compile(
    r"^(?:about|around|approx(?:imately|\.)?|circa|ca\.?|est\.?|roughly|unos|unas|aprox\.?|como|~|≈)\s*"
)
_AT_LEAST = re.compile(r"^(?:over|more than|at least|mas de|>=?|≥)\s*|\s*(?:\+|or more|o mas)$")
_AT_MOST = re.compile(r"^(?:under|less than|up to|at most|fewer than|menos de|hasta|<=?|≤)\s*")
_UNIT = re.compile(
    r"\s*(?:members?|people|persons?|workers?|students?|families|dues payers|miembros|personas|trabajadores|"
    r"afiliados|estudiantes|integrantes|ppl|mbrs?)\.?$"
)
_AMOUNT = r"(\d{1,3}(?:[.,\s']\d{3})+|\d+(?:[.,]\d+)?)\s*(k|mil|thousand)?"
_ONE = re.compile(rf"{_AMOUNT}(?:\.0+)?")
_RANGE = re.compile(rf"{_AMOUNT}\s*(?:-|–|—|to|a|/)\s*{_AMOUNT}")


def parse_people(cell: str) -> People | CellError | None:
    """A number of people: `~1,200`, `1.2k`, `1 200`, `over 500`, `500+`, `350 members`.

    A range gives its lower end and counts as rough: what a coalition says in public must never be more than
    what a group said. `under 50` says no number and is an error; 0 says that none is known.
    """
    if is_missing(cell):
        return None
    if len(cell) > 60:  # whatever it says, it is not a number
        return CellError("people", {"text": shortened(cell)})
    text, about = _one_line(fold(cell)), False
    if _AT_MOST.match(text):
        return CellError("people_at_most", {"text": shortened(cell)})
    for pattern in (_ABOUT, _AT_LEAST, _UNIT, _AT_LEAST):
        shorter = pattern.sub("", text)
        about, text = about or (shorter != text and pattern is not _UNIT), shorter
    match, first = _ONE.fullmatch(text), _RANGE.fullmatch(text)
    if match:
        number = _amount(match[1], match[2])
    elif first:
        about, number = True, _lower_end(first)
    else:
        return CellError("people", {"text": shortened(cell)})
    if number is None or number > MOST_PEOPLE:
        return CellError("people", {"text": shortened(cell)})
    return People(number, about) if number else None


def _lower_end(match: re.Match[str]) -> int | None:
    """1-2k is 1,000 to 2,000, but 800-1k is not 800,000."""
    bare, other = _amount(match[1], match[2]), _amount(match[3], None)
    shared = match[2] is None and bare is not None and other is not None and bare < other
    return _amount(match[1], match[4]) if shared else bare


def _amount(text: str, thousand: str | None) -> int | None:
    if re.fullmatch(r"\d{1,3}(?:[.,\s']\d{3})+", text):
        return int(re.sub(r"\D", "", text)) * (1000 if thousand else 1)
    amount = round(float(text.replace(",", ".")) * (1000 if thousand else 1), 6) if len(text) <= 15 else None
    return int(amount) if amount is not None and amount == int(amount) else None


_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.IGNORECASE)


def parse_website(cell: str) -> str | CellError | None:
    """The address of a website, http or https; `https://` is put before one without a scheme."""
    text = parse_text(cell, limit=500)
    if not isinstance(text, str):
        return text
    scheme = _SCHEME.match(text)
    if scheme and not re.match(r"\d", text[scheme.end() :]) and scheme[1].lower() not in ("http", "https"):
        return CellError("website_scheme", {"text": shortened(text)})
    full = text if scheme and scheme[1].lower() in ("http", "https") else f"https://{text.lstrip('/')}"
    try:
        if has_userinfo(full):
            return CellError("website_userinfo")
        parts = urlsplit(full)
        host, _ = parts.hostname or "", parts.port
        known = _HOST.fullmatch(host.encode("idna").decode())
    except ValueError:
        known = None
    if not known or " " in full:
        return CellError("website", {"text": shortened(text)})
    return full


def parse_latitude(cell: str) -> float | CellError | None:
    """Degrees north, -90 to 90; 0 is taken for none, as lists mean it."""
    return _degrees(cell, 90, "latitude")


def parse_longitude(cell: str) -> float | CellError | None:
    """Degrees east, -180 to 180; 0 is taken for none, as lists mean it."""
    return _degrees(cell, 180, "longitude")


def _degrees(cell: str, most: int, code: str) -> float | CellError | None:
    # -1 to -99 are degrees here, not marks of a missing value.
    text = cell.strip().replace(",", ".").removesuffix("°")
    if re.fullmatch(r"[+-]?\d{1,3}(?:\.\d{1,20})?", text) and abs(float(text)) <= most:
        return float(text) or None
    return None if is_missing(cell) else CellError(code, {"text": shortened(cell)})


_STAGES = {
    Stage.TO_CONTACT: "to contact|not contacted|not yet contacted|new|todo|to do|not started|no contact|"
    "to call|por contactar|sin contactar|nuevo|nueva|pendiente|prospect|lead|identified|cold",
    Stage.CONTACTED: "contacted|reached out|emailed|called|left message|lm|vm|messaged|texted|waiting|"
    "waiting to hear|no response|awaiting reply|contactado|contactada|contactados|se les llamo|"
    "mensaje enviado|attempted",
    Stage.IN_CONVERSATION: "in conversation|talking|in talks|in progress|meeting set|meeting scheduled|"
    "warm|discussing|interested|considering|following up|follow up|en conversacion|en platicas|en proceso|"
    "interesado|interesada",
    Stage.ACTIVE: "active|engaged|involved|participating|member|on board|activo|activa|participa|miembro|"
    "core",
    Stage.DORMANT: "dormant|inactive|cold lead|dead|on hold|paused|stalled|unresponsive|inactivo|inactiva|"
    "en pausa",
}
_STAGE_OF = {word: stage for stage, words in _STAGES.items() for word in words.split("|")}
_STANDS = re.compile(
    r"\b(?:endors\w+|signed(?: on)?|declin\w+|yes|no|si|firm\w+|respald\w+|refused|will not|adheri\w+)\b"
)


def parse_stage(cell: str) -> Stage | CellError | None:
    """A stage of outreach, by its English or Spanish words.

    What a group answered (`endorsed`, `declined`) is an error: it is never kept as a stage.
    """
    if is_missing(cell):
        return None
    plain = re.sub(r"[\W_]+", " ", fold(cell)).strip()
    stage = _STAGE_OF.get(plain)
    if stage:
        return stage
    code = "stage_is_stand" if _STANDS.search(plain) else "stage"
    return CellError(code, {"text": shortened(cell)})
