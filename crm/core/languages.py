"""Which language a page speaks: asked for in the address, else the reader's own, else the coalition's."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, g, request
from flask_babel import Babel, Domain, LazyString, get_locale
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

# The languages that Muster speaks whole, English being the source.
LANGUAGES = ("en", "es")
TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"

# It says of itself that it is safe HTML, though anybody may have typed what stands in it in the place of a
# "%(name)s". Without this it is escaped as every other text.
del LazyString.__html__


class _Domain(Domain):  # type: ignore[misc]
    """Texts as Flask-Babel finds them, looked up once a request and language: a page asks for hundreds."""

    def get_translations(self) -> Translations | NullTranslations:
        """The texts of the language that is spoken now."""
        held = _held()
        locale = getattr(held, "babel_locale", None)
        known = getattr(held, "muster_texts", None)
        if locale is None or known is None or known[0] is not locale:
            known = get_locale(), super().get_translations()
            if held is not None:
                held.muster_texts = known
        texts: Translations | NullTranslations = known[1]
        return texts


def _held() -> Any:
    """What Flask-Babel holds for this request, if anything yet."""
    try:
        return vars(g._get_current_object()).get("_flask_babel")
    except RuntimeError:
        return None


def spoken() -> Locale | None:
    """The language that is spoken now; None outside of requests and commands. As `get_locale`, at once."""
    locale: Locale | None = getattr(_held(), "babel_locale", None)
    return locale or get_locale()


class _Babel(Babel):  # type: ignore[misc]
    @cached_property
    def domain_instance(self) -> Domain:
        """Where texts are found."""
        return _Domain(domain=self.domain)


babel = _Babel()


def own_name(code: str) -> str:
    """A language's name in itself: English, Español."""
    name = Locale.parse(code).get_display_name() or code
    return name[0].upper() + name[1:]


def name_here(code: str) -> str:
    """A language's name as the reader calls it: Spanish, español."""
    return Locale.parse(code).get_display_name(get_locale() or "en") or code


def select_language() -> str:
    """The language of this request."""
    offered = offered_languages()
    asked = request.args.get("lang") if request else None
    if asked in offered:
        return str(asked)
    if own := g.get("user_language"):
        return str(own)
    if not request:  # a command, the worker
        return offered[0]
    return request.accept_languages.best_match(offered) or offered[0]


def offered_languages() -> list[str]:
    """The coalition's languages, its default first; all of them outside of a coalition."""
    chosen: list[str] | None = g.get("coalition_languages")
    return chosen or list(LANGUAGES)


def language_links() -> list[tuple[str, str, str, bool]]:
    """(code, own name, address of this page in it, whether it is this one)."""
    current = select_language()
    links = []
    for code in offered_languages():
        query = urlencode({**request.args.to_dict(flat=False), "lang": code}, doseq=True)
        links.append((code, own_name(code), f"{quote(request.path)}?{query}", code == current))
    return links


def kept_language() -> str | None:
    """The language that this page's links keep: asked for in its address by who has none of their own."""
    asked = request.args.get("lang")
    wanted = asked in LANGUAGES and request.method in {"GET", "HEAD", "POST"}
    return asked if wanted and g.get("user_language") is None else None


def _keep_asked_language(endpoint: str, values: dict[str, Any]) -> None:
    """A page that was asked for in a language links to others in it, without a cookie."""
    if endpoint == "static" or not request or "lang" in values:
        return
    if asked := kept_language():
        values["lang"] = asked


@pass_context
def _text(context: Context, text: str, /, **values: Any) -> str:
    """`_()` of templates, straight to the text: through Jinja's own it took a fifth of a page's time."""
    texts = babel.domain_instance.get_translations()
    if not context.eval_ctx.autoescape:
        found: str = texts.ugettext(text)
    else:
        found = _marked(texts, text)
    return found % values if values or "%" in found else found


def _marked(texts: Translations | NullTranslations, text: str) -> Markup:
    """A text of our own as it stands in a page: marked once for each language."""
    kept: dict[str, Markup] = vars(texts).setdefault("muster_marked", {})
    if text not in kept:
        kept[text] = Markup(texts.ugettext(text))  # noqa: S704 - our own texts; values are escaped
    return kept[text]


def init_app(app: Flask) -> None:
    directories = sorted(str(path) for path in TRANSLATIONS.iterdir()) if TRANSLATIONS.is_dir() else []
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(directories) or str(TRANSLATIONS)
    babel.init_app(app, locale_selector=select_language)
    app.url_defaults(_keep_asked_language)
    app.jinja_env.globals["language_links"] = language_links
    app.jinja_env.globals["_"] = _text
