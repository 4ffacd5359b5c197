"""Parts of pages that are made once: what they show is all that they are made of.

A rail of links or a form that nobody has filled in is the same page after page. What may stand in it is what
it is given, our own texts and our own files: never who looks, nor what a session holds.
"""

from __future__ import annotations

from collections.abc import Hashable, Set
from functools import lru_cache
from typing import Any

from flask import Flask, current_app
from jinja2 import Environment, meta, nodes
from markupsafe import Markup

from crm.core.languages import spoken

# So many are kept: each a few kilobytes.
MOST_KEPT = 256
# What of the globals is everybody's.
EVERYBODYS = frozenset({"_", "gettext", "ngettext", "asset"})


class ReadsMore(RuntimeError):
    """A part that is to be kept reads more than it is given."""


def kept(name: str, **values: Hashable) -> Markup:
    """What the template of this name makes of these values in the language that is spoken.

    Raises ReadsMore where it reads anything else.
    """
    environment = current_app.jinja_env
    make = _make if environment.auto_reload else _kept
    return make(environment, name, str(spoken()), tuple(values.items()))


def _make(environment: Environment, name: str, _language: str, values: tuple[tuple[str, Any], ...]) -> Markup:
    given = dict(values)
    if more := _read_by(environment, name, set(given)):
        raise ReadsMore(f"{name}: {sorted(more)}")
    return Markup(environment.get_template(name).render(given))  # noqa: S704 - of a template that escapes


_kept = lru_cache(maxsize=MOST_KEPT)(_make)


def _read_by(environment: Environment, name: str, given: Set[str]) -> set[str]:
    """What a template reads, and the ones that it brings in, beside what is given and what is everybody's."""
    if environment.loader is None:
        raise RuntimeError("there are no templates")
    source = environment.parse(environment.loader.get_source(environment, name)[0])
    named = {name.name for name in source.find_all(nodes.Name) if name.ctx == "load"}
    # Jinja counts its globals as declared; of ours some tell of the session.
    read = meta.find_undeclared_variables(source) | (named & set(environment.globals))
    more = read - given - EVERYBODYS
    if any(source.find_all((nodes.Include, nodes.Extends))):
        more.add("another template")
    for other in meta.find_referenced_templates(source):
        more |= _read_by(environment, other, set()) if other else {"a template by its name"}
    return more


def init_app(app: Flask) -> None:
    # Under a name that no page gives to what it shows: some call their own "kept".
    app.jinja_env.globals["kept_part"] = kept
