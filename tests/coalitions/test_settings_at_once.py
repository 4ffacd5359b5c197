"""A coalition keeps its settings as one value: who changes a part never takes back what another just did."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from crm.attendance.operations.roll import set_rules as set_attendance_rules
from crm.attendance.rules import AttendanceRules
from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.retention import rules as retention_rules
from crm.core.tenancy import across_coalitions
from crm.core.transactions import own_write
from crm.demands.operations.standings import set_rules as set_demand_rules
from crm.demands.rules import Rules
from crm.fields.definitions import FieldKind, Subject
from crm.fields.operations import add_field
from crm.organizations.operations.stages import add_stage
from crm.organizations.stage_codes import Stage
from crm.privacy.operations.periods import set_days
from tests.makers import PROGRAM


def _keep_other_days():
    kind, rule = next((kind, rule) for kind, rule in retention_rules.items() if rule.most > rule.days)
    set_days(PROGRAM, {kind: rule.most})


CHANGES = {
    "attendance": lambda: set_attendance_rules(PROGRAM, AttendanceRules(quorum_percent=33)),
    "demands": lambda: set_demand_rules(PROGRAM, Rules(gate_needed=1)),
    "periods": _keep_other_days,
    "fields": lambda: add_field(PROGRAM, Subject.ORGANIZATION, "Seats", FieldKind.NUMBER, (), ""),
    "stages": lambda: add_stage(PROGRAM, label="Invited", meaning=Stage.CONTACTED, form_key="k" * 20),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_setting_that_another_changed_meanwhile_stays(coalition, change):
    db.session.commit()
    with across_coalitions(), own_write() as another:
        row = another.scalars(select(Coalition).where(Coalition.id == coalition.id)).one()
        row.settings = {**row.settings, "by another": 1}
    change()
    assert coalition.settings["by another"] == 1
    assert len(coalition.settings) > 1
