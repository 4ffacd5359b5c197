"""Words of a list's own: which there are, and what somebody says that they mean."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm.core.permissions import Viewer
from crm.exchange.kinds import plain_word
from crm.exchange.lists.guessing import fingerprint
from crm.exchange.lists.interactions import MEANINGS
from crm.exchange.models import Import
from crm.exchange.operations.mappings import keep_mapping
from crm.exchange.operations.uploads import read_anew
from crm.exchange.queries import lock_import
from crm.exchange.queries.mappings import find_mapping_of
from crm.outreach.models import Channel, Outcome

# So many are asked about at once; of a column with more it is likely that it says something else.
MOST_ASKED = 40


@dataclass(frozen=True)
class Unknown:
    """A word of which it must be said what it means."""

    # Where among an import's defaults its meaning is kept: a key of `MEANINGS`.
    kept: str
    word: str
    # How many rows say it.
    count: int


def keep_unknown(task: Import, words: Sequence[tuple[str, str]]) -> None:
    """Keep (where its meaning is kept, word) of rows, with how many rows say each."""
    if not words:
        return
    contents = json.loads(task.contents)
    asked = contents.setdefault("asked", {})
    for kept, word in words:
        found = asked.setdefault(kept, {})
        key = plain_word(word)
        if key in found:
            found[key][1] += 1
        elif len(found) < MOST_ASKED:
            found[key] = [word, 1]
    task.contents = json.dumps(contents)


def list_unknown(task: Import) -> list[Unknown]:
    """The words of which it must be said what they mean: outcomes, then channels, as the file has them."""
    asked = json.loads(task.contents).get("asked", {})
    return [Unknown(kept, *found) for kept in MEANINGS for found in asked.get(kept, {}).values()]


def say_words(viewer: Viewer, task: Import, meanings: Mapping[Unknown, Outcome | Channel]) -> None:
    """Have the rows read anew, with what words mean. Where the columns are kept, so are the words.

    Raises Refused once it is applied.
    """
    task = lock_import(task.id)
    defaults = dict(task.defaults)
    for one, meaning in meanings.items():
        defaults[one.kept] = {**defaults.get(one.kept, {}), plain_word(one.word): meaning.value}
    task.defaults = defaults
    columns = json.loads(task.contents)["columns"]
    read_anew(task)
    if (kept := find_mapping_of(fingerprint(columns), task.about)) is not None:
        keep_mapping(viewer, task, kept.name)
