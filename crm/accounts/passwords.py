"""Passwords: argon2id, judged by length and by what is guessed first."""

from __future__ import annotations

import gzip
import re
import string
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from flask_babel import gettext as _

from crm.core.errors import Refused

SHORTEST = 12
LONGEST = 200
GUESSED = Path(__file__).parent / "guessed" / "passwords.txt.gz"
# Long enough to pass by length, and first thought of by whoever guesses at a coalition.
OURS = frozenset(
    "solidarityforever unionstrong muster musterpassword solidaridad lauchasigue sisepuede nojusticenopeace "
    "thepeopleunited poderpopular powertothepeople".split()
)
# What stands for a letter, as everybody does it.
STANDS_FOR = str.maketrans("@$013457", "asoleast")
# What fingers run over.
RUNS = (string.digits * 3, string.digits[::-1] * 3, string.ascii_lowercase, "qwertyuiopasdfghjklzxcvbnm")
# How many letters of a password have to be something else than names that everybody knows.
REST = 8


@cache
def _hasher(cheap: bool) -> PasswordHasher:
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1) if cheap else PasswordHasher()


def hasher() -> PasswordHasher:
    """argon2id with the library's settings; cheap in tests alone."""
    return _hasher(bool(current_app.config.get("ARGON2_CHEAP")))


def hash_password(password: str) -> str:
    """Takes 0.1 s on purpose: never call it within a write transaction."""
    return hasher().hash(password)


def is_right(password_hash: str | None, password: str) -> bool:
    """Whether a password is the one; takes as long when there is none to compare with."""
    known = password_hash or _nobody(bool(current_app.config.get("ARGON2_CHEAP")))
    try:
        hasher().verify(known, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def _nobody(cheap: bool) -> str:
    return _hasher(cheap).hash("nobody has this password")


def check_password(password: str, own: Iterable[str] = ()) -> None:
    """Judge a new password. `own`: names and addresses that stand for this person or their coalition.

    Raises Refused (field `password`) with what to change.
    """
    if len(password) < SHORTEST:
        raise Refused(
            _("Use at least %(number)s characters; four words are good.", number=SHORTEST), "password"
        )
    if len(password) > LONGEST:
        raise Refused(_("Use at most %(number)s characters.", number=LONGEST), "password")
    if _is_guessed(password.lower()) or len(set(password)) < 5:
        raise Refused(_("This password is among the first that are guessed. Choose another."), "password")
    if _is_mostly(password.lower(), own):
        raise Refused(
            _("Your name and the coalition's are guessed first. Add words that have to do with neither."),
            "password",
        )


def _is_guessed(typed: str) -> bool:
    """Whether it is a password of the list, or one with digits and signs around it, or one several times."""
    bare = typed.strip(string.digits + string.punctuation + string.whitespace)
    for form in {
        typed,
        bare,
        bare.translate(STANDS_FOR),
        typed.translate(STANDS_FOR).strip(string.punctuation),
    }:
        once = _repeated(form)
        if form in _guessed() or once in _guessed():
            return True
    return any(typed in run for run in RUNS) or (not bare and _repeated(typed) != typed)


def _repeated(text: str) -> str:
    """The shortest piece that, several times, makes up a text; else the text itself."""
    at = (text + text).find(text, 1)
    return text[:at] if 0 < at < len(text) else text


def _is_mostly(typed: str, own: Iterable[str]) -> bool:
    """Whether hardly anything is left of it without the names in `own`."""
    words = {word for name in own for word in re.split(r"[\W_\d]+", name.lower()) if len(word) >= 4}
    left = typed
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, "")
    return left != typed and sum(map(str.isalpha, left)) < REST


@cache
def _guessed() -> frozenset[str]:
    return OURS | frozenset(gzip.decompress(GUESSED.read_bytes()).decode().split())
