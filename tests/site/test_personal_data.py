"""Everything kept about people is in docs/security/personal-data.md."""

from __future__ import annotations

from config import ROOT
from crm.core.crypto import Encrypted
from crm.core.db import db

PAGE = (ROOT / "docs" / "security" / "personal-data.md").read_text(encoding="utf-8")


def test_every_encrypted_column_and_every_blind_index_is_listed():
    kept = [
        (table.name, column.name)
        for table in db.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Encrypted) or column.name.endswith("_index")
    ]
    assert len(kept) > 25
    lines = [line for line in PAGE.splitlines() if line.startswith("| `")]
    missing = [
        f"{table}.{column}"
        for table, column in kept
        if not any(f"`{table}`" in line and f"`{column}`" in line for line in lines)
    ]
    assert missing == []


def test_no_table_that_is_gone_is_listed():
    import_free = {cell.strip("` ") for line in PAGE.splitlines() if line.startswith("| `") for cell in
                   line.split("|")[1].split(",")}  # fmt: skip
    assert import_free - set(db.metadata.tables) == set()
