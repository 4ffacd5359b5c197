"""Flask-Migrate, for the commands that migrate: to load Alembic takes a twelfth of the start of a process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask

from config import ROOT
from crm.core.db import db
from crm.core.late import LateModule

if TYPE_CHECKING:
    import flask_migrate
else:
    flask_migrate = LateModule("flask_migrate")

FOLDER = ROOT / "migrations"


class _Late:
    """Puts Flask-Migrate's own in its place as soon as that is asked for."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Any:
        flask_migrate.Migrate(self._app, db, directory=str(FOLDER), render_as_batch=True)
        return getattr(self._app.extensions["migrate"], name)


def init_app(app: Flask) -> None:
    """What Flask-Migrate's commands and functions ask an application for."""
    app.extensions["migrate"] = _Late(app)


def newest_revision() -> str:
    """The revision that this program's tables are of: the migrations are numbered, one after the other."""
    return max(path.name for path in (FOLDER / "versions").glob("[0-9]*.py")).partition("_")[0]
