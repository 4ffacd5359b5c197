"""`flask erasures`: what was erased, and doing it again after a restore."""

from __future__ import annotations

from typing import TextIO

import click
from flask.cli import AppGroup, with_appcontext

from crm.core.console import in_one_line
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.transactions import reading
from crm.privacy.operations.erasing import list_lines, replay_erasures

erasures_group = AppGroup("erasures", help="Who was erased, as keyed hashes alone.")


@erasures_group.command("list")
@with_appcontext
@in_one_line
def list_all() -> None:
    """Print every erasure as a line, to be kept beside the backups: it names nobody.

    \b
    flask erasures list > erasures.jsonl
    """
    with reading():
        for line in list_lines():
            click.echo(line)


@erasures_group.command("replay")
@click.argument("file", required=False, type=click.File(encoding="utf-8"))
@with_appcontext
@in_one_line
def replay(file: TextIO | None) -> None:
    """Erase again who was erased since a backup was made; after a restore. Twice is once.

    \b
    flask erasures replay erasures.jsonl
    """
    try:
        changed = replay_erasures(file or ())
    except (ValueError, KeyError, TypeError):
        raise Refused("This is no list that `flask erasures list` wrote.") from None
    db.session.commit()
    click.echo(f"Rows that were wiped again: {changed:,}")
