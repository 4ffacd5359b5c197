"""The stages of outreach of a coalition: the five that all have, renamed or not, and those it added. Pure.

They lie in `Coalition.settings`, so that no page asks the database for them. What stands there is a list, in
the order of the board; an empty one is the five as they are. A stage that was retired stays in it: groups
that stand there and what was logged go on being called by its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm.organizations.names import fold
from crm.organizations.stage_codes import STAGE_MARKS, STAGE_NAMES, Stage, is_stage, meaning_of

# Where they lie in `Coalition.settings`.
KEY = "stages"
LONGEST_LABEL = 40


@dataclass(frozen=True)
class Step:
    """A stage of one coalition."""

    # One of the five, or such a one and a number ("contacted-2").
    code: str
    # As the coalition calls it; "": as everybody does.
    label: str = ""
    retired: bool = False
    # The press that added it.
    form_key: str = ""

    @property
    def meaning(self) -> Stage:
        return meaning_of(self.code)

    @property
    def is_added(self) -> bool:
        return self.code != self.meaning

    @property
    def name(self) -> str:
        """As it is called, in the language of the page."""
        return self.label or str(STAGE_NAMES[self.meaning])

    def kept(self) -> dict[str, Any]:
        """As it is kept in `Coalition.settings[KEY]`."""
        kept = {"code": str(self.code), "label": self.label}
        more = {"retired": self.retired, "form_key": self.form_key}
        return kept | {name: value for name, value in more.items() if value}


class Stages:
    """The stages of a coalition, in their order, the retired ones among them."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self.all: Sequence[Step] = tuple(steps)
        self._by_code = {step.code: step for step in self.all}

    @property
    def open(self) -> Sequence[Step]:
        """Those that a group can be moved to."""
        return [step for step in self.all if not step.retired]

    def find(self, code: str) -> Step | None:
        """The stage of a code, retired or not."""
        return self._by_code.get(code)

    def name(self, code: str) -> str:
        """How a stage is called; one that nothing is known of, by what it means."""
        return (self.find(code) or Step(code)).name

    def mark(self, code: str) -> tuple[str, str]:
        """Its tone and shape, as in components/badge.html."""
        return STAGE_MARKS[meaning_of(code)]

    def meaning(self, *meanings: Stage) -> Sequence[str]:
        """The codes of all stages that mean one of these, the retired ones too."""
        return [step.code for step in self.all if step.meaning in meanings]

    def choices(self, chosen: str = "") -> Sequence[tuple[str, str]]:
        """(code, name) of the open ones, and of the one that is chosen already."""
        return [(s.code, s.name) for s in self.all if not s.retired or s.code == chosen]


def plain_label(text: str) -> str:
    """A label as it is compared: small letters, no accents, single spaces."""
    return " ".join(fold(text).split())


def read_stages(settings: Mapping[str, Any]) -> Stages:
    """The stages in a coalition's settings; what can't be is left out, and of the five none is missing."""
    kept = settings.get(KEY)
    steps = {step.code: step for step in map(_step, kept if isinstance(kept, list) else []) if step}
    for stage in Stage:
        steps.setdefault(stage.value, Step(stage.value))
    return Stages(steps.values())


def _step(kept: Any) -> Step | None:
    if not isinstance(kept, Mapping) or not is_stage(str(kept.get("code"))):
        return None
    code = str(kept["code"])
    label, form_key = str(kept.get("label") or "")[:LONGEST_LABEL], str(kept.get("form_key") or "")
    return Step(code, label, code not in set(Stage) and kept.get("retired") is True, form_key)
