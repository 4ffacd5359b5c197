"""`flask serve` and `flask worker`: the programs that an installation runs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from config import ROOT, Settings
from crm.core import serving
from crm.core.console import in_one_line
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.late import LateModule

if TYPE_CHECKING:
    from crm import preparing
else:
    # Alembic and the demo: a worker, and whoever serves a database that stands, need neither.
    preparing = LateModule("crm.preparing")


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
        preparing.prepare(settings)
    lines = _greeting(settings)
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


def _greeting(settings: Settings) -> list[str]:
    sign_ins = preparing.demo_sign_ins(settings) if settings.default_database else []
    return [f"Muster is at {settings.base_url}", *sign_ins, "Ctrl-C stops it."]
