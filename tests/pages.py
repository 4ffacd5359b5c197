"""A visitor of the pages, as a browser without JavaScript: follows links, fills in forms."""

from __future__ import annotations

import os
import re
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crm.accounts.lifetimes import READING
from crm.accounts.models import User, UserSession
from crm.core import clock
from crm.core.cookies import COOKIE_KEY
from crm.core.crypto import blind_index, new_token, token_hash
from crm.core.db import db
from tests.html5 import read_page, skeleton
from tests.rows import lay_down

# Another database makes no other pages: there, only those that a test reads are taken apart.
ON_POSTGRESQL = os.environ.get("TEST_DATABASE") == "postgresql"


def parse(html: str) -> Element:
    """The tree of a page, the caller's own to change. Fails on what is not valid HTML5 syntax."""
    return deepcopy(_checked(html))


_seen: set[int] = set()
ID = re.compile(r'[ \n]id="([^"]+)"')


def check_once(html: str) -> None:
    """Fail on what is not valid HTML5, if no page of the same tags was seen already."""
    bones = hash(skeleton(html))
    if bones in _seen:
        _no_id_twice(ID.findall(html))
    else:
        _checked(html)
        _seen.add(bones)


def _no_id_twice(ids: list[str]) -> None:
    assert len(ids) == len(set(ids)), f"ids twice: {sorted({i for i in ids if ids.count(i) > 1})}"


# Parsing is the dearest part of most tests: a page is checked as it comes, and then read by the test.
@lru_cache(maxsize=64)
def _checked(html: str) -> Element:
    tree, problems = read_page(html)
    assert not problems, "not HTML5: " + "; ".join(problems[:5])
    _no_id_twice([name for element in tree.iter() if (name := element.get("id"))])
    return tree


def text_of(element: Element) -> str:
    """The text in an element, white space folded."""
    return " ".join("".join(element.itertext()).split())


@dataclass
class Page:
    """An answer and its tree, which is made when it is asked for."""

    response: TestResponse
    url: str

    @cached_property
    def tree(self) -> Element:
        return parse(self.response.text)

    @property
    def text(self) -> str:
        body = self.tree.find("body")
        assert body is not None
        return text_of(body)

    def links(self) -> dict[str, str]:
        """Link text → address."""
        return {text_of(a): a.get("href", "") for a in self.tree.iter("a")}

    def forms(self) -> list[Element]:
        return list(self.tree.iter("form"))

    def form(self, marker: str) -> Element:
        """The one form with a field or a button of that name, or with that in its action."""
        found = [form for form in self.forms() if marker in form.get("action", "") or marker in _names(form)]
        assert found, f"no form with {marker!r} on {self.url}"
        return found[0]

    def errors(self) -> list[str]:
        """What stands beside fields as wrong."""
        return [text_of(e) for e in self.tree.iter() if "field-error" in e.get("class", "").split()]


def _names(form: Element) -> set[str]:
    return {e.get("name", "") for tag in ("input", "select", "textarea", "button") for e in form.iter(tag)}


def defaults(form: Element) -> dict[str, Any]:
    """What a browser would send if nothing were typed (without buttons)."""
    values: dict[str, list[str]] = {}
    for element in form.iter():
        name = element.get("name")
        if not name or element.get("disabled") is not None:
            continue
        if element.tag == "input":
            kind = element.get("type", "text")
            if kind in {"submit", "button", "file", "image"}:
                continue
            if kind in {"checkbox", "radio"} and element.get("checked") is None:
                continue
            values.setdefault(name, []).append(element.get("value", "on" if kind == "checkbox" else ""))
        elif element.tag == "textarea":
            values.setdefault(name, []).append((element.text or "").removeprefix("\n"))
        elif element.tag == "select":
            options = list(element.iter("option"))
            chosen = [o for o in options if o.get("selected") is not None]
            if not chosen and element.get("multiple") is None:
                chosen = options[:1]
            values.setdefault(name, []).extend(o.get("value", text_of(o)) for o in chosen)
    return dict(values)


class Visitor(FlaskClient):
    """A test client that commits what the test set up, and checks each page's HTML."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        db.session.commit()
        # Each request has a context of its own, as when it is served: nobody is remembered from the last one.
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        db.session.rollback()
        db.session.expire_all()
        part = (kwargs.get("headers") or {}).get("HX-Request")
        if response.mimetype == "text/html" and response.data and not part and not ON_POSTGRESQL:
            check_once(response.text)
        return response

    def page(self, url: str, status: int = 200, **kwargs: Any) -> Page:
        """Get a page, redirects followed."""
        response = self.get(url, follow_redirects=True, **kwargs)
        assert response.status_code == status, f"{url}: {response.status}"
        return Page(response, response.request.path)

    def submit(self, page: Page | str, marker: str, status: int = 200, **typed: Any) -> Page:
        """Fill in the form of a page that `marker` names, send it, and follow where it leads.

        A typed None leaves the field out, as an unticked box; a list sends it several times.
        """
        if isinstance(page, str):
            page = self.page(page)
        form = page.form(marker)
        values = {**defaults(form), **typed}
        data = {name: value for name, value in values.items() if value is not None}
        url = urljoin(page.url, form.get("action") or page.response.request.full_path.rstrip("?"))
        kwargs: dict[str, Any] = {"data": data}
        if form.get("enctype") == "multipart/form-data":
            kwargs["content_type"] = "multipart/form-data"
        target = urlsplit(url)
        where = target.path + (f"?{target.query}" if target.query else "")
        method = form.get("method", "get").lower()
        if method == "get":
            kwargs = {"query_string": data}
        response = self.open(where, method=method.upper(), follow_redirects=True, **kwargs)
        assert response.status_code == status, (
            f"{method} {where}: {response.status} {text_of(parse(response.text))[:400]}"
        )
        return Page(response, response.request.path)

    def sign_in(self, user: User) -> Visitor:
        """Signed in at once, without the password page."""
        secret, now = new_token(), clock.now()
        lay_down(
            UserSession,
            token_hash=token_hash(secret),
            user_id=user.id,
            own_device=True,
            created_at=now,
            seen_at=now,
        )
        db.session.commit()
        return self._remember(_user_id=secret, _fresh=True)

    def opened(self, what: str) -> Visitor:
        """With what was opened by showing once more who one is, as `reentry.keep_open` remembers it."""
        mark = blind_index(self._held()[COOKIE_KEY], "reentry.session").hex()
        return self._remember(**{f"open-{what}": [mark, (clock.now() + READING).isoformat()]})

    def come_in(self, secret: str) -> Visitor:
        """On a group's own page at once, without the mailed link."""
        return self._remember(group=secret)

    def _remember(self, **values: Any) -> Visitor:
        """Keep these in the session's cookie."""
        name = self.application.config["SESSION_COOKIE_NAME"]
        self.set_cookie(name, self._sealing().dumps({**self._held(), **values}))
        return self

    def _held(self) -> dict[str, Any]:
        """What the session's cookie holds."""
        held = self.get_cookie(self.application.config["SESSION_COOKIE_NAME"])
        return dict(self._sealing().loads(held.value)) if held else {}

    def _sealing(self) -> Any:
        app = self.application
        return app.session_interface.get_signing_serializer(app)
