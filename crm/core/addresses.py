"""Addresses of our own pages, as `url_for` makes them: a page links to dozens, mostly the same as others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, g, request
from flask.globals import request_ctx
from werkzeug.routing import Rule

from crm.core.languages import kept_language

# So many are kept for a coalition and language, and of so many of these: some 20 MB in all.
MOST_KEPT = 1024
MOST_SCOPES = 64
READS, SENDS = "GET", "POST"
# What is called so is a text that stands in public addresses.
SLUGS = frozenset({"coalition", "slug"})
Key = tuple[Any, ...]


class LateRule(Rule):
    """A rule whose code that writes addresses is compiled when one is first written: for all 400 rules it
    took a twelfth of the start of each process.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []

        def build(rule: LateRule, /, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(super(LateRule, rule)._compile_builder(append_unknown))
            return compiled[0](rule, **values)

        return build


class Muster(Flask):
    """The application. Addresses in which numbers and slugs alone are given are made once.

    Another text may be a secret.
    """

    url_rule_class = LateRule

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # (coalition's slug, language asked for, method, root) → (endpoint, what is given …) → the address.
        self._addresses: dict[Key, dict[Key, str]] = {}

    def url_for(
        self,
        /,
        endpoint: str,
        *,
        _anchor: str | None = None,
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: Any,
    ) -> str:
        """As Flask's."""
        unusual = _anchor or _method or _scheme or _external is not None or endpoint[0] == "."
        kept = None if unusual or not _is_public(values) else self._kept_here()
        if kept is None:
            return super().url_for(
                endpoint, _anchor=_anchor, _method=_method, _scheme=_scheme, _external=_external, **values
            )
        key = (endpoint, *values.items())
        found = kept.get(key)
        if found is None:
            if len(kept) >= MOST_KEPT:
                kept.clear()
            found = kept[key] = super().url_for(endpoint, **values)
        return found

    def _kept_here(self) -> dict[Key, str] | None:
        """Of requests that are alike in all that is added to an address (`url_defaults`); None outside."""
        if not request_ctx:
            return None
        held, seen = request_ctx.__dict__, g.__dict__
        state = seen.get("coalition"), seen.get("user_language")
        known = held.get("_muster_addresses")
        if known is None or known[0] is not state[0] or known[1] is not state[1]:
            if request.method not in {READS, SENDS}:
                return None
            slug = None if state[0] is None else state[0].slug
            scope = slug, kept_language(), request.method, request.script_root
            if len(self._addresses) > MOST_SCOPES:
                self._addresses.clear()
            known = held["_muster_addresses"] = *state, self._addresses.setdefault(scope, {})
        kept: dict[Key, str] = known[2]
        return kept


def _is_public(values: dict[str, Any]) -> bool:
    return all(type(value) is int or name in SLUGS for name, value in values.items())
