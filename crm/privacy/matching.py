"""Finding a person in texts by keyed hashes alone: an erasure is done again without knowing whose it was.

Addresses, numbers and runs of words are hashed as they stand in a text, and compared with the person's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from crm.core.crypto import blind_index
from crm.core.forms import normal_mail
from crm.organizations.names import fold
from crm.organizations.phones import normal_phone

_ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"\+?\(?\d[\d ().\-/]{5,}\d(?:;ext=\d+)?")
_WORD = re.compile(r"[^\W_]+")
# What stands where somebody was struck out, in every language.
STRUCK = "[…]"
# Fewer words than these are anybody's name.
FEWEST_WORDS = 2
Span = tuple[int, int]


@dataclass(frozen=True)
class Marks:
    """Keyed hashes of a person: for texts, of blind indexes, of contacts; `sizes`: words in their names."""

    hashes: frozenset[bytes]
    sizes: frozenset[int]


def mark(kind: str, value: str) -> bytes:
    """The keyed hash of an address, a number, a name or a contact."""
    return blind_index(value, f"erased.{kind}")


def words_of(name: str) -> list[str]:
    """The words of a name, folded."""
    return [fold(word.group()) for word in _WORD.finditer(name)]


def text_marks(mail: str, phone: str, name: str) -> Marks:
    """What a person is found by in texts. Empty values are left out; `phone` in E.164."""
    hashes, sizes = set(), set()
    if mail:
        hashes.add(mark("mail", normal_mail(mail)))
    if phone:
        hashes.add(mark("phone", phone.partition(";")[0]))
    words = words_of(name)
    if len(words) >= FEWEST_WORDS:
        hashes.add(mark("name", " ".join(words)))
        sizes.add(len(words))
    return Marks(frozenset(hashes), frozenset(sizes))


def _candidates(text: str, sizes: Iterable[int]) -> Iterator[tuple[Span, bytes]]:
    for found in _ADDRESS.finditer(text):
        yield found.span(), mark("mail", normal_mail(found.group()))
    for found in _NUMBER.finditer(text):
        if number := normal_phone(found.group()):
            yield found.span(), mark("phone", number.partition(";")[0])
    words = [(one.start(), one.end(), fold(one.group())) for one in _WORD.finditer(text)] if sizes else []
    for size in sizes:
        for first in range(len(words) - size + 1):
            run = words[first : first + size]
            yield (run[0][0], run[-1][1]), mark("name", " ".join(word for _start, _end, word in run))


def find_spans(text: str, marks: Marks) -> list[Span]:
    """Where a person stands in a text, from its beginning on."""
    return sorted(span for span, hashed in _candidates(text, marks.sizes) if hashed in marks.hashes)


def is_named(value: str, marks: Marks) -> bool:
    """Whether a value is somebody's name, address or number and nothing else."""
    whole = value.strip()
    return any(end - start >= len(whole.rstrip(".")) for start, end in find_spans(whole, marks))


def is_mentioned(kept: str, marks: Marks) -> bool:
    """Whether a text, or one within JSON, mentions a person."""
    return any(find_spans(text, marks) for text in _texts(_opened(kept)))


def strike(kept: str, marks: Marks) -> str:
    """The text, or the JSON, with the person struck out."""
    opened = _opened(kept)
    if isinstance(opened, str):
        return _strike(opened, marks)
    return json.dumps(_struck(opened, marks), ensure_ascii=False)


def _strike(text: str, marks: Marks) -> str:
    for start, end in reversed(_apart(find_spans(text, marks))):
        text = text[:start] + STRUCK + text[end:]
    return text


def _apart(spans: list[Span]) -> list[Span]:
    """Those that overlap as one."""
    apart: list[Span] = []
    for start, end in spans:
        if apart and start < apart[-1][1]:
            apart[-1] = apart[-1][0], max(end, apart[-1][1])
        else:
            apart.append((start, end))
    return apart


def _opened(kept: str) -> Any:
    """What JSON holds; of anything else the text itself."""
    if kept[:1] not in ("{", "["):
        return kept
    try:
        return json.loads(kept)
    except ValueError:
        return kept


def _texts(opened: Any) -> Iterator[str]:
    if isinstance(opened, str):
        yield opened
    elif isinstance(opened, dict):
        for value in opened.values():
            yield from _texts(value)
    elif isinstance(opened, list):
        for value in opened:
            yield from _texts(value)


def _struck(opened: Any, marks: Marks) -> Any:
    if isinstance(opened, str):
        return _strike(opened, marks)
    if isinstance(opened, dict):
        return {name: _struck(value, marks) for name, value in opened.items()}
    return [_struck(value, marks) for value in opened] if isinstance(opened, list) else opened
