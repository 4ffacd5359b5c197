"""A line of the table that `make bench` prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """A line of the table: what was measured, against what, and whether it holds."""

    target: int
    what: str
    value: float
    limit: float
    at_least: bool = False
    unit: str = "x F"

    @property
    def holds(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def in_words(self) -> str:
        """As it is printed."""
        sign, verdict = ">=" if self.at_least else "<=", "holds" if self.holds else "MISSED"
        said = f"{self.target}  {self.what:66} {self.value:7.2f} {self.unit:6} {sign} {self.limit:<5}"
        return f"{said} {verdict}"

    def told(self) -> dict[str, Any]:
        """As it is written to the file."""
        return {
            "target": self.target,
            "what": self.what,
            "value": round(self.value, 3),
            "limit": self.limit,
            "at_least": self.at_least,
            "unit": self.unit,
            "holds": self.holds,
        }
