"""The rules of docs/developers/architecture.md that can be read off the files themselves."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.site.statements import statements

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FILE = 300
LONGEST_FUNCTION = 30
LONGEST_VIEW = 20
# Names that say nothing of what is inside.
EMPTY_NAMES = {
    "util",
    "utils",
    "helper",
    "helpers",
    "manager",
    "managers",
    "service",
    "services",
    "common",
    "misc",
}
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b|raise NotImpl" r"emented")
UNSAFE_IN_TEMPLATES = {
    "output that is not escaped": re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+false"),
    "script that stands in the page": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/(ld\+)?json)|\son[a-z]+="
    ),
    "style that stands in the page": re.compile(r"<style\b|\sstyle="),
    "something loaded from elsewhere": re.compile(
        r"<(script|img|link|iframe|source)\b[^>]*(src|href)=\"(https?:)?//"
    ),
}
IMPORT_INSIDE = re.compile(r"(^[ \t]+|[;:][ \t]*)(import|from)\b", re.MULTILINE)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def python_files(*folders: str) -> list[Path]:
    files = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert files, f"no Python in {folders}: has the layout changed?"
    return files


def where(path: Path, line: int = 0) -> str:
    return f"{path.relative_to(ROOT)}:{line}" if line else str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[Function]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in statements(tree) if isinstance(node, Function))


def imports_inside(path: Path) -> bool:
    """Whether an import may stand in a function: one that is indented is somewhere in the file."""
    return (
        re.search(
            r"^[ \t;]+(import|from)\b|[;:][ \t]*(import|from)\b", path.read_text(encoding="utf-8"), re.M
        )
        is not None
    )


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def is_view(function: Function) -> bool:
    """Answers a request: has a decorator like @bp.route(…) or @bp.get(…)."""
    calls = (node.func for node in function.decorator_list if isinstance(node, ast.Call))
    return any(isinstance(call, ast.Attribute) and call.attr in {"route", "get", "post"} for call in calls)


def test_no_file_is_longer_than_a_person_reads_at_once():
    files = python_files("crm", "tests", "scripts", "migrations") + sorted((ROOT / "templates").rglob("*.*"))
    long = {where(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {name: count for name, count in long.items() if count > LONGEST_FILE} == {}


def test_functions_are_short_and_views_shorter():
    long = [
        f"{where(path, function.lineno)} {function.name}: {length(function)} lines"
        for path in python_files("crm")
        for function in functions(path)
        if length(function) > (LONGEST_VIEW if is_view(function) else LONGEST_FUNCTION)
    ]
    assert long == []


def test_modules_and_packages_have_names_that_say_something():
    paths = [path for path in (ROOT / "crm").rglob("*") if path.is_dir() or path.suffix == ".py"]
    assert [where(path) for path in paths if EMPTY_NAMES & set(path.stem.split("_"))] == []


def test_imports_stand_on_top():
    inside = {
        where(path, node.lineno)
        for path in filter(imports_inside, python_files("crm"))
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert inside == set()


def test_what_others_call_is_explained():
    """Public functions have a docstring; views, forms and commands speak for themselves."""
    called = [
        p for p in python_files("crm") if p.stem not in {"views", "forms", "commands", "models", "__init__"}
    ]
    silent = [
        where(path, node.lineno) + " " + node.name
        for path in called
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, Function)
        and not is_view(node)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        # Flask's own name for "connect this to the application".
        and node.name != "init_app"
        # A body of one line says it as well as a sentence would.
        if len(node.body) > 1 or length(node) > 6
    ]
    assert silent == []


def test_nothing_is_left_half_done():
    files = python_files("crm", "tests", "scripts", "migrations") + sorted((ROOT / "templates").rglob("*.*"))
    marks = [
        where(path, number)
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert marks == []


@pytest.mark.parametrize("fault", UNSAFE_IN_TEMPLATES)
def test_no_template_holds(fault: str):
    found = [
        where(path, text.count("\n", 0, match.start()) + 1)
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for text in [path.read_text(encoding="utf-8")]
        for match in UNSAFE_IN_TEMPLATES[fault].finditer(text)
    ]
    assert found == []
