"""Passwords: argon2id, judged by length and by a short list of the worst."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from flask_babel import gettext as _

from crm.core.errors import Refused

SHORTEST = 12
LONGEST = 200
# Long enough to pass by length, and tried first by everybody who guesses.
COMMON = frozenset(
    "password1234 passwordpassword 123456789012 1234567890123 qwertyuiop12 qwertyuiopas administrator "
    "letmeinletmein iloveyouiloveyou changemechangeme 111111111111 000000000000 abcdefghijkl welcome12345 "
    "solidarityforever unionstrong123 1q2w3e4r5t6y trustno1trustno1 monkeymonkey1".split()
)


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


def check_password(password: str) -> None:
    """Raises Refused (field `password`) with what to change."""
    if len(password) < SHORTEST:
        raise Refused(
            _("Use at least %(number)s characters; four words are good.", number=SHORTEST), "password"
        )
    if len(password) > LONGEST:
        raise Refused(_("Use at most %(number)s characters.", number=LONGEST), "password")
    if password.lower() in COMMON or len(set(password)) < 5:
        raise Refused(_("This password is among the first that are guessed. Choose another."), "password")
