"""No pattern of the program takes long, whatever it is matched with."""

from __future__ import annotations

import ast
import re
import signal
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]

import pytest

import crm
from config import ROOT

# Letters pumped: what doubles with each is over at thirty, what grows with their cube at some hundreds.
FEW, MANY = 30, 600
SECONDS = 0.5
CALLS = {"compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"}


def patterns() -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    """Those that stand in the modules of the program, and those that are written where they are used."""
    for found in walk_packages(crm.__path__, "crm."):
        module = import_module(found.name)
        yield from ((found.name, one) for one in vars(module).values() if isinstance(one, re.Pattern))
    for path in sorted((ROOT / "crm").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if "import re\n" in text else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                of_re = isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
                first = node.args[0]
                if of_re and node.func.attr in CALLS and isinstance(first, ast.Constant):
                    yield str(path), re.compile(first.value)


def sample(parts) -> str:
    """A short text that these parts of a pattern match, or nearly."""
    return "".join(_sample(code, given) for code, given in parts)


def _sample(code, given) -> str:
    if code is codes.LITERAL:
        return chr(given)
    if code is codes.IN:
        return _sample(*given[0]) if given[0][0] is not codes.NEGATE else "x"
    if code is codes.RANGE:
        return chr(given[0])
    if code is codes.CATEGORY:
        return {codes.CATEGORY_DIGIT: "1", codes.CATEGORY_SPACE: " "}.get(given, "a")
    if code in {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}:
        return sample(given[2]) * max(1, given[0])
    if code is codes.SUBPATTERN:
        return sample(given[3])
    if code is codes.ATOMIC_GROUP:
        return sample(given)
    if code is codes.BRANCH:
        return sample(given[1][0])
    return "" if code in {codes.AT, codes.ASSERT, codes.ASSERT_NOT, codes.GROUPREF} else "a"


def pumped(parts, before: str = "") -> Iterator[str]:
    """For each repetition: what leads there, and what is repeated."""
    for code, given in parts:
        if code in {codes.MAX_REPEAT, codes.MIN_REPEAT}:
            if given[1] > FEW:
                yield from (f"{before}\n{sample([one])}" for one in given[2])
                yield f"{before}\n{sample(given[2])}"
            yield from pumped(given[2], before)
        elif code is codes.SUBPATTERN:
            yield from pumped(given[3], before)
        elif code is codes.BRANCH:
            for one in given[1]:
                yield from pumped(one, before)
        before += _sample(code, given)


def is_slow(pattern: re.Pattern[str] | re.Pattern[bytes]) -> str | None:
    """The text that it takes too long with, if there is one."""
    written = pattern.pattern
    whole = parser.parse(written, pattern.flags & ~re.DEBUG)
    for pair in sorted(set(pumped(whole))):
        before, _, piece = pair.rpartition("\n")
        for count in (FEW, MANY):
            for end in ("\x00", "!"):
                text = before + (piece or "a") * count + end
                given = text.encode("utf-8", "replace") if isinstance(written, bytes) else text
                signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
                try:
                    pattern.search(given), pattern.fullmatch(given)
                except TimeoutError:
                    return f"{before[:40]!r} + {piece!r} * {count} + {end!r}"
                finally:
                    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return None


@pytest.fixture
def in_time() -> Iterator[None]:
    """A match that takes too much CPU ends with an error."""

    def over(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, over)
    yield
    signal.signal(signal.SIGVTALRM, before)


def test_patterns_that_blow_up_are_noticed(in_time):
    assert is_slow(re.compile(r"(a+)+$"))
    assert is_slow(re.compile(r"(\w+\s?)*:"))
    assert not is_slow(re.compile(r"[a-z]+(-[a-z]+)*"))


def test_no_pattern_of_the_program_takes_long(in_time):
    found = {pattern: where for where, pattern in patterns()}
    assert len(found) > 50
    assert [(where, one.pattern, slow) for one, where in found.items() if (slow := is_slow(one))] == []
