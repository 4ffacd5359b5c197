"""Taking coalitions out of the database, with every row of theirs. For the demo alone.

Adopted words, the history of stands and the audit are kept from being deleted by triggers in the database;
those of a demo are let go (migrations 0003 and 0007), and no coalition can be turned into one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Table, delete, select, update

from crm.accounts.models import User
from crm.accounts.queries import mail_index
from crm.coalitions.models import Coalition, Membership
from crm.core import tenancy
from crm.core.db import Base, db


def remove_coalitions(coalitions: Sequence[Coalition], addresses: Sequence[str]) -> None:
    """Delete coalitions and all that is theirs; also the accounts of these addresses, used nowhere else."""
    ids = [coalition.id for coalition in coalitions]
    with tenancy.across_coalitions():
        for model in _owned_models():
            _run(delete(model).where(model.coalition_id.in_(ids)))
        _run(update(Coalition).where(Coalition.parent_id.in_(ids)).values(parent_id=None))
        _run(delete(Coalition).where(Coalition.id.in_(ids)))
        belongs = select(Membership.id).where(Membership.user_id == User.id).exists()
        indexes = [mail_index(address) for address in addresses]
        _run(delete(User).where(User.email_index.in_(indexes), ~belongs))
    db.session.expire_all()


def _owned_models() -> Iterator[Any]:
    """Every table with a coalition's rows: those that refer to others before the others."""
    models = {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}
    for table in reversed(Base.metadata.sorted_tables):
        if _is_owned(table):
            yield models[table]


def _is_owned(table: Table) -> bool:
    return "coalition_id" in table.columns


def _run(statement: Any) -> None:
    db.session.execute(statement, execution_options={"synchronize_session": False})
