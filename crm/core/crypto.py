"""Personal details in the database are encrypted; whole values can still be found.

FIELD_KEYS is `index:KEY,KEY[,OLDER…]`: the blind-index key, then Fernet keys, of which the first
encrypts and all decrypt. See docs/security/personal-data.md.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import zlib
from datetime import timedelta
from functools import cached_property

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import Flask, current_app
from sqlalchemy import Dialect, LargeBinary, TypeDecorator

from config import SettingsError

EXTENSION = "muster_keys"


class Keys:
    """The keys of this installation. Raises SettingsError when they can't be used."""

    def __init__(self, text: str) -> None:
        parts = [part.strip() for part in text.split(",") if part.strip()]
        index = [part.removeprefix("index:") for part in parts if part.startswith("index:")]
        self._fernet_keys = [part for part in parts if not part.startswith("index:")]
        if len(index) != 1 or not self._fernet_keys:
            raise SettingsError(
                "FIELD_KEYS must hold one index: key and at least one more: `python config.py`."
            )
        try:
            self._index_key = base64.urlsafe_b64decode(index[0])
            self.fernet  # noqa: B018 - a key of the wrong form shows itself here
        except ValueError as error:
            raise SettingsError(f"FIELD_KEYS can't be used: {error}") from None

    @cached_property
    def fernet(self) -> MultiFernet:
        return MultiFernet([Fernet(key) for key in self._fernet_keys])

    @cached_property
    def newest(self) -> Fernet:
        """The first key alone: what it opens needs no other one."""
        return Fernet(self._fernet_keys[0])

    def renew(self, token: bytes) -> bytes | None:
        """The same text under the newest key, as old as it was; None where it is under that one already.

        Raises InvalidToken where none of the keys opens it.
        """
        try:
            self.newest.decrypt(token)
        except InvalidToken:
            return self.fernet.rotate(token)
        return None

    def index(self, value: str, purpose: str) -> bytes:
        """A keyed hash of a whole value; equal values of one purpose have equal hashes."""
        return hmac.digest(self._index_key, f"{purpose}\x00{value}".encode(), "sha256")


def init_app(app: Flask, field_keys: str) -> None:
    app.extensions[EXTENSION] = Keys(field_keys)


def keys() -> Keys:
    """The keys of this application."""
    found: Keys = current_app.extensions[EXTENSION]
    return found


def blind_index(value: str, purpose: str) -> bytes:
    """The keyed hash by which a whole value (an address, a number) is found again. 32 bytes."""
    return keys().index(value, purpose)


class Encrypted(TypeDecorator[str]):
    """Text that the database never sees in the clear."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keys().fernet.encrypt(value.encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        try:
            return keys().fernet.decrypt(bytes(value)).decode()
        except InvalidToken:
            raise SettingsError(
                "FIELD_KEYS does not hold the key that this database was written with."
            ) from None


class Sealed(LargeBinary):
    """Bytes that were encrypted on their way here, outside of the transaction that writes them."""


def seal(text: str, purpose: str) -> str:
    """Text in a form that this installation alone reads, for a cookie; it holds when it was sealed."""
    return keys().fernet.encrypt(purpose.encode() + b"\x00" + zlib.compress(text.encode())).decode()


def unseal(sealed: str, purpose: str, within: timedelta) -> str | None:
    """What was sealed for that purpose lately; None for anything else."""
    try:
        opened = keys().fernet.decrypt(sealed, ttl=int(within.total_seconds()))
    except InvalidToken:
        return None
    meant_for, _, packed = opened.partition(b"\x00")
    return zlib.decompress(packed).decode() if meant_for == purpose.encode() else None


def new_token() -> str:
    """A secret for an address or a cookie: 256 random bits, urlsafe."""
    return secrets.token_urlsafe(32)


def made_token(salt: str, purpose: str) -> str:
    """The secret of a link that is mailed more than once, from a record's random salt: 256 bits, urlsafe.

    Made anew for each mail, so that it is kept nowhere; without FIELD_KEYS the salt opens nothing.
    """
    return base64.urlsafe_b64encode(blind_index(salt, purpose)).rstrip(b"=").decode()


def token_hash(token: str) -> bytes:
    """What of a token is kept. Tokens are random, so a plain hash is enough. 32 bytes."""
    return hashlib.sha256(token.encode()).digest()
