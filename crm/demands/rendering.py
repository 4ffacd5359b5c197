"""What a demand means, from Markdown to HTML: paragraphs, emphasis, lists, quotations and links, no more."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import nh3
from markupsafe import Markup

from crm.core.late import LateModule

if TYPE_CHECKING:
    import markdown_it
else:
    markdown_it = LateModule("markdown_it")

_RULES = ["blockquote", "emphasis", "entity", "escape", "link", "list", "newline"]
_TAGS = {"a", "blockquote", "br", "em", "li", "ol", "p", "strong", "ul"}


@cache
def _markdown() -> markdown_it.MarkdownIt:
    return markdown_it.MarkdownIt("zero").enable(_RULES)


def render_markdown(text: str) -> Markup:
    """HTML that is safe to show to anybody; what is not on the short list stays as it was typed."""
    html = nh3.clean(
        _markdown().render(text),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    )
    return Markup(html)  # noqa: S704 - cleaned on the line above
