"""Pairs of names from the lists beside the checkout, labelled by hand: are they one group or two?

`labelled_pairs.csv` holds where each name stands (file, row, columns) and never the name. `told` says what
the sender gives besides the name. A group of the directory has its city, state, website and local's number,
and no acronym.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from crm.organizations.models import Organization
from crm.sign_ons.models import SignOn

PAIRS = Path(__file__).with_name("labelled_pairs.csv")
CITY, STATE, WEBSITE = ("city", "CITY"), ("state", "STATE"), ("website", "WEBSITE", "urlWeb")


@dataclass(frozen=True)
class LabelledPair:
    """A name as it is sent, a group of a directory, and whether they are the same."""

    sent: SignOn
    there: Organization
    is_same: bool
    kind: str


def labelled_pairs(data: Path) -> Iterator[LabelledPair]:
    """All of them, in the order of the file."""
    with PAIRS.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 1):
            mine = _row(data, row["file"], row["row"])
            yours = _row(data, row["other_file"], row["other_row"])
            yield LabelledPair(
                _sent(number, mine, row["column"], row["told"]),
                _there(number, yours, row["other_column"]),
                row["label"] == "same",
                row["kind"],
            )


def _sent(number: int, row: Mapping[str, str], column: str, told: str) -> SignOn:
    place = ", ".join(filter(None, (_of(row, CITY), _of(row, STATE))))
    return SignOn(
        id=number,
        name=_name(row, column),
        place=place if "place" in told else "",
        website=_website(row) if "website" in told else "",
        speaker_email_index=b"",
    )


def _there(number: int, row: Mapping[str, str], column: str) -> Organization:
    return Organization(
        id=number,
        name=_name(row, column),
        city=_of(row, CITY),
        state=_of(row, STATE),
        website=_website(row),
        local_number=row.get("local_number", ""),
        place="",
        acronym="",
    )


@lru_cache(maxsize=16)
def _rows(path: Path) -> Sequence[Mapping[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _row(data: Path, file: str, number: str) -> Mapping[str, str]:
    return _rows(data / file)[int(number) - 1]


def _name(row: Mapping[str, str], columns: str) -> str:
    """The name in a column; of several names in one (`A | B`) the first; of several columns all."""
    said = " ".join(row[column] for column in columns.split("+"))
    return " ".join(said.partition("|")[0].split())


def _of(row: Mapping[str, str], columns: Sequence[str]) -> str:
    return next((row[column].strip() for column in columns if row.get(column)), "")


def _website(row: Mapping[str, str]) -> str:
    address = _of(row, WEBSITE)
    return address if "://" in address or not address else f"https://{address}"
