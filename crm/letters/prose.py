"""What a demand means, from Markdown to the blocks that a printed page is made of."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from crm.core.late import LateModule

if TYPE_CHECKING:
    import markdown_it
    from markdown_it.token import Token
else:
    markdown_it = LateModule("markdown_it")

# As on the pages (crm/demands/rendering.py).
_RULES = ["blockquote", "emphasis", "entity", "escape", "link", "list", "newline"]


@cache
def _markdown() -> markdown_it.MarkdownIt:
    return markdown_it.MarkdownIt("zero").enable(_RULES)


def print_blocks(text: str) -> list[dict[str, Any]]:
    """Blocks {"kind": "text" | "item" | "quote", "runs": [{"text", "strong", "em"}]}; no markup."""
    blocks: list[dict[str, Any]] = []
    around: list[str] = []
    for token in _markdown().parse(text):
        if token.type in {"list_item_open", "blockquote_open"}:
            around.append("item" if token.type == "list_item_open" else "quote")
        elif token.type in {"list_item_close", "blockquote_close"}:
            around.pop()
        elif token.type == "inline":
            kind = around[-1] if around else "text"
            blocks.append({"kind": kind, "runs": _runs(token.children or [])})
    return blocks


def _runs(children: list[Token]) -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = []
    strong = em = 0
    for child in children:
        strong += {"strong_open": 1, "strong_close": -1}.get(child.type, 0)
        em += {"em_open": 1, "em_close": -1}.get(child.type, 0)
        content = "\n" if child.type in {"softbreak", "hardbreak"} else child.content
        if content:
            runs.append({"text": content, "strong": strong > 0, "em": em > 0})
    return runs
