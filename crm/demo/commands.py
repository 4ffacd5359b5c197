"""`flask demo load` and `flask demo remove`."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

import click
from flask.cli import AppGroup

from crm.core.console import in_one_line
from crm.core.db import db
from crm.demo.operations import load_demo, remove_demo

cli = AppGroup("demo", help="The demo: a fictional city's coalition, to look around in.")


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
            self._bar = click.progressbar(length=of, label=f"{label:14}", file=sys.stderr)
            self._bar.__enter__()
        self._bar.update(done - self._bar.pos)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)


@cli.command("load")
@click.option("--organizations", type=click.IntRange(0, 1_000_000), default=0, help="At least so many.")
@click.option("--events", type=click.IntRange(0, 10_000), default=0, help="At least so many.")
@in_one_line
def load(organizations: int, events: int) -> None:
    """Load the demo coalition, or a large one for benchmarks; print how to sign in.

    \b
    flask demo load
    flask demo load --organizations 10000 --events 500
    """
    with Bars() as progress:
        access = load_demo(organizations=organizations, events=events, progress=progress)
        db.session.commit()
    click.echo("The demo is loaded. The password is the same for both people:")
    for label, value in (
        ("Coordinator", access.coordinator),
        ("Organizer", access.organizer),
        ("Password", access.password),
    ):
        click.echo(f"  {label:12} {value}")


@cli.command("remove")
@in_one_line
def remove() -> None:
    """Remove the demo coalitions and everything of theirs, their part of the audit too.

    \b
    flask demo remove
    """
    names = remove_demo()
    db.session.commit()
    click.echo(f"Removed: {', '.join(names)}.")
