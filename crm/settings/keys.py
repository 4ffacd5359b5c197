"""`flask keys`: other keys for what is encrypted in the database."""

from __future__ import annotations

import sys

import click
from cryptography.fernet import Fernet
from flask.cli import AppGroup, with_appcontext

from crm.core.console import in_one_line, progress_bar
from crm.core.rotation import Result, count_older, renew_all

BROKEN_OFF = 130
NAMED = 20

keys_group = AppGroup("keys", help="The keys of what is encrypted in the database.")


@keys_group.command("new")
def new() -> None:
    """Print a fresh key, to be put first after index: in FIELD_KEYS; see docs/operating/keys.md."""
    click.echo(Fernet.generate_key().decode())


@keys_group.command("rotate")
@click.option(
    "--check", is_flag=True, help="Only say how much lies under older keys; ends with 1 where any does."
)
@with_appcontext
@in_one_line
def rotate(check: bool) -> None:
    """Encrypt everything again with the first key of FIELD_KEYS, while the server runs.

    \b
    flask keys rotate
    flask keys rotate --check

    Broken off, it goes on when it is run again. Ends with 1 where something can be read with no key.
    """
    try:
        with progress_bar("Looking" if check else "Encrypting") as progress:
            result = count_older(progress) if check else renew_all(progress)
    except KeyboardInterrupt:
        click.echo("Broken off. What is done is done: run it again to go on.", err=True)
        sys.exit(BROKEN_OFF)
    _tell(result, check)
    if result.unreadable or (check and result.count):
        sys.exit(1)


def _tell(result: Result, check: bool) -> None:
    for name, count in sorted(result.older.items()):
        if count:
            click.echo(f"{name}: {count:,}")
    if check:
        click.echo(f"Values under older keys: {result.count:,}")
    else:
        click.echo(f"Values encrypted again: {result.count:,}. Look once more: flask keys rotate --check")
    if result.unreadable:
        named = ", ".join(result.unreadable[:NAMED])
        click.echo(f"Values that no key of FIELD_KEYS opens: {len(result.unreadable):,}: {named}", err=True)
