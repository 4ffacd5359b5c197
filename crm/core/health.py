"""Whether this installation lives: for a proxy, a container, a monitor."""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from crm.core.condition import disk_fault, is_up_to_date
from crm.core.db import db
from crm.core.permissions import Permission
from crm.core.serving import is_worker_alive
from crm.core.web import allowed

bp = Blueprint("health", __name__)


@bp.route("/healthz")
@allowed(Permission.PUBLIC)
def process() -> Response:
    """This process answers; nothing else is asked."""
    return Response("ok\n", mimetype="text/plain")


@bp.route("/readyz")
@allowed(Permission.PUBLIC)
def everything() -> Response:
    """The database answers and is up to date, its disk takes more, a worker lives; 503 says what does not."""
    fault = _fault()
    return Response(f"{fault or 'ok'}\n", 503 if fault else 200, mimetype="text/plain")


def _fault() -> str | None:
    try:
        if not is_up_to_date():
            return "the database is not up to date: flask db upgrade"
        alive = is_worker_alive()
    except SQLAlchemyError:
        db.session.rollback()
        return "the database does not answer, or is not up to date"
    return disk_fault() or (None if alive else "no worker lives: flask worker")
