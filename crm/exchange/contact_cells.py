"""People in a sheet: what one cell says about who to talk to."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from crm.core.late import LateModule
from crm.exchange.cells import is_missing, parse_text
from crm.exchange.kinds import kind_from_name
from crm.exchange.problems import CellError
from crm.organizations.names import fold, group_number, local_number

if TYPE_CHECKING:
    import phonenumbers
else:
    phonenumbers = LateModule("phonenumbers")

EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\.[A-Za-z]{2,24}")
# Numbers as people write them, whether anybody has them or not, with an area code or without.
_LIKE_A_PHONE = re.compile(r"(?<![\d-])(?:\(?\d{3}\)?[-. ]{1,2})?\d{3}[-. ]\d{4}(?![\d-])")
_BETWEEN_PEOPLE = re.compile(r" (?:and|y|or|o|&|\+) ")
_UP_TO_NUMBER = re.compile(r"\D*\d[\w-]*")
_PARTS = re.compile(r"\s*(?:[,;/|\n<>()\[\]]|\s[-–—]\s|:::)\s*")
_LABELS = re.compile(r"\b(?:cell|phone|tel|mobile|ph|email|e-mail|correo|celular|telefono)\b\.?:?|:", re.I)
_PERSON_WORD = re.compile(r"(?:[^\W\d_]++['’.-]?)+")
_NOT_A_PERSON = frozenset(
    "local union the and office call ask new president secretary treasurer steward pastor rev father "
    "director coordinator chair staff team board council church association committee org group tbd main "
    "front desk see try left message voicemail email from who works for at is on vp oficina llamar "
    "presidente presidenta iglesia sindicato comite with or y via per lives near maybe friend of lu".split()
)
_PARTICLES = frozenset(["de", "la", "del", "los", "las", "van", "von", "da", "dos", "al", "el", "bin"])


class ContactCell(NamedTuple):
    """A contact read from one cell: a name with numbers (E.164) and addresses, or a note if not clear.

    Where `note` is set, `name` is empty: the whole cell is the note, and nothing is guessed from it.
    """

    name: str
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    note: str = ""


def list_phones(text: str, region: str = "US") -> tuple[str, ...]:
    """The telephone numbers in a text, in E.164, each once; `region` is the country of bare ones."""
    return tuple(dict.fromkeys(number for number, _ in _phones(text, region)))


def _phones(text: str, region: str) -> list[tuple[str, str]]:
    if sum(c.isdigit() for c in text) < 7:
        return []
    found = phonenumbers.PhoneNumberMatcher(text, region, phonenumbers.Leniency.VALID)
    style = phonenumbers.PhoneNumberFormat.E164
    return [(phonenumbers.format_number(match.number, style), match.raw_string) for match in found]


def list_emails(text: str) -> tuple[str, ...]:
    """The e-mail addresses in a text, each once."""
    return tuple(dict.fromkeys(EMAIL.findall(text)))


def parse_contact(cell: str, region: str = "US") -> ContactCell | CellError | None:
    """Who to talk to, from a free cell.

    One person's name with numbers and addresses is a contact. Anything more or less (a local with a first
    name and a number, two people, a sentence) is a note, whole, for a person to sort.
    """
    text = parse_text(cell, limit=2000, lines=True)
    if not isinstance(text, str):
        return text
    emails, phones = list_emails(text), _phones(text, region)
    rest = text
    for found in (*emails, *(raw for _, raw in phones)):
        rest = rest.replace(found, " ; ")
    names = [part for part in _PARTS.split(_LABELS.sub(" ", rest)) if part.strip(" .,-")]
    name = " ".join(names[0].split()) if len(names) == 1 else ""
    if not name or not is_person(name) or local_number(text) or group_number(text):
        return ContactCell("", emails, tuple(number for number, _ in phones), text)
    return ContactCell(name, emails, tuple(dict.fromkeys(number for number, _ in phones)))


def is_person(text: str) -> bool:
    """Whether a text reads as one person's name: one to four words of letters, each with a capital."""
    words = text.split()
    if not 1 <= len(words) <= 4 or not all(_PERSON_WORD.fullmatch(word) for word in words):
        return False
    if any(fold(word).strip(".") in _NOT_A_PERSON for word in words):
        return False
    return all(word[0].isupper() or fold(word) in _PARTICLES for word in words)


class NameCell(NamedTuple):
    """An organization's name, and the note that the whole cell became when it held more than that."""

    name: str
    note: str = ""


def split_name(cell: str, region: str = "US") -> NameCell:
    """A name cell in which somebody also wrote a person or a number.

    `Local 6 - Maria 206-555-0143` is named `Local 6`, and all of the cell goes to a note.
    """
    cell = " ".join(cell.split())
    found = [*list_emails(cell), *(raw for _, raw in _phones(cell, region))]
    found = found or _LIKE_A_PHONE.findall(cell)
    if is_missing(cell) or not found:
        return NameCell(cell)
    rest = cell
    for text in found:
        rest = rest.replace(text, " ; ")
    parts = [" ".join(part.split()) for part in _PARTS.split(_LABELS.sub(" ", rest)) if part.strip(" .,-")]
    parts = parts or [""]
    if local := find_local(parts):
        return NameCell(local, cell)
    named = next((part for part in parts if not is_person(part) or len(part.split()) > 2), parts[0])
    return NameCell(named, cell)


def find_local(parts: Sequence[str]) -> str:
    """The local that a cell's parts name, without the person who stands behind its number; else "".

    `Local 6 Maria` is `Local 6`; `Local 6 Carpenters Union` says what it is, and stays.
    """
    part = next((part for part in parts if local_number(part)), "")
    numbered = _UP_TO_NUMBER.match(part)
    behind = part[numbered.end() :].strip() if numbered else ""
    people = all(map(is_person, _BETWEEN_PEOPLE.split(behind)))
    if numbered and people and kind_from_name(behind) is None:
        return numbered[0]
    return part


def local_in(cell: str, region: str = "US") -> str:
    """The local that a contact's cell names beside a number or an address; "" where that is not plain."""
    split = split_name(cell, region)
    return split.name if split.note and local_number(split.name) else ""
