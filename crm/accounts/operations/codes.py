"""Codes of six digits that an app makes (TOTP), and codes on paper for who has lost the device."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from urllib.parse import urlsplit

import pyotp
import segno
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, update

from crm.accounts.lifetimes import SETTING_UP
from crm.accounts.models import CodeApp, RecoveryCode, User
from crm.accounts.queries import find_code_app
from crm.core import clock
from crm.core.crypto import blind_index, seal, unseal
from crm.core.db import db
from crm.core.errors import Refused

STEP = 30  # seconds, as every app has it
# A clock that goes wrong by one step is still told the right time.
DRIFT = (0, -1, 1)
RECOVERY_CODES = 10
# Letters and digits that nobody mixes up on paper: 12 of them are 59 random bits.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_secret(user: User) -> str:
    """A fresh secret for an app, sealed for this person: nothing is kept before its first code is right."""
    return seal(pyotp.random_base32(), _setting_up(user))


def opened_secret(user: User, sealed: str) -> str:
    """The secret of a form that was opened lately. Raises Refused (field `code`)."""
    secret = unseal(sealed, _setting_up(user), SETTING_UP)
    if secret is None:
        raise Refused(_("This page is too old. Open it again and scan the new square."), "code")
    return secret


def picture(user: User, secret: str) -> str:
    """The square that an app scans, as the address of an image (data:)."""
    host = urlsplit(str(current_app.config["BASE_URL"])).hostname
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=f"Muster {host}")
    return str(segno.make(uri, error="m", micro=False).svg_data_uri(border=4, light="#fff", scale=4))


def keep_app(user: User, secret: str, code: str) -> CodeApp:
    """Keep an app whose first code is right, in place of a former one. Raises Refused (field `code`)."""
    now = clock.now()
    counter = _counter(secret, code, now)
    if counter is None:
        raise Refused(_("This is not the code that the app shows now. Wait for the next one."), "code")
    app = find_code_app(user.id) or CodeApp(user_id=user.id)
    app.secret, app.used_counter, app.created_at, app.used_at = secret, counter, now, now
    db.session.add(app)
    db.session.flush()
    return app


def use_app_code(user_id: int, code: str) -> bool:
    """Whether it is a code of this person's app; it and those before it are used up."""
    app, now = find_code_app(user_id), clock.now()
    counter = _counter(app.secret, code, now) if app else None
    if app is None or counter is None:
        return False
    newer = (CodeApp.id == app.id) & (CodeApp.used_counter < counter)
    values = {"used_counter": counter, "used_at": now}
    return _changed(update(CodeApp).where(newer).values(values).returning(CodeApp.id))


def new_recovery_codes(user: User) -> list[str]:
    """Ten fresh codes, to be shown this once; the former ones end."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    made = ["-".join(_letters(4) for _part in range(3)) for _code in range(RECOVERY_CODES)]
    for code in made:
        db.session.add(RecoveryCode(user_id=user.id, code_hash=_recovery_hash(user.id, code)))
    return made


def use_recovery_code(user_id: int, code: str) -> bool:
    """Whether it is one of this person's codes on paper; it is used up."""
    known = RecoveryCode.code_hash == _recovery_hash(user_id, code)
    return _changed(delete(RecoveryCode).where(known).returning(RecoveryCode.id))


def is_app_code(typed: str) -> bool:
    """Whether what was typed looks like a code of an app: six digits, with spaces or without."""
    return typed.replace(" ", "").isdecimal() and len(typed.replace(" ", "")) == 6


def _counter(secret: str, code: str, now: datetime) -> int | None:
    """The number of the step whose code this is; None: of none about now."""
    typed = code.replace(" ", "")
    if not is_app_code(code) or not typed.isascii():
        return None
    totp, here = pyotp.TOTP(secret), int(now.timestamp()) // STEP
    steps = (here + drift for drift in DRIFT)
    return next((step for step in steps if hmac.compare_digest(totp.generate_otp(step), typed)), None)


def _changed(query: object) -> bool:
    return db.session.execute(query).first() is not None  # type: ignore[call-overload, no-any-return]


def _letters(number: int) -> str:
    return "".join(secrets.choice(LETTERS) for _letter in range(number))


def _recovery_hash(user_id: int, code: str) -> bytes:
    """Under the key of the installation: without it a copy of the database says nothing of them."""
    return blind_index(f"{user_id}:{''.join(filter(str.isalnum, code.lower()))}", "user.recovery")


def _setting_up(user: User) -> str:
    return f"code_app:{user.id}"
