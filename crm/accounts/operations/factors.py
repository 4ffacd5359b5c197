"""What somebody signs in with beside a password, and the time between the one and the other."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from crm.accounts.lifetimes import HALF_SIGN_IN
from crm.accounts.models import CodeApp, HalfSignIn, Passkey, PasskeyChallenge, RecoveryCode, User
from crm.accounts.operations.codes import is_app_code, use_app_code, use_recovery_code
from crm.accounts.queries import find_code_app, find_half_sign_in, list_passkeys
from crm.core import clock
from crm.core.crypto import new_token, token_hash
from crm.core.db import db


def note_factors(user: User) -> None:
    """Keep in step with what is there whether this person needs more than a password."""
    db.session.flush()
    if not list_passkeys(user.id) and find_code_app(user.id) is None:
        user.factor_since = None
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    elif user.factor_since is None:
        user.factor_since = clock.now()


def ask_for_factor(user: User, *, anew: bool = False) -> None:
    """From now on the days count in which a coordinator sets one up; `anew`: whatever counted before."""
    if user.factor_since is None and (anew or user.factor_asked_at is None):
        user.factor_asked_at = clock.now()


def drop_factors(user: User) -> None:
    """Take everything beside the password away, of somebody who has lost it; the days count anew."""
    for model in (Passkey, CodeApp):
        db.session.execute(delete(model).where(model.user_id == user.id))
    note_factors(user)
    ask_for_factor(user, anew=True)


def begin_half(user: User, *, own_device: bool) -> str:
    """The password was right: the secret for the cookie of who still has to show more. It opens nothing."""
    secret = new_token()
    db.session.add(
        HalfSignIn(
            token_hash=token_hash(secret),
            user_id=user.id,
            own_device=own_device,
            expires_at=clock.now() + HALF_SIGN_IN,
        )
    )
    return secret


def end_half(secret: str) -> None:
    """Done, or given up."""
    half = find_half_sign_in(secret, clock.now())
    if half is not None:
        db.session.delete(half)


def forget_ended_halves(now: datetime) -> None:
    """Delete what nobody went on with."""
    for model in (HalfSignIn, PasskeyChallenge):
        db.session.execute(delete(model).where(model.expires_at < now))


def use_code(user_id: int, typed: str) -> str | None:
    """Use up a code: "app" or "recovery", whichever it was; None when it was neither."""
    if is_app_code(typed):
        return "app" if use_app_code(user_id, typed) else None
    return "recovery" if use_recovery_code(user_id, typed) else None
