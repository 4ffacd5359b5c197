"""Whether this installation lives: for a proxy, a container, a monitor."""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

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
    """The database answers and a worker lives; 503 says what does not."""
    try:
        alive = is_worker_alive()
    except SQLAlchemyError:
        db.session.rollback()
        return Response("the database does not answer, or is not up to date\n", 503, mimetype="text/plain")
    if not alive:
        return Response("no worker lives: flask worker\n", 503, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")
