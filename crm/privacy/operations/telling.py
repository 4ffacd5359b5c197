"""Everything that is kept about a person, as one file for that person."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from flask_babel import gettext as _

from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.permissions import Viewer
from crm.exchange.whole.tables import is_hash, to_json
from crm.privacy.matching import Marks, is_mentioned
from crm.privacy.operations.finding import Found, encrypted_columns, find_all, load, with_contacts

# Numbers of rows and keys of presses tell a person nothing.
_INNER = ("id", "form_key", "key", "salt", "marks", "feed_version")


def tell_all(viewer: Viewer, coalition: Coalition, marks: Marks) -> bytes:
    """A ZIP with person.json for programs and person.txt to read. The audit keeps that it was made."""
    marks = with_contacts(marks)
    parts = [_part(found, marks) for found in find_all(marks)]
    told = {"coalition": coalition.name, "made_at": clock.now().isoformat(), "kept": parts}
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("person.json", json.dumps(told, ensure_ascii=False, indent=2))
        archive.writestr("person.txt", "\n".join(_lines(coalition, parts)) + "\n")
    record(viewer, "person.tell", coalition)
    return packed.getvalue()


def _part(found: Found, marks: Marks) -> dict[str, Any]:
    holding = found.holding
    return {
        "table": holding.model.__tablename__,
        "what": str(holding.label),
        "own": [_own(row) for row in load(holding.model, found.own)],
        "named_in": [_named(row, marks) for row in load(holding.model, found.named)],
    }


def _own(row: Any) -> dict[str, Any]:
    """A row of theirs, without hashes and inner numbers."""
    values = {
        column.name: to_json(getattr(row, column.name))
        for column in row.__table__.columns
        if not is_hash(column) and not column.name.endswith("_id") and column.name not in _INNER
    }
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def _named(row: Any, marks: Marks) -> dict[str, Any]:
    """Of another row the texts alone that name them."""
    texts = {name: getattr(row, name) for name in encrypted_columns(type(row))}
    return {name: text for name, text in texts.items() if text and is_mentioned(text, marks)}


def _lines(coalition: Coalition, parts: list[dict[str, Any]]) -> Iterator[str]:
    yield _("What %(coalition)s keeps about you", coalition=coalition.name)
    for part in parts:
        yield ""
        yield f"{part['what']} ({len(part['own']) + len(part['named_in'])})"
        for row in [*part["own"], *part["named_in"]]:
            yield "  -"
            for name, value in row.items():
                yield f"    {name}: {value}"
