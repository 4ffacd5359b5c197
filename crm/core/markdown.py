"""Markdown as people write it in minutes, as HTML with a short list of elements."""

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

# What stands in a meeting's minutes: no pictures (they would come from elsewhere), no HTML of one's own.
ELEMENTS = set("p br h3 h4 h5 h6 strong em ul ol li blockquote code hr a".split())
SCHEMES = {"http", "https", "mailto"}
# The page has its h1, and an h2 above the text.
FIRST_HEADING = 3


@cache
def _reader() -> markdown_it.MarkdownIt:
    reader = markdown_it.MarkdownIt("commonmark", {"html": False, "breaks": True})
    return reader.disable(["image", "html_inline"])


def to_html(text: str) -> Markup:
    """The text as HTML that is safe to show; headings begin at h3, a link says nothing of where it was."""
    reader = _reader()
    tokens = reader.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1:]) + FIRST_HEADING - 1, 6)}"
    html = reader.renderer.render(tokens, reader.options, {})
    clean = nh3.clean(
        html,
        tags=ELEMENTS,
        attributes={"a": {"href"}},
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(clean)  # noqa: S704 - through the sanitizer's short list
