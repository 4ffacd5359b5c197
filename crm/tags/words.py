"""How tags are typed and told apart. Pure: no database, no request."""

from __future__ import annotations

import re
import unicodedata

from crm.core.notes import holds_identity_number

LONGEST = 60
# Of one group; and as many are typed at once.
MOST = 30
# Of a coalition, as many as a menu holds.
MOST_OFFERED = 300
# Between the tags of a group in one text: no label holds it.
BETWEEN = "\n"
_APART = re.compile(r"[,;\n]+")
_NOT_WORDS = re.compile(r"[^\w]+|_+")


def tag_label(text: str) -> str:
    """A tag as it is shown: the words as typed, apart by single spaces, without a "#" in front."""
    return " ".join(text.split()).lstrip("# ")


def tag_key(text: str) -> str:
    """What makes two tags the same: the words without case, accents and punctuation; "" without any."""
    wide = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(c for c in wide if unicodedata.category(c) != "Mn")
    return " ".join(_NOT_WORDS.sub(" ", bare).split())


def is_tag(label: str) -> bool:
    """Whether a label can be a tag: a word or a few, and no number of a person."""
    key = tag_key(label)
    apart = set(label) & set(",;\n")
    return (
        bool(key) and max(len(label), len(key)) <= LONGEST and not apart and not holds_identity_number(label)
    )


def split_tags(text: str) -> list[str]:
    """The tags of a typed list, apart by commas, semicolons or lines; each once."""
    labels = (tag_label(part) for part in _APART.split(text))
    return list({tag_key(label) or label: label for label in labels if label}.values())


def read_tags(text: str | None) -> list[tuple[int, str]]:
    """(id, label) of a group's tags by the alphabet, from the text that `queries.tags_text` gives."""
    parts = (line.partition(":") for line in (text or "").split(BETWEEN) if line)
    return sorted(((int(row_id), label) for row_id, _colon, label in parts), key=lambda tag: tag_key(tag[1]))
