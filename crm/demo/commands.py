"""`flask demo load` and `flask demo remove`."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from crm.core.db import db
from crm.core.errors import Refused
from crm.demo.operations import DemoAccess, load_demo, remove_demo

cli = AppGroup("demo", help="The demo coalition: a fictional city's, to look around in.")


class Bars:
    """A progress bar for each part of the work, on standard error; none where that is not a terminal."""

    def __init__(self) -> None:
        self._label = ""
        self._bar: Any = None

    def __enter__(self) -> Bars:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def __call__(self, label: str, done: int, of: int) -> None:
        if not sys.stderr.isatty():
            return
        if label != self._label:
            self._close()
            self._label = label
            self._bar = click.progressbar(length=of, label=f"{label:20}", file=sys.stderr)
            self._bar.__enter__()
        self._bar.update(done - self._bar.pos)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)


@cli.command("load")
@click.option(
    "--organizations", type=click.IntRange(0, 1_000_000), default=0, help="At least so many groups."
)
@click.option("--events", type=click.IntRange(0, 10_000), default=0, help="At least so many events.")
def load(organizations: int, events: int) -> None:
    """Load the demo coalition, or a large one for benchmarks.

    Example: flask demo load --organizations 10000 --events 500
    """
    with Bars() as progress:
        try:
            access = load_demo(organizations=organizations, events=events, progress=progress)
        except Refused as refused:
            raise click.ClickException(str(refused.message)) from None
        db.session.commit()
    say_access(access)


def say_access(access: DemoAccess) -> None:
    """Print how to sign in."""
    click.echo(_("The demo is loaded. Sign in with either address; the password is the same for both."))
    for label, value in (
        (_("Coordinator"), access.coordinator),
        (_("Organizer"), access.organizer),
        (_("Password"), access.password),
    ):
        click.echo(f"  {label:12} {value}")


@cli.command("remove")
def remove() -> None:
    """Remove the demo coalitions and everything of theirs.

    Example: flask demo remove
    """
    try:
        names = remove_demo()
    except Refused as refused:
        raise click.ClickException(str(refused.message)) from None
    db.session.commit()
    click.echo(_("Removed: %(names)s.", names=", ".join(names)))
