"""Changing demands, and who stands behind them."""

from crm.demands.operations.asking import mark_asked
from crm.demands.operations.demands import (
    Terms,
    Words,
    adopt_version,
    check_change_of_words,
    create_demand,
    discard_draft,
    edit_draft,
    move_demand,
    restore_demand,
    retire_demand,
    write_version,
)
from crm.demands.operations.evidence import (
    LARGEST,
    attach_document,
    check_document,
    keep_document,
    kind_of_document,
)
from crm.demands.operations.reconfirming import ask_to_reconfirm, carry_over, lapse, needed_change
from crm.demands.operations.records import (
    Decided,
    Recorded,
    StandRow,
    accept_record,
    decide_records,
    decline_record,
    record_stand,
    record_stands,
    stand_of,
)
from crm.demands.operations.standings import refresh_standings, set_rules, standings_at_the_end
from crm.demands.operations.stands import EARLIEST, Stand, check_stand, set_stand

__all__ = [
    "EARLIEST",
    "LARGEST",
    "Decided",
    "Recorded",
    "Stand",
    "StandRow",
    "Terms",
    "Words",
    "accept_record",
    "adopt_version",
    "ask_to_reconfirm",
    "attach_document",
    "carry_over",
    "check_change_of_words",
    "check_document",
    "check_stand",
    "create_demand",
    "decide_records",
    "decline_record",
    "discard_draft",
    "edit_draft",
    "keep_document",
    "kind_of_document",
    "lapse",
    "mark_asked",
    "move_demand",
    "needed_change",
    "record_stand",
    "record_stands",
    "refresh_standings",
    "restore_demand",
    "retire_demand",
    "set_rules",
    "set_stand",
    "stand_of",
    "standings_at_the_end",
    "write_version",
]
