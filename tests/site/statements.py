"""Python as its statements: to look into their expressions, too, takes ten times as long."""

from __future__ import annotations

import ast
from collections.abc import Iterator

INSIDE = ("body", "orelse", "finalbody", "handlers", "cases")


def statements(tree: ast.Module) -> Iterator[ast.AST]:
    """Every statement of a module, those inside others too."""
    waiting: list[ast.AST] = [tree]
    for node in waiting:
        yield node
        for part in INSIDE:
            waiting.extend(getattr(node, part, ()))
