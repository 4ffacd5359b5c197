"""How often the database is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from crm.core.db import db


def count_queries(function: Callable[[], Any]) -> int:
    """Statements that a call sends, without the ones that begin and end transactions."""
    statements: list[str] = []

    def sent(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    db.session.commit()
    event.listen(db.engine, "before_cursor_execute", sent)
    try:
        function()
    finally:
        event.remove(db.engine, "before_cursor_execute", sent)
    return len([s for s in statements if not s.startswith(("BEGIN", "COMMIT", "ROLLBACK"))])
