"""Words of a list's own: which there are, and what somebody says that they mean."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from crm.core.permissions import Viewer
from crm.exchange.kinds import plain_word
from crm.exchange.lists.guessing import fingerprint
from crm.exchange.lists.interactions import WORDS
from crm.exchange.models import Import
from crm.exchange.operations.mappings import keep_mapping
from crm.exchange.operations.uploads import read_anew
from crm.exchange.queries import lock_import
from crm.exchange.queries.mappings import find_mapping_of
from crm.outreach.models import Outcome

# So many are asked about at once; of a column with more it is likely that it says something else.
MOST_ASKED = 40


def keep_unknown(task: Import, words: Sequence[str]) -> None:
    """Keep words of rows of which it must be said what they mean, with how many rows say each."""
    if not words:
        return
    contents = json.loads(task.contents)
    found = contents.setdefault("unknown", {})
    for word in words:
        key = plain_word(word)
        if key in found:
            found[key][1] += 1
        elif len(found) < MOST_ASKED:
            found[key] = [word, 1]
    task.contents = json.dumps(contents)


def list_unknown(task: Import) -> list[tuple[str, int]]:
    """(word, how many rows say it) of those of which it must be said what they mean, in the file's order."""
    return [(word, count) for word, count in json.loads(task.contents).get("unknown", {}).values()]


def say_words(viewer: Viewer, task: Import, meanings: Mapping[str, Outcome]) -> None:
    """Have the rows read anew, with what words mean. Where the columns are kept, so are the words.

    Raises Refused once it is applied.
    """
    task = lock_import(task.id)
    words = {plain_word(word): outcome.value for word, outcome in meanings.items()}
    task.defaults = {**task.defaults, WORDS: {**task.defaults.get(WORDS, {}), **words}}
    columns = json.loads(task.contents)["columns"]
    read_anew(task)
    if (kept := find_mapping_of(fingerprint(columns), task.about)) is not None:
        keep_mapping(viewer, task, kept.name)
