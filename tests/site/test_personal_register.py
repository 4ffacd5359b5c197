"""Every table that holds something encrypted says how people are found in it and wiped."""

from __future__ import annotations

from config import ROOT
from crm.core.personal import holdings, left_out
from crm.core.rotation import list_encrypted

PAGE = (ROOT / "docs" / "security" / "personal-data.md").read_text(encoding="utf-8")


def test_every_table_with_something_encrypted_is_registered_or_left_out_with_a_reason():
    kept = {table.name for table, _columns in list_encrypted()}
    assert len(kept) > 25
    assert kept - set(holdings) - set(left_out) == set()
    assert set(holdings) & set(left_out) == set()


def test_what_a_registration_names_is_there():
    for holding in holdings.values():
        columns = holding.model.__table__.columns
        named = {*holding.indexes, *holding.names, *([holding.contact] if holding.contact else [])}
        assert named <= set(columns.keys()), holding
        # Who has rows of their own says how they go; a blind index makes a row somebody's.
        assert (holding.wipe is not None) == bool(named or holding.by_mention), holding
        indexes = {
            name for name in set(columns.keys()) if name.endswith("email_index") or name == "phone_index"
        }
        assert indexes <= set(holding.indexes), holding


def test_what_is_not_looked_through_stands_in_the_docs():
    assert [table for table in left_out if f"`{table}`" not in PAGE] == []
