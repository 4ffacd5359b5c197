"""`flask serve` and `flask worker`: the programs that an installation runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from config import ROOT, Settings
from crm.accounts.operations import find_user_by_password
from crm.coalitions.queries import list_coalitions
from crm.core import serving
from crm.core.console import in_one_line
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.transactions import reading
from crm.demo.commands import Bars
from crm.demo.content.people import COORDINATOR, ORGANIZER
from crm.demo.operations import load_demo

PASSWORD_FILE = "demo_password"  # noqa: S105 - its name


@click.command()
@with_appcontext
@in_one_line
def worker() -> None:
    """Do what is to be done in the background, until SIGTERM or Ctrl-C; several may run.

    \b
    flask worker
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with serving.until_told() as told:
        serving.work(app, told)


@click.command()
@click.option("--prepare", is_flag=True, help="Bring the database up to date first; empty, load the demo.")
@with_appcontext
@in_one_line
def serve(prepare: bool) -> None:
    """Run the web server and a worker on this machine, until SIGTERM or Ctrl-C.

    \b
    flask serve
    PORT=8080 WEB_WORKERS=4 flask serve
    """
    settings: Settings = current_app.config["SETTINGS"]
    if not serving.is_port_free(settings.port):
        raise Refused(f"Port {settings.port} is taken. Choose another one: PORT={settings.port + 1}.")
    with_demo = prepare and settings.default_database and not settings.demo_is_set
    if prepare:
        _prepare(settings)
    lines = [f"Muster is at {settings.base_url}", *_demo_sign_ins(settings), "Ctrl-C stops it."]
    # A command that waits for hours must not hold a connection.
    db.session.remove()
    db.engine.dispose()
    ended = serving.run_side_by_side(
        {
            "web server": serving.web_command(settings.port, settings.web_workers),
            "worker": [sys.executable, "-m", "flask", "worker"],
        },
        cwd=str(ROOT),
        extra={"DEMO": "1"} if with_demo else {},
        port=settings.port,
        ready=lambda: click.echo("\n".join(lines)),
    )
    if ended:
        raise Refused(f"The {ended} ended by itself, so all of it was ended.")


def _prepare(settings: Settings) -> None:
    """The newest tables; and the demo, where the default database holds no coalition yet."""
    upgrade()
    with reading():
        empty = not list_coalitions()
    if empty and settings.default_database:
        with Bars() as progress:
            access = load_demo(progress=progress)
            db.session.commit()
        _keep(settings.instance / PASSWORD_FILE, access.password)


def _demo_sign_ins(settings: Settings) -> list[str]:
    """How to sign in to the demo, as long as the password that was kept is the one that holds."""
    path = settings.instance / PASSWORD_FILE
    if not settings.default_database or not path.exists():
        return []
    password = path.read_text().strip()
    if find_user_by_password(COORDINATOR[0], password) is None:
        return []
    return [f"Demo sign-ins: {COORDINATOR[0]}, {ORGANIZER[0]}", f"Password of both: {password}"]


def _keep(path: Path, secret: str) -> None:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secret + "\n")
