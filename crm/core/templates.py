"""Templates that are asked for again and again: macros that read nothing of the page are made once."""

from __future__ import annotations

from typing import Any

from flask import Flask, g
from flask_wtf.csrf import generate_csrf
from jinja2 import Template, meta, nodes
from jinja2.environment import TemplateModule

COMPONENTS = "components/"
TEXTS = frozenset({"_", "gettext", "ngettext"})


class PageTemplate(Template):
    """A template whose macros, where they read nothing but what they are given, are kept for all pages.

    Jinja makes the module of an imported template anew on each page, `with context` or without: to import ten
    of them took a tenth of a page's time.
    """

    _reads_nothing: bool | None = None

    def make_module(
        self, vars: dict[str, Any] | None = None, shared: bool = False, locals: Any = None
    ) -> TemplateModule:
        """The template's macros; those of a component that reads nothing of the page are the same for all."""
        if self._reads_nothing is None:
            self._reads_nothing = _reads_nothing(self)
        if not self._reads_nothing:
            return super().make_module(vars, shared, locals)
        if self._module is None:
            self._module = super().make_module()
        return self._module

    def _get_default_module(self, ctx: Any = None) -> TemplateModule:
        if self._reads_nothing and self._module is not None:
            return self._module
        return self.make_module() if self._is_component() else super()._get_default_module(ctx)

    def _is_component(self) -> bool:
        return bool(self.name and self.name.startswith(COMPONENTS))


def _reads_nothing(template: Template) -> bool:
    """Whether a component has macros alone, which use globals and what they are given."""
    environment = template.environment
    if not (template.name and template.name.startswith(COMPONENTS) and environment.loader):
        return False
    source = environment.parse(environment.loader.get_source(environment, template.name)[0])
    own = {name.name for name in source.find_all(nodes.Name) if name.ctx == "store"}
    outside = [node for node in source.body if not isinstance(node, nodes.Macro)]
    # What is said outside of macros would be said in the language of whoever came first.
    said = any(_is_text(call) for node in outside for call in node.find_all(nodes.Call))
    return not said and not (meta.find_undeclared_variables(source) - set(environment.globals) - own)


def _is_text(call: nodes.Call) -> bool:
    return isinstance(call.node, nodes.Name) and call.node.name in TEXTS


def form_token() -> str:
    """The token of the forms of a page: Flask-WTF reads its settings anew for each of a dozen forms."""
    known: str | None = g.get("csrf_token")
    return known or str(generate_csrf())


def init_app(app: Flask) -> None:
    app.jinja_env.template_class = PageTemplate
    app.jinja_env.globals["csrf_token"] = form_token
