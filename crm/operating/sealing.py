"""One file that only its owner opens: encrypted in pieces, so that none is whole in memory.

    muster-backup 1\\n  {"wrap": …}\\n  piece piece … last piece

The file's own random key is wrapped by a passphrase (scrypt) or for a public key (HPKE, RFC 9180, X25519).
Each piece of 64 KiB is sealed by ChaCha20-Poly1305 under a key that covers the two lines; its nonce counts
the pieces and marks the last one, as in age and in STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): a piece
that was changed, moved, or cut off at the end is noticed. See docs/decisions/0009-backups.md.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from crm.core.errors import Refused

MAGIC = b"muster-backup 1\n"
PIECE = 64 * 1024  # bytes, before encryption
TAG = 16
LONGEST_LINE = 4096
# 2**17 · 8 · 128 bytes: 128 MB and half a second for each guess.
SCRYPT_LOG_N = 17
SCRYPT_R = 8
# What a file may ask for at most: 1 GB.
MOST_LOG_N = 20
PUBLIC, SECRET = "muster-public-", "muster-secret-"
SHORTEST_PASSPHRASE = 12
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_DAMAGED = "The file was cut off or changed: it can't be used."


class Lock:
    """What a file is locked with: a passphrase, or somebody's public key. Raises Refused for a bad one."""

    def __init__(self, *, passphrase: str | None = None, public_key: str | None = None) -> None:
        if passphrase is not None and len(passphrase) < SHORTEST_PASSPHRASE:
            raise Refused(f"A passphrase has at least {SHORTEST_PASSPHRASE} characters.")
        self._passphrase = passphrase
        self._public = X25519PublicKey.from_public_bytes(_key_of(public_key, PUBLIC)) if public_key else None

    def wrap(self, key: bytes) -> dict[str, Any]:
        """A file's key, so that whoever has the passphrase or the secret key gets it."""
        if self._public is not None:
            return {"wrap": "x25519", "key": _text(_SUITE.encrypt(key, self._public, MAGIC))}
        salt = secrets.token_bytes(16)
        by = _stretched(self._passphrase or "", salt, SCRYPT_LOG_N)
        sealed = ChaCha20Poly1305(by).encrypt(bytes(12), key, MAGIC)
        return {"wrap": "scrypt", "log_n": SCRYPT_LOG_N, "salt": _text(salt), "key": _text(sealed)}


class Opener:
    """What a file is opened with. Raises Refused where it does not fit."""

    def __init__(self, *, passphrase: str | None = None, secret_key: str | None = None) -> None:
        self._passphrase = passphrase
        self._secret = (
            X25519PrivateKey.from_private_bytes(_key_of(secret_key, SECRET)) if secret_key else None
        )

    def unwrap(self, said: Mapping[str, Any]) -> bytes:
        """The key of a file that says so of itself."""
        try:
            return self._by_key(said) if said["wrap"] == "x25519" else self._by_passphrase(said)
        except InvalidTag:
            raise Refused("This passphrase or key does not open the file.") from None
        except (KeyError, TypeError, ValueError):
            raise Refused(_DAMAGED) from None

    def _by_key(self, said: Mapping[str, Any]) -> bytes:
        if self._secret is None:
            raise Refused("The file was written for a key: give its file, --key FILE.")
        return _SUITE.decrypt(_bytes(said["key"]), self._secret, MAGIC)

    def _by_passphrase(self, said: Mapping[str, Any]) -> bytes:
        if self._passphrase is None:
            raise Refused("The file was written with a passphrase: leave out --key.")
        if not 1 <= int(said["log_n"]) <= MOST_LOG_N:
            raise ValueError(said["log_n"])
        by = _stretched(self._passphrase, _bytes(said["salt"]), int(said["log_n"]))
        return ChaCha20Poly1305(by).decrypt(bytes(12), _bytes(said["key"]), MAGIC)


class Sealer:
    """Writes a sealed file: `write` what it holds, then `finish`, without which it opens for nobody."""

    def __init__(self, file: BinaryIO, lock: Lock) -> None:
        key = secrets.token_bytes(32)
        line = json.dumps(lock.wrap(key)).encode() + b"\n"
        file.write(MAGIC + line)
        self._file = file
        self._cipher = _cipher(key, line)
        self._waiting = bytearray()
        self._count = 0

    def write(self, content: bytes) -> None:
        self._waiting += content
        # The last piece is marked, so one always waits.
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]

    def finish(self) -> None:
        self._seal(bytes(self._waiting), last=True)

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._count, last), piece, None))
        self._count += 1


def open_sealed(file: BinaryIO, opener: Opener) -> Iterator[bytes]:
    """What a sealed file holds, in pieces. Raises Refused for another file, a wrong key, a damaged file."""
    if file.read(len(MAGIC)) != MAGIC:
        raise Refused("This is no backup of Muster, or one of a later version.")
    line = file.readline(LONGEST_LINE)
    try:
        said = json.loads(line)
    except ValueError:
        raise Refused(_DAMAGED) from None
    return _opened(file, _cipher(opener.unwrap(said), line))


def _opened(file: BinaryIO, cipher: ChaCha20Poly1305) -> Iterator[bytes]:
    count, piece = 0, file.read(PIECE + TAG)
    while True:
        following = file.read(PIECE + TAG)
        try:
            yield cipher.decrypt(_nonce(count, last=not following), piece, None)
        except InvalidTag:
            raise Refused(_DAMAGED) from None
        if not following:
            return
        count, piece = count + 1, following


def new_key_pair() -> tuple[str, str]:
    """A fresh (public key, secret key), as lines of text."""
    secret = X25519PrivateKey.generate()
    public = secret.public_key().public_bytes_raw()
    return PUBLIC + _text(public), SECRET + _text(secret.private_bytes_raw())


def _cipher(key: bytes, line: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(HKDF(SHA256(), 32, salt=None, info=MAGIC + line).derive(key))


def _nonce(count: int, last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([last])


def _stretched(passphrase: str, salt: bytes, log_n: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**log_n, r=SCRYPT_R, p=1).derive(passphrase.encode())


def _key_of(text: str, kind: str) -> bytes:
    try:
        found = _bytes(text.strip().removeprefix(kind))
    except ValueError:
        found = b""
    if not text.strip().startswith(kind) or len(found) != 32:
        raise Refused(f"A key looks like {kind}… and is one line: `flask backup-key`.")
    return found


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
