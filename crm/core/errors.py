"""Pages for what goes wrong, and the errors that operations raise."""

from __future__ import annotations

import errno
import logging
import secrets
from collections.abc import Sequence
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy import inspect
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from crm.core.db import db
from crm.core.patience import NO_TURN
from crm.core.permissions import Permission, viewer

log = logging.getLogger("muster.errors")


class Refused(Exception):
    """An operation that can't be done as asked; nothing was changed.

    `message` is a sentence for the person who asked, `field` the form field that it is about.
    """

    def __init__(self, message: object, field: str | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field


TITLES = {
    400: _l("That can't be read"),
    403: _l("That is not yours to do"),
    404: _l("There is no such page"),
    405: _l("That is not how this page works"),
    409: _l("Somebody else changed this"),
    410: _l("This is gone"),
    413: _l("That is too large"),
    422: _l("That can't be read"),
    429: _l("Too many tries"),
    500: _l("Something broke on our side"),
    503: _l("Not saved: the server is busy"),
}
TEXTS = {
    400: _l("Something in the address or the form was not as expected. Nothing was changed."),
    403: _l("Your role in this coalition does not include it. A coordinator can do it, or change your role."),
    404: _l("The address may be mistyped, or what was here is not public any more."),
    405: _l("Go back and use the buttons on the page."),
    409: _l("Go back, load the page again and repeat your change."),
    410: _l("What was here has been taken down."),
    413: _l("What you sent is larger than this page takes. Nothing was changed."),
    422: _l("Something in the address or the form was not as expected. Nothing was changed."),
    429: _l("Wait a few minutes, then try again."),
    500: _l("Nothing was saved. Try again; if it stays, tell whoever runs this server the number below."),
    503: _l("Nothing was changed. Go back and send it again in a moment; what you typed is still there."),
}

# Members are not told of the public's view.
NOT_HERE = _l("The address may be mistyped, or what was here has been moved or taken away.")

# What is told among the organizers' pages. Where the database may be away, the page asks it for nothing.
ON_THE_WORKBENCH = frozenset({403, 404, 409, 410, 413})

# What the system says where nothing more can be written.
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG})

# Fields of forms that nobody gets back.
SECRETS = frozenset({"password", "present", "credential", "code"})


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(OperationalError, _database_error)
    app.register_error_handler(InterfaceError, _database_error)
    app.register_error_handler(PoolTimeout, _database_error)
    app.register_error_handler(OSError, _system_error)
    app.register_error_handler(StaleDataError, _changed_meanwhile)
    app.register_error_handler(DataError, _unreadable)
    app.register_error_handler(Exception, _unexpected)
    app.after_request(_lead_to_a_path)


def turn_away() -> Response | None:
    """The first step of each request: who had no turn is answered without the database, which may hang."""
    return _not_saved() if NO_TURN in request.environ else None


def _lead_to_a_path(response: Response) -> Response:
    """A redirect to the same address but for a slash names no host: a visitor may have asked for any."""
    if isinstance(request.routing_exception, RequestRedirect):
        to = urlsplit(request.routing_exception.new_url)
        response.location = urlunsplit(("", "", to.path, to.query, ""))
        response.data = b""
    return response


def error_page(
    status: int,
    text: object | None = None,
    number: str | None = None,
    title: object | None = None,
    again: Sequence[tuple[str, str]] = (),
) -> Response:
    """The page for a status, whole even where the database is away; `again`: a form to be sent anew."""
    title = title or TITLES.get(status, TITLES[400])
    inside = status in ON_THE_WORKBENCH and _is_on_the_workbench()
    shell = "workbench.html" if inside else "plain.html"
    told = text or (NOT_HERE if inside and status == 404 else TEXTS.get(status))
    body = render_template(
        "error.html", shell=shell, status=status, title=title, text=told, number=number, again=again
    )
    response = make_response(body, status)
    if status == 503:
        response.headers["Retry-After"] = "10"
    return response


def _is_on_the_workbench() -> bool:
    """Whether a member of this coalition is among its organizers' pages: nobody else is shown their rail."""
    return "coalition" in g and "/organize/" in request.path and viewer().can(Permission.WORKBENCH_VIEW)


def _http_error(error: HTTPException) -> Response:
    if error.response is not None or error.code is None or error.code < 400:
        return make_response(error.get_response())
    if error.code == 400 and error is request.routing_exception:
        # The host that was asked for is none, so no page can name an address on it.
        return Response(f"{TEXTS[400]}\n", 400, mimetype="text/plain")
    response = error_page(error.code)
    allow = dict(error.get_headers()).get("Allow")
    if allow:
        response.headers["Allow"] = allow
    return response


def _csrf_error(_error: CSRFError) -> Response:
    return error_page(
        400, _("This form was open for too long, or cookies are off. Go back, load it again, resend.")
    )


def _database_error(error: OperationalError | InterfaceError | PoolTimeout) -> Response:
    log.error("database: %s on %s", type(error).__name__, request.endpoint)
    return _not_saved()


def _not_saved() -> Response:
    """The page that says so, and needs no database."""
    _ask_no_more()
    return error_page(503, again=_typed())


def _ask_no_more() -> None:
    """End what was begun. From now on a page shows what was read already, and asks for nothing."""
    g.setdefault("_login_user", AnonymousUserMixin())
    # A rollback has what the session holds read again; the coalition may have been through one already.
    db.session.expunge_all()
    db.session.rollback()
    if "coalition" in g and inspect(g.coalition).expired_attributes:
        g.pop("coalition")


def _system_error(error: OSError) -> Response:
    """No room for a file: what was uploaded, or the log of the database."""
    if error.errno not in NO_ROOM:
        return _unexpected(error)
    log.error("no room: %s on %s", error.strerror, request.endpoint)
    return _not_saved()


def _typed() -> list[tuple[str, str]]:
    """What was sent by a form, so that its page can send it once more: nothing was saved of it.

    Not where a secret is in it, which stands on no page, nor a file, which no page can keep.
    """
    if request.method != "POST" or request.files or SECRETS & set(request.form):
        return []
    return list(request.form.items(multi=True))


def _unreadable(_error: DataError) -> Response:
    """A value that the database can't hold, as a NUL in a search."""
    db.session.rollback()
    return error_page(422)


def _changed_meanwhile(_error: StaleDataError) -> Response:
    """Somebody else saved the same record in between; nothing of this was kept."""
    db.session.rollback()
    return error_page(409)


def _unexpected(error: Exception) -> Response:
    # What is unexpected may be the database's, too.
    _ask_no_more()
    number = secrets.token_hex(4)
    # The request's id, route and the place in the code; never its address or what was typed.
    log.error("error %s on %s", number, request.endpoint, exc_info=error)
    return error_page(500, number=number)
