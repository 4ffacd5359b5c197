"""What the options of the import commands mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.tenancy import current_coalition_id
from crm.core.transactions import reading
from crm.exchange.fields import SHARED
from crm.exchange.kinds import plain_word
from crm.exchange.lists.events import EVENT_KIND, PUBLISHED
from crm.exchange.lists.guessing import VOCABULARIES
from crm.exchange.lists.interactions import MEANINGS, OUTCOME
from crm.exchange.lists.joining import join_timeslots
from crm.exchange.models import Existing, ListKind
from crm.exchange.operations import Choices
from crm.organizations.models import OrganizationKind


@contextmanager
def opened(path: Path, timeslots: object) -> Iterator[BinaryIO]:
    """The file; with the dates of another, what the two become."""
    with path.open("rb") as stream:
        if not isinstance(timeslots, Path):
            yield stream
            return
        with reading():
            zone = db.session.get_one(Coalition, current_coalition_id()).zone
        with (
            timeslots.open("rb") as dates,
            join_timeslots(stream, path.name, dates, timeslots.name, zone) as joined,
        ):
            yield joined


def read_choices(contents: dict[str, object], options: dict[str, object]) -> Choices:
    """What the options of a command choose, over what is guessed. Raises Refused."""
    guessed = contents["mapping"]
    assert isinstance(guessed, dict)  # noqa: S101 - as look_into gives it
    kind = options.get("kind") or contents["kind"]
    said: dict[str, Any] = {name: str(options[name]) for name in (OUTCOME, EVENT_KIND) if options.get(name)}
    if options.get(PUBLISHED):
        said[PUBLISHED] = True
    said |= _words(options.get("words", ()))  # type: ignore[arg-type]
    return Choices(
        _mapped(guessed, options["pairs"], contents["about"]),  # type: ignore[arg-type]
        str(options["source"] or contents["source"])[:60],
        OrganizationKind(str(kind)) if kind else None,
        bool(options["day_first"]),
        Existing.FILL if options.get("only_fill") else Existing.UPDATE,
        said,
        str(options.get("into") or ""),
    )


def _mapped(guessed: dict[str, str], pairs: Sequence[str], about: ListKind) -> dict[str, str]:
    """The guesses with what was said instead; a field that is given to a column is taken from another."""
    mapping = dict(guessed)
    shared = VOCABULARIES[about].shared if about in VOCABULARIES else SHARED
    for pair in pairs:
        column, equals, name = pair.rpartition("=")
        if not equals:
            raise Refused(f"--map {pair}: write COLUMN=FIELD.")
        if name not in shared:
            mapping = {other: given for other, given in mapping.items() if given != name}
        mapping[column] = name
        if not name:
            del mapping[column]
    return mapping


def _words(pairs: Sequence[str]) -> dict[str, dict[str, str]]:
    """Words of the list's own → what they mean, by where that is kept: no outcome is called as a channel."""
    words: dict[str, dict[str, str]] = {}
    known = {code.value: kept for kept, meanings in MEANINGS.items() for code in meanings}
    for pair in pairs:
        word, _equals, meaning = pair.rpartition("=")
        if not plain_word(word) or meaning not in known:
            raise Refused(f"--word {pair}: write WORD=MEANING, with one of {', '.join(known)}.")
        words.setdefault(known[meaning], {})[plain_word(word)] = meaning
    return words
