"""What a demand means, from Markdown to HTML: paragraphs, emphasis, lists, quotations and links, no more."""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_RULES = ["blockquote", "emphasis", "entity", "escape", "link", "list", "newline"]
_TAGS = {"a", "blockquote", "br", "em", "li", "ol", "p", "strong", "ul"}
_markdown = MarkdownIt("zero").enable(_RULES)


def render_markdown(text: str) -> Markup:
    """HTML that is safe to show to anybody; what is not on the short list stays as it was typed."""
    html = nh3.clean(
        _markdown.render(text),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    )
    return Markup(html)  # noqa: S704 - cleaned on the line above
