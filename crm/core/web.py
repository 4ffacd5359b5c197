"""What every view needs: its permission, safe addresses, answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, Protocol
from urllib.parse import unquote, urlsplit

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from crm.core import limiting, tenancy
from crm.core.permissions import Permission, Viewer, representative, viewer

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]


def allowed(permission: Permission) -> Callable[[View[P]], View[P]]:
    """Name the permission of a view and hold it.

    Not signed in: to the sign-in page. A stranger to the coalition: 404, as for what does not exist.
    A member without the right: 403. A group's own page: to the page that mails its representatives a link.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if permission is Permission.GROUP:
                if representative().can(permission):
                    return view(*args, **kwargs)
                return redirect(url_for("groups.enter"))
            who = viewer()
            if who.can(permission):
                _limit(who, permission)
                return view(*args, **kwargs)
            if not who.signed_in:
                return redirect(url_for("accounts.sign_in", next=_here()))
            return abort(404 if who.role is None else 403)

        checked.permission = permission  # type: ignore[attr-defined]
        return checked

    return decorate


# What is asked of everybody alike: who comes as an organizer sees no less there than the public does.
EVERYBODYS = {Permission.PUBLIC, Permission.SIGNED_IN, Permission.GROUP}


def _limit(who: Viewer, permission: Permission) -> None:
    """From here on who is limited to assigned groups is asked about these alone."""
    if who.is_limited and permission not in EVERYBODYS:
        limiting.limit_to(who.user_id)


def _here() -> str | None:
    """Where to go on after signing in; a form can't be sent again, so its page is enough."""
    if request.method in {"GET", "HEAD"}:
        return request.full_path.rstrip("?")
    return urlsplit(request.referrer or "").path or None


class Served(Protocol):
    """As much of a coalition as a request needs to know."""

    id: Any
    languages: Any


def serve_within(coalition: Served) -> None:
    """Serve the rest of this request within a coalition: its rows, its colours, its languages."""
    g.coalition = coalition
    g.coalition_languages = coalition.languages
    tenancy.choose(coalition.id)


def safe_next(target: str | None, default: str) -> str:
    """A path of our own to go on to, else the default: never another site's address."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return default
    if any(ord(char) < 0x20 for char in target) or "\\" in target:
        return default
    parts = urlsplit(target)
    # A proxy may tidy a path before a browser reads it: /.//elsewhere must not become //elsewhere.
    path = unquote(parts.path)
    if parts.scheme or parts.netloc or "//" in path or "/." in path:
        return default
    return target


def absolute_url(endpoint: str, **values: Any) -> str:
    """An address for a mail, a feed or a QR code: under BASE_URL, whatever Host was asked for, if any was."""
    current_app.inject_url_defaults(endpoint, values)
    base = urlsplit(str(current_app.config["BASE_URL"]))
    adapter = current_app.url_map.bind(base.netloc, url_scheme=base.scheme)
    return adapter.build(endpoint, values, force_external=True)


def is_htmx() -> bool:
    """Whether only a part of the page is wanted."""
    return request.headers.get("HX-Request") == "true"


def ticked_ids(most: int = 200) -> list[int]:
    """The rows that were ticked in a list: what the form sends as `id`, each once, at most so many."""
    typed = request.values.getlist("id", type=int)
    return [one for one in dict.fromkeys(typed) if 0 < one < 2**31][:most]


def flash_undo(text: str, url: str, **fields: str | int) -> None:
    """Say what was done, with a button that takes it back: a POST to `url` with these fields."""
    # Flask keeps any JSON; templates/components/flash.html shows a mapping as a text with a button.
    flash({"text": text, "undo_url": url, "undo_fields": fields}, "success")  # type: ignore[arg-type]


def flash_link(text: str, url: str, label: str) -> None:
    """Say what was done, with the link to where it goes on."""
    flash({"text": text, "url": url, "label": label}, "success")  # type: ignore[arg-type]


def private_page(page: str) -> Response:
    """A page behind a mailed link: kept by nobody, listed by no search engine."""
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def open_to_mail_programs(bp: Blueprint, view: View[Any]) -> None:
    """Let a view be posted to without a form of ours: who reads mail presses "unsubscribe" in a program of
    theirs (RFC 8058)."""
    name = f"{view.__module__}.{view.__name__}"
    bp.record_once(lambda state: state.app.extensions["csrf"].exempt(name))


def public_page(page: str) -> Response:
    """Kept by browsers and asked about each time, so that nothing withdrawn lives on.

    What a message or a person stands on is kept by nobody.
    """
    response = make_response(page)
    if viewer().signed_in or session.modified:
        return response
    response.headers["Cache-Control"] = "public, no-cache"
    response.vary.update(("Accept-Language", "Cookie"))
    response.add_etag()
    response.make_conditional(request)
    return response
