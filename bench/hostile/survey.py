"""Where there is something to ask: every address of the map, filled in by what pages themselves link to."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from flask import Flask
from sqlalchemy import func, select
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect, Rule

from bench.hostile.house import BASE, WHO, Answer, Asked, House
from bench.hostile.pages import Offered, PageForm
from crm.core import tenancy
from crm.core.db import db

# So many addresses of each view are looked at by each who may.
MOST = 2
# So often a view to which no page leads is tried with parts of other addresses.
TRIES = 6
STARTS = ("/", "/login", "/demo/", "/demo/organize/", "/demo/group/", "/demo-national/")
# The same for everybody, and nothing of it is a view of ours.
PASSED = {"static"}
VARIABLE = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class Seen:
    """An address at which somebody got a page, and a form of it."""

    who: str
    page: str
    form: PageForm


@dataclass
class Survey:
    """What was found on the way."""

    # Endpoint → who got an answer of 200, where.
    pages: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    forms: list[Seen] = field(default_factory=list)
    # Name of a part of an address → what stands there in the addresses that pages name.
    parts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def filled(self, rule: Rule, chance: random.Random) -> str:
        """An address of a rule, of parts that there are."""

        def part(match: re.Match[str]) -> str:
            if match[2] == "coalition":
                return "demo"
            known = sorted(self.parts.get(match[2], ()))
            return (
                quote(chance.choice(known), safe="") if known else "1" if match[1] == "int" else "2026-12-05"
            )

        return VARIABLE.sub(part, rule.rule)


def look_around(house: House, who: Iterable[str] = WHO, most: int = MOST) -> Survey:
    """Follow the links of every page as each of them, at most so many of a kind."""
    survey = Survey()
    _add_numbers(house.app, survey)
    walks = [_Walk(house, survey, one, most) for one in who]
    for walk in walks:
        walk.follow([*STARTS, *_plain_addresses(house.app)])
    for walk in walks:
        walk.try_the_rest(random.Random(0))  # noqa: S311 - the same addresses each time
    house.keep_cookies()
    return survey


def _add_numbers(app: Flask, survey: Survey) -> None:
    """The first and the last row of each table that an address may name."""
    with app.app_context(), tenancy.across_coalitions():
        for name, table in db.metadata.tables.items():
            if {"id", "coalition_id"} <= set(table.c.keys()):
                ends = db.session.execute(select(func.min(table.c.id), func.max(table.c.id))).one()
                survey.parts[f"{name}_id"].update(str(one) for one in ends if one is not None)


class _Walk:
    """The way of one person from page to page."""

    def __init__(self, house: House, survey: Survey, who: str, most: int) -> None:
        self._house, self._survey, self._who, self._most = house, survey, who, most
        self._known: set[str] = set()
        self._counts: dict[str, int] = defaultdict(int)
        self._forms: set[tuple[str, str, tuple[str, ...]]] = set()

    def follow(self, addresses: Iterable[str]) -> None:
        """Look at these, and at what they lead to."""
        waiting = [one for one in dict.fromkeys(addresses) if one not in self._known]
        self._known.update(waiting)
        while waiting:
            address = waiting.pop(0)
            endpoint = endpoint_of(self._house.app, address, "GET")
            if endpoint is None or endpoint in PASSED or self._counts[endpoint] >= self._most:
                continue
            new = [one for one in self._look_at(address, endpoint) if one not in self._known]
            self._known.update(new)
            waiting += new

    def try_the_rest(self, chance: random.Random) -> None:
        """Views that nobody came to yet, with parts of other addresses."""
        for rule in self._house.app.url_map.iter_rules():
            if rule.endpoint not in self._survey.pages and "GET" in (rule.methods or ()):
                self.follow(self._survey.filled(rule, chance) for _ in range(TRIES))

    def _look_at(self, address: str, endpoint: str) -> list[str]:
        """The addresses that a page names; its forms are kept."""
        parts = urlsplit(address)
        answer = self._house.ask(Asked("survey", self._who, "GET", parts.path, parts.query))
        if answer.status != 200:
            return []
        self._counts[endpoint] += 1
        self._survey.pages[endpoint].append((self._who, address))
        return self._read(address, answer) if answer.media_type == "text/html" else []

    def _read(self, address: str, answer: Answer) -> list[str]:
        offered, app = Offered(BASE + address, answer.body.decode()), self._house.app
        for form in (one for whole in offered.forms for one in whole.sent_by_each()):
            to = endpoint_of(app, form.action.removeprefix(BASE), form.method)
            if to is None:
                continue
            mark = (to, form.method, tuple(sorted({re.sub(r"\d+", "0", name) for name in form.fields})))
            if mark not in self._forms:
                self._forms.add(mark)
                self._survey.forms.append(Seen(self._who, address, form))
        named = [*offered.links, *(form.action for form in offered.forms)]
        here = [one.removeprefix(BASE).partition("#")[0] for one in named if one.startswith(BASE + "/")]
        for local in here:
            self._note_parts(local)
        return here

    def _note_parts(self, address: str) -> None:
        for method in ("GET", "POST"):
            found = _match(self._house.app, address, method)
            for name, value in (found[1] if found else {}).items():
                self._survey.parts[name].add(str(value))


def endpoint_of(app: Flask, address: str, method: str) -> str | None:
    """The view at an address of ours."""
    found = _match(app, address, method)
    return found[0] if found else None


def _match(app: Flask, address: str, method: str) -> tuple[str, dict[str, object]] | None:
    try:
        endpoint, values = app.url_map.bind("localhost").match(urlsplit(address).path, method=method)
    except (RequestRedirect, MethodNotAllowed, HTTPException):
        return None
    return str(endpoint), dict(values)


def _plain_addresses(app: Flask) -> list[str]:
    """The addresses in which nothing but the coalition is variable."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in PASSED]
    plain = [rule for rule in rules if rule.arguments <= {"coalition"} and "GET" in (rule.methods or ())]
    return sorted(rule.rule.replace("<coalition>", "demo") for rule in plain)
