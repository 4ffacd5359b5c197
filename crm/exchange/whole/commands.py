"""`flask export` and `flask import all`: a coalition as one file, and back."""

from __future__ import annotations

import os
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from crm.coalitions.models import Coalition
from crm.coalitions.queries import find_coalition
from crm.core import tenancy
from crm.core.console import in_one_line, progress_bar
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.transactions import reading
from crm.exchange.operations.exports import note_export
from crm.exchange.whole.reading import take_in
from crm.exchange.whole.writing import one_reading, write_zip


@click.command("export")
@click.argument("path", metavar="FILE.zip", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--coalition", "slug", required=True, help="The coalition's slug.")
@with_appcontext
@in_one_line
def export(path: Path, slug: str) -> None:
    """Write everything of a coalition into one ZIP: CSV, JSON Lines, files and calendar, names in the clear.

    \b
    flask export seattle.zip --coalition seattle

    `flask import all` takes it back into an empty installation. Its coordinators are told.
    """
    with reading():
        found = find_coalition(slug)
    if found is None:
        raise Refused(f"There is no coalition {slug!r}.")
    with tenancy.in_coalition(found.id), current_app.test_request_context():
        with one_reading():
            coalition = db.session.get_one(Coalition, found.id)
            size = _write(path, coalition)
        note_export(None)
        db.session.commit()
    click.echo(f"{path}: {size:,} bytes, names and notes in the clear: encrypt it, or delete it soon.")


def _write(path: Path, coalition: Coalition) -> int:
    """Write the file for nobody else to read; a file of that name is never written over."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file, progress_bar("Exporting") as progress:
            for part in write_zip(coalition, None, progress):
                file.write(part)
            return file.tell()
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@click.command("all")
@click.argument("path", metavar="FILE.zip", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
@in_one_line
def import_all(path: Path) -> None:
    """Take a whole export into an empty installation of the same version; all of it, or nothing.

    \b
    flask db upgrade && flask import all seattle.zip
    """
    with path.open("rb") as stream, progress_bar("Importing") as progress:
        coalition = take_in(stream, progress)
        db.session.commit()
    click.echo(
        f"{coalition.name} is here, at /{coalition.slug}/. Nobody has a password yet: `flask user recover`."
    )
