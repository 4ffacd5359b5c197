"""The stages of outreach by their codes. Pure."""

from __future__ import annotations

import re
from enum import StrEnum, auto
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import Dialect, String, TypeDecorator


class Stage(StrEnum):
    """How far outreach is. What a group said to a demand is never a stage.

    These five every coalition has. It may add others, each of which means one of the five: `stages.py`.
    """

    TO_CONTACT = auto()
    CONTACTED = auto()
    IN_CONVERSATION = auto()
    ACTIVE = auto()
    DORMANT = auto()


# One of the five, or one that a coalition added: what it means, and a number ("contacted-2").
_STAGE_CODE = re.compile(rf"(?:{'|'.join(Stage)})(?:-[1-9]\d?)?")


def is_stage(code: str) -> bool:
    """Whether a stage can have this code."""
    return _STAGE_CODE.fullmatch(code) is not None


def meaning_of(code: str) -> Stage:
    """Which of the five a stage means: how far it is, and what touches make of it. Raises ValueError."""
    return Stage(code.partition("-")[0])


class StageCode(TypeDecorator[Any]):
    """A stage by its code: one of the five as Stage, one that a coalition added as text."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is not None and not is_stage(value):
            raise ValueError(f"{value!r} is no stage.")
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return _BY_CODE.get(value, value) if value else None


_BY_CODE: dict[str, str] = {stage.value: stage for stage in Stage}
STAGE_NAMES: dict[Stage, LazyString] = {
    Stage.TO_CONTACT: _l("To contact"),
    Stage.CONTACTED: _l("Contacted"),
    Stage.IN_CONVERSATION: _l("In conversation"),
    Stage.ACTIVE: _l("Active"),
    Stage.DORMANT: _l("Dormant"),
}
# Tone and shape, as in components/badge.html.
STAGE_MARKS: dict[Stage, tuple[str, str]] = {
    Stage.TO_CONTACT: ("neutral", "ring"),
    Stage.CONTACTED: ("info", "half"),
    Stage.IN_CONVERSATION: ("accent", "dot"),
    Stage.ACTIVE: ("good", "check"),
    Stage.DORMANT: ("neutral", "dash"),
}
