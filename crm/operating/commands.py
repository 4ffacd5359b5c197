"""`flask backup`, `flask restore`, `flask backup-key` and `flask doctor`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from crm.audit.operations import record
from crm.core.console import in_one_line, progress_bar
from crm.core.db import db
from crm.core.errors import Refused
from crm.operating.doctor import State, examine
from crm.operating.restoring import restore_backup
from crm.operating.sealing import Lock, Opener, new_key_pair
from crm.operating.writing import write_backup

FILE = click.Path(dir_okay=False, path_type=Path)
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
passphrase_option = click.option(
    "--passphrase-stdin", is_flag=True, help="Take the passphrase from the first line of stdin."
)


@click.command()
@click.argument("file", type=FILE)
@click.option(
    "--to", "public_key", help="The public key that `flask backup-key` printed; then no passphrase."
)
@passphrase_option
@with_appcontext
@in_one_line
def backup(file: Path, public_key: str | None, passphrase_stdin: bool) -> None:
    """Write everything that the database holds into one encrypted file, while the server runs.

    \b
    flask backup muster-2026-11-22.backup
    flask backup muster-2026-11-22.backup --to muster-public-…
    """
    passphrase = None if public_key else _ask(passphrase_stdin, twice=True)
    with progress_bar("Backup") as progress:
        rows = write_backup(file, Lock(passphrase=passphrase, public_key=public_key), progress)
    record(None, "backup.make")
    db.session.commit()
    click.echo(f"{file} holds {rows} rows. FIELD_KEYS is not in it: keep that elsewhere.")


@click.command()
@click.argument("file", type=EXISTING)
@click.option("--key", type=EXISTING, help="The file of the secret key, where it was written for a key.")
@click.option("--erasures", type=EXISTING, help="The newest list that `flask erasures list` printed.")
@passphrase_option
@with_appcontext
@in_one_line
def restore(file: Path, key: Path | None, erasures: Path | None, passphrase_stdin: bool) -> None:
    """Put a backup into an empty database, on SQLite or PostgreSQL, wherever it came from.

    \b
    flask restore muster-2026-11-22.backup
    flask restore muster-2026-11-22.backup --key backup.key --erasures erasures.jsonl
    """
    erased = erasures.read_text(encoding="utf-8").splitlines() if erasures else []
    secret = key.read_text().strip() if key else None
    opener = Opener(passphrase=None if key else _ask(passphrase_stdin, twice=False), secret_key=secret)
    with progress_bar("Restore") as progress:
        rows = restore_backup(file, opener, progress, erased)
    record(None, "backup.restore")
    db.session.commit()
    click.echo(f"{rows} rows are back, compared one by one. Everybody signs in anew.")


@click.command("backup-key")
@click.argument("file", type=FILE)
@in_one_line
def backup_key(file: Path) -> None:
    """Make a key for backups: the secret one into FILE, to be kept elsewhere; the public one is printed.

    \b
    flask backup-key backup.key
    """
    public, secret = new_key_pair()
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused(f"{file} is there already. A key is never overwritten.") from None
    with os.fdopen(handle, "w") as opened:
        opened.write(secret + "\n")
    click.echo(public)


def _ask(from_stdin: bool, *, twice: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=twice))


@click.command()
@with_appcontext
@in_one_line
def doctor() -> None:
    """Look whether all is well: a line for each thing; ends with 1 where something is broken.

    \b
    flask doctor
    """
    findings = examine()
    for finding in findings:
        click.echo(f"{finding.state:5} {finding.what:12} {finding.text}")
    broken = sum(finding.state is State.FAIL for finding in findings)
    if broken:
        raise Refused(f"{broken} of {len(findings)} things are broken.")
