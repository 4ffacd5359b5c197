"""Settings: the one place that reads the environment.

`python config.py` prints a fresh SECRET_KEY and FIELD_KEYS, as lines for an environment file.
"""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
INSTANCE = ROOT / "instance"
DEFAULT_DATABASE_URL = f"sqlite:///{INSTANCE / 'muster.db'}"
TRUE = {"1", "true", "yes", "on"}


class SettingsError(Exception):
    """A setting is missing or makes no sense; the message says which and what to do."""


@dataclass(frozen=True)
class Settings:
    """What an installation can set. Addresses are without a trailing slash."""

    database_url: str
    base_url: str
    secret_key: str
    field_keys: str
    instance: Path
    mail_url: str | None = None
    demo: bool = False
    demo_is_set: bool = True
    limits: bool = True
    # Whether feeds are zipped for those who accept it; Outlook was once reported to fail on it.
    feed_gzip: bool = True
    port: int = 8000
    web_workers: int = 2
    # Only the test configuration sets these.
    testing: bool = False
    fixed_clock: str | None = None
    extra: dict[str, object] = field(default_factory=dict)

    @property
    def production(self) -> bool:
        """Served to others over TLS."""
        return self.base_url.startswith("https://")

    @property
    def default_database(self) -> bool:
        return self.database_url == DEFAULT_DATABASE_URL


def new_secret() -> str:
    return secrets.token_urlsafe(48)


def new_field_keys() -> str:
    """A blind-index key, and one Fernet key (32 random bytes, urlsafe base64)."""

    def key() -> str:
        return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()

    return f"index:{key()},{key()}"


def _number(name: str, default: int, lowest: int, highest: int) -> int:
    text = os.environ.get(name, "").strip() or str(default)
    if not text.isdigit() or not lowest <= int(text) <= highest:
        raise SettingsError(f"{name} must be a whole number from {lowest} to {highest}, not {text!r}.")
    return int(text)


def _kept(name: str, make: Callable[[], str], production: bool) -> str:
    """A key from the environment, else from a file of mode 600 that is made when missing."""
    if value := os.environ.get(name, "").strip():
        return value
    if production:
        raise SettingsError(
            f"{name} is not set. With an https BASE_URL the keys are given in the environment, apart from "
            "the database: `python config.py` prints fresh ones."
        )
    INSTANCE.mkdir(mode=0o700, exist_ok=True)
    path = INSTANCE / name.lower()
    if not path.exists():
        _write_once(path, make())
    return path.read_text().strip()


def _write_once(path: Path, text: str) -> None:
    """Whole or not at all, and the first of several processes wins."""
    handle, draft = tempfile.mkstemp(dir=path.parent)  # mode 600
    with os.fdopen(handle, "w") as file:
        file.write(text)
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    Path(draft).unlink()


def _base_url(port: int) -> str:
    url = os.environ.get("BASE_URL", "").strip().rstrip("/") or f"http://localhost:{port}"
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path:
        raise SettingsError(f"BASE_URL must look like https://muster.example.org, not {url!r}.")
    return url


def from_environment() -> Settings:
    """Settings of this process. Raises SettingsError with a sentence that says what to change."""
    port = _number("PORT", 8000, 1, 65535)
    base_url = _base_url(port)
    production = base_url.startswith("https://")
    database_url = os.environ.get("DATABASE_URL", "").strip() or DEFAULT_DATABASE_URL
    return Settings(
        database_url=database_url,
        base_url=base_url,
        secret_key=_kept("SECRET_KEY", new_secret, production),
        field_keys=_kept("FIELD_KEYS", new_field_keys, production),
        instance=INSTANCE,
        mail_url=os.environ.get("MAIL_URL", "").strip() or None,
        demo=os.environ.get("DEMO", "").strip().lower() in TRUE,
        demo_is_set=bool(os.environ.get("DEMO", "").strip()),
        limits=os.environ.get("LIMITS", "").strip().lower() != "off",
        feed_gzip=os.environ.get("FEED_GZIP", "").strip().lower() != "off",
        port=port,
        web_workers=_number("WEB_WORKERS", 2, 1, 64),
    )


if __name__ == "__main__":
    sys.stdout.write(f"SECRET_KEY={new_secret()}\nFIELD_KEYS={new_field_keys()}\n")
