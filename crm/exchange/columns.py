"""Which column is which field: guessed from headers and values, and checked when a person maps them."""

import datetime
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from crm.core.late import LateModule
from crm.exchange.cells import (
    is_missing,
    parse_latitude,
    parse_longitude,
    parse_people,
    parse_website,
)
from crm.exchange.contact_cells import EMAIL
from crm.exchange.dates import parse_date
from crm.exchange.fields import (
    DEMAND_HEADER,
    SHARED,
    STRENGTHS,
    Field,
    demand_field,
    demand_number,
    is_field,
    own_number,
    plain_header,
)
from crm.exchange.problems import CellError
from crm.exchange.stands import parse_stand
from crm.organizations.names import normalise_state
from crm.organizations.words import STATES

if TYPE_CHECKING:
    from rapidfuzz import fuzz
else:
    fuzz = LateModule("rapidfuzz.fuzz")

TITLE_MATCH = 85  # of 100: from here on a header is taken for a demand's title
_ANY_DAY = datetime.date(2026, 1, 1)  # only whether a cell reads as a date or a stand is asked here
_NUMBERED = re.compile(r"(?:.*/\s*)?#?(\d{1,2})(?:\s*[.):–-]|\s|$)")
_NAME_WORDS = frozenset(["organization", "organizacion", "group", "grupo", "org", "name", "nombre", "union"])
_EMPLOYER = frozenset(["employer name", "employer", "company", "business"])
_UNION_SIDE = frozenset(["union name", "union", "affiliation", "sindicato"])
_SOURCES = {"ein": "ein", "irs ein": "ein", "f num": "olms"} | dict.fromkeys(
    ("ipedsid", "ipeds id", "unitid"), "ipeds"
)
_CODE = re.compile(r"[A-Z]?\d{0,7}")


def _has_letters(text: str) -> bool:
    return any(c.isalpha() for c in text)


def _value(parse: Callable[[str], object]) -> Callable[[str], bool]:
    return lambda text: not isinstance(parse(text), CellError)


def _is_state(text: str) -> bool:
    return normalise_state(text) in _STATE_CODES or bool(re.fullmatch(r"[A-Z]{2,3}", text))


_STATE_CODES = frozenset(STATES.values())
# What at least half of a column's values must be for its header to be believed.
_CHECKS: Mapping[str, Callable[[str], bool]] = {
    Field.NAME: _has_letters,
    Field.GROUP_NUMBER: lambda text: text.isdecimal(),
    Field.LOCAL_NUMBER: lambda text: bool(re.fullmatch(r"#?\d{1,5}[A-Za-z]{0,3}(?:-[A-Za-z])?", text)),
    Field.KIND: _has_letters,
    Field.IRS_SUBSECTION: lambda text: bool(re.fullmatch(r"\d{1,2}", text)),
    Field.IRS_FOUNDATION: lambda text: bool(re.fullmatch(r"\d{1,2}", text)),
    Field.PEOPLE: _value(parse_people),
    Field.PARENT: _has_letters,
    Field.SECTOR: _has_letters,
    Field.CITY: _has_letters,
    Field.STATE: _is_state,
    Field.LATITUDE: _value(parse_latitude),
    Field.LONGITUDE: _value(parse_longitude),
    Field.WEBSITE: _value(parse_website),
    Field.STAGE: lambda text: not _CODE.fullmatch(text),
    Field.CONTACT_EMAIL: lambda text: bool(EMAIL.search(text)),
    Field.CONTACT_PHONE: lambda text: sum(c.isdigit() for c in text) >= 7,
    Field.LAST_TOUCH: _value(lambda text: parse_date(text, _ANY_DAY)),
    Field.PLACE: _has_letters,
    Field.DESCRIPTION: _has_letters,
}


def guess_mapping(
    columns: Sequence[str],
    sample_rows: Sequence[Sequence[str]] = (),
    demands: Sequence[tuple[int, str]] = (),
) -> dict[str, str]:
    """The field of each column that can be guessed; what is not in it stays out of the import.

    `sample_rows` are the first rows' cells in the order of the columns, `demands` the coalition's demands by
    number and title. Each field goes to one column, notes and tags to as many as there are.
    """
    values = column_values(columns, sample_rows)
    plain = {name: _plain(name) for name in columns}
    mapping = _guess_demands(columns, plain, values, demands)
    claim_columns(values, mapping, STRENGTHS, _CHECKS, SHARED)
    if Field.NAME not in mapping.values():
        _guess_name(columns, plain, values, mapping)
    _settle(mapping, plain)
    return {name: str(mapping[name]) for name in columns if name in mapping}


def claim_columns(
    values: Mapping[str, Sequence[str]],
    mapping: dict[str, str],
    strengths: Mapping[str, Sequence[tuple[str, int]]],
    checks: Mapping[str, Callable[[str], bool]],
    shared: Collection[str],
) -> None:
    """Add to a mapping the fields that columns are called by, surest first and in their order.

    `values` are each column's. A field whose check half of the values fail is not believed.
    """
    claims = [
        (-strength, place, name, field)
        for place, name in enumerate(values)
        if name not in mapping
        for field, strength in _claims(name, _plain(name), strengths)
        if _fits(checks.get(field), values[name])
    ]
    taken = set(mapping.values())
    for _, _, name, field in sorted(claims, key=lambda claim: claim[:2]):
        if name not in mapping and (field not in taken or field in shared):
            mapping[name] = field
            taken.add(field)


def column_values(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    """What the first rows say in each column; what says that nothing is known is left out."""
    return {name: _values(rows, place) for place, name in enumerate(columns)}


def _values(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    cells = (row[place].strip() for row in rows if place < len(row))
    return [cell for cell in cells if not is_missing(cell)]


def _plain(name: str) -> str:
    return re.sub(r" \d$", "", plain_header(name)) if re.search(r"\(\d\)$", name) else plain_header(name)


def _claims(
    name: str, plain: str, strengths: Mapping[str, Sequence[tuple[str, int]]]
) -> Iterable[tuple[str, int]]:
    """The fields that a header names; under a band (`Contact / Phone`) as a whole, else by its last part."""
    found = strengths.get(plain)
    if found or " / " not in name:
        return found or ()
    return [(field, 1) for field, _ in strengths.get(_plain(name.rpartition(" / ")[2]), ())]


def _fits(check: Callable[[str], bool] | None, values: Sequence[str]) -> bool:
    return check is None or not values or sum(map(check, values)) * 2 >= len(values)


def _guess_demands(
    columns: Sequence[str],
    plain: Mapping[str, str],
    values: Mapping[str, Sequence[str]],
    demands: Sequence[tuple[int, str]],
) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for name in columns:
        number = _demand_of(name, plain[name], values[name], demands)
        if number is not None and demand_field(number) not in mapping.values():
            mapping[name] = demand_field(number)
    return mapping


def _demand_of(
    name: str, plain: str, values: Sequence[str], demands: Sequence[tuple[int, str]]
) -> int | None:
    """By its number if the header says that it is a demand; by number or title if the values are stands."""
    match = DEMAND_HEADER.match(plain)
    if match and (not values or _are_stands(values)):
        return int(match[1])
    if not values or not _are_stands(values) or plain in STRENGTHS:
        return None
    best = max(demands, key=lambda demand: _alike(plain, demand[1]), default=None)
    if best and _alike(plain, best[1]) >= TITLE_MATCH:
        return best[0]
    numbered = _NUMBERED.match(name)
    return int(numbered[1]) if numbered and int(numbered[1]) in dict(demands) else None


def _alike(plain: str, title: str) -> float:
    other = plain_header(title)
    if len(plain) < 4:
        return 0.0
    return max(fuzz.ratio(plain, other), fuzz.token_set_ratio(plain, other), fuzz.partial_ratio(plain, other))


def _are_stands(values: Sequence[str]) -> bool:
    good = sum(1 for text in values if not isinstance(parse_stand(text, _ANY_DAY), CellError))
    return good * 2 >= len(values)


def _guess_name(
    columns: Sequence[str],
    plain: Mapping[str, str],
    values: Mapping[str, Sequence[str]],
    mapping: dict[str, str],
) -> None:
    """Without a header that says so: one with a word of names in it, or a lone column of texts."""
    free = [name for name in columns if name not in mapping and _fits(_CHECKS[Field.NAME], values[name])]
    named = [name for name in free if _NAME_WORDS & set(plain[name].split())]
    if named or len(columns) == 1:
        mapping.update(dict.fromkeys((named or free)[:1], Field.NAME))


def _settle(mapping: dict[str, str], plain: Mapping[str, str]) -> None:
    """What hangs on other columns: a source needs an id; an employer's union is a note, not its parent."""
    if Field.EXTERNAL_ID not in mapping.values():
        for name in [name for name, field in mapping.items() if field == Field.SOURCE]:
            del mapping[name]
    employer = any(field == Field.NAME and plain[name] in _EMPLOYER for name, field in mapping.items())
    if employer:
        mapping.update({name: Field.NOTE for name in plain if plain[name] in _UNION_SIDE})


def external_source(column: str) -> str | None:
    """The list that an id column's name tells of: `ein`, `ipeds`, `olms`; None for any other column."""
    return _SOURCES.get(plain_header(column))


def check_mapping(
    columns: Sequence[str], mapping: Mapping[str, str], demands: Iterable[int], own: Iterable[int] = ()
) -> list[CellError]:
    """What is wrong with a mapping that a person made, or that `--map` gave; empty when nothing is."""
    known, numbers, own_ids = set(columns), set(demands), set(own)
    problems = [CellError("map_column", {"name": name}) for name in mapping if name not in known]
    for name, field in mapping.items():
        number, own_id = demand_number(field), own_number(field)
        if not is_field(field) or (own_id is not None and own_id not in own_ids):
            problems.append(CellError("map_field", {"name": name, "field": field}))
        elif number is not None and number not in numbers:
            problems.append(CellError("map_demand", {"name": name, "number": number}))
    single = [field for field in mapping.values() if field not in SHARED]
    problems += [CellError("map_twice", {"field": f}) for f in dict.fromkeys(single) if single.count(f) > 1]
    if Field.NAME not in mapping.values():
        problems.append(CellError("map_no_name"))
    return problems
