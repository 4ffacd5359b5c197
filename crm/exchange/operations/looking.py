"""The first look into a file: what it is a list of, and what its columns are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any, BinaryIO

from crm.demands.queries import list_demands_in_force
from crm.exchange.lists.guessing import VOCABULARIES, fingerprint, guess_about, guess_columns
from crm.exchange.lists.joining import are_timeslots
from crm.exchange.lists.presets import Preset, find_preset, map_preset
from crm.exchange.models import Existing, ListKind, SavedMapping
from crm.exchange.own import fields_of
from crm.exchange.plan import guess_kind, guess_source
from crm.exchange.problems import TableError, shortened
from crm.exchange.queries.mappings import find_mapping_of
from crm.exchange.tables import Table, read_table
from crm.fields.queries import own_fields

SAMPLE_ROWS = 50
SAMPLES = 3


def look_into(
    stream: BinaryIO,
    filename: str,
    sheet: str | None = None,
    header_line: int | None = None,
    about: ListKind | None = None,
    kept: SavedMapping | None = None,
    *,
    anew: bool = False,
) -> dict[str, Any]:
    """What the mapping page shows of a file: columns, samples, sheets, notes, and the guesses about them.

    `about`: what it is a list of, where somebody says so; `kept`: columns that somebody wants to be read so;
    `anew`: that they are guessed though these very columns were kept. Raises TableError for what shows in
    the first rows.
    """
    table = _read(stream, filename, sheet, header_line)
    sample = [row.cells for row in islice(table.rows, SAMPLE_ROWS)]
    if kept is None and not anew:
        kept = find_mapping_of(fingerprint(table.columns), about)
    guess = _guess(table.columns, sample, filename, about, kept)
    return {
        **guess,
        "columns": list(table.columns),
        "samples": [_samples(sample, place) for place in range(len(table.columns))],
        "sheets": list(table.sheets),
        "sheet": table.sheet,
        "line": table.line,
        "notes": [[note.code, dict(note.values)] for note in table.notes] + guess["notes"],
    }


def _read(stream: BinaryIO, filename: str, sheet: str | None, header_line: int | None) -> Table:
    table = read_table(stream, filename, sheet, header_line)
    if are_timeslots(table.columns):
        raise TableError("timeslots_alone")
    return table


def _guess(
    columns: Sequence[str],
    sample: Sequence[Sequence[str]],
    filename: str,
    about: ListKind | None,
    kept: SavedMapping | None,
) -> dict[str, Any]:
    """How columns are read: as they were kept, else as the program's that made the file, else by words."""
    preset = None if kept else find_preset(columns, about)
    known = kept or preset
    about = known.about if known else about or guess_about(columns)
    mapping, note = _map(about, columns, sample, kept, preset)
    source = known.source if known else ""
    guessed = guess_source(columns, mapping, filename)
    kind = guess_kind(mapping, filename) if about is ListKind.ORGANIZATIONS else None
    return {
        "about": about,
        "mapping": mapping,
        # Without a column of ids there is no list that they are of.
        "source": guessed and (source or guessed),
        "kind": kept.default_kind if kept else kind,
        "notes": note,
        **_choices(kept),
    }


def _map(
    about: ListKind,
    columns: Sequence[str],
    sample: Sequence[Sequence[str]],
    kept: SavedMapping | None,
    preset: Preset | None,
) -> tuple[dict[str, str], list[Any]]:
    """Column → field, and what is told of how that was found."""
    if kept:
        mapping = {name: kept.mapping[name] for name in columns if name in kept.mapping}
        return mapping, [["kept_columns", {"name": kept.name}]]
    if preset:
        mapping = map_preset(preset, columns, VOCABULARIES[about].shared)
        return mapping, [["preset", {"name": preset.name}]]
    demands = [(demand.place, demand.sentence) for demand in list_demands_in_force()]
    own = fields_of(about, own_fields())
    return guess_columns(about, columns, sample, demands, own), []


def _choices(kept: SavedMapping | None) -> dict[str, Any]:
    """What else was kept with the columns."""
    return {
        "kept_as": kept.name if kept else "",
        "day_first": kept is not None and kept.day_first,
        "existing": kept.existing if kept else Existing.UPDATE,
        "defaults": dict(kept.defaults) if kept else {},
    }


def _samples(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    """Three different values of a column, shortened."""
    texts = (shortened(row[place]) for row in rows if row[place])
    return list(islice(dict.fromkeys(texts), SAMPLES))
