"""A coalition's own stages of outreach: renamed, added, ordered, retired.

The five stages can be renamed and ordered; only what a coalition added can be retired, so that touches always
have somewhere to move a group to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask_babel import gettext as _

from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.coalitions.operations import hold_coalition
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.organizations.stage_codes import Stage
from crm.organizations.stages import KEY, LONGEST_LABEL, Stages, Step, plain_label, read_stages

# So many columns a board can hold.
MOST_OPEN = 12
# Numbers of a code have two digits.
MOST_OF_A_MEANING = 99


def add_stage(viewer: Viewer, *, label: str, meaning: Stage, form_key: str) -> Step:
    """Add a stage that means one of the five, behind the last that does. A press that comes again adds none.

    Raises Refused (field `label` or `meaning`).
    """
    coalition, stages = _hold()
    if made := next((step for step in stages.all if step.form_key == form_key), None):
        return made
    _check_label(stages, label)
    if len(stages.open) >= MOST_OPEN:
        raise Refused(_("A board holds %(number)s stages. Retire one first.", number=MOST_OPEN), "label")
    same = [step for step in stages.all if step.meaning is meaning]
    number = 1 + max(int(step.code.rpartition("-")[2]) if step.is_added else 0 for step in same)
    if number > MOST_OF_A_MEANING:
        raise Refused(_("There were too many of these. Bring a retired one back and rename it."), "meaning")
    step = Step(f"{meaning}-{number}", label, form_key=form_key)
    steps = list(stages.all)
    steps.insert(steps.index(same[-1]) + 1, step)
    _keep(viewer, "stage.add", coalition, steps, step)
    return step


def rename_stage(viewer: Viewer, code: str, label: str) -> Step:
    """Call a stage something else; one of the five with an empty label as everybody does.

    Raises Refused (field `label`).
    """
    coalition, stages = _hold()
    step = _find(stages, code)
    renamed = replace(step, label=label)
    if renamed == step:
        return step
    if step.is_added or label:
        _check_label(stages, label, but=step)
    _change(viewer, "stage.rename", coalition, stages, renamed)
    return renamed


def place_stage(viewer: Viewer, code: str, before: str | None) -> None:
    """Let a stage stand before another on the board, or last (None). Raises Refused."""
    coalition, stages = _hold()
    step = _find(stages, code)
    others = [one for one in stages.all if one != step]
    place = others.index(_find(stages, before)) if before and before != code else len(others)
    ordered = list(stages.all) if before == code else [*others[:place], step, *others[place:]]
    if ordered != list(stages.all):
        _keep(viewer, "stage.place", coalition, ordered, step)


def retire_stage(viewer: Viewer, code: str) -> Step:
    """Let nothing be moved to a stage any more. Groups that stand there stay. Raises Refused."""
    coalition, stages = _hold()
    step = _find(stages, code)
    if not step.is_added:
        raise Refused(_("“%(stage)s” is one of the five that touches move groups to.", stage=step.name))
    if not step.retired:
        _change(viewer, "stage.retire", coalition, stages, replace(step, retired=True))
    return step


def bring_back_stage(viewer: Viewer, code: str) -> Step:
    """Take a retired stage into use again. Raises Refused."""
    coalition, stages = _hold()
    step = _find(stages, code)
    if step.retired:
        _check_label(stages, step.label, but=step)
        if len(stages.open) >= MOST_OPEN:
            raise Refused(_("A board holds %(number)s stages. Retire one first.", number=MOST_OPEN))
        _change(viewer, "stage.bring_back", coalition, stages, replace(step, retired=False))
    return step


def _hold() -> tuple[Coalition, Stages]:
    """The chosen coalition, held until the end, and its stages as they stand now."""
    coalition = hold_coalition()
    return coalition, read_stages(coalition.settings)


def _find(stages: Stages, code: str) -> Step:
    step = stages.find(code)
    if step is None:
        raise Refused(_("There is no such stage."))
    return step


def _check_label(stages: Stages, label: str, but: Step | None = None) -> None:
    if not 2 <= len(label) <= LONGEST_LABEL:
        raise Refused(_("Give the stage a name of 2 to %(most)s characters.", most=LONGEST_LABEL), "label")
    taken = {plain_label(step.name) for step in stages.open if step != but}
    if plain_label(label) in taken:
        raise Refused(_("There is a stage of this name already."), "label")


def _change(viewer: Viewer, deed: str, coalition: Coalition, stages: Stages, changed: Step) -> None:
    steps = [changed if step.code == changed.code else step for step in stages.all]
    _keep(viewer, deed, coalition, steps, changed)


def _keep(viewer: Viewer, deed: str, coalition: Coalition, steps: Sequence[Step], step: Step) -> None:
    coalition.settings = {**coalition.settings, KEY: [one.kept() for one in steps]}
    record(viewer, deed, coalition, stage=step.code)
