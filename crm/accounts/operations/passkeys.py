"""Passkeys (WebAuthn): made by a browser for this address alone, and shown at the door for a password."""

from __future__ import annotations

import json
from enum import StrEnum, auto
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.sql.dml import ReturningDelete

from crm.accounts.lifetimes import CHALLENGE
from crm.accounts.models import Passkey, PasskeyChallenge, User
from crm.accounts.queries import list_passkeys
from crm.core import clock
from crm.core.crypto import blind_index, new_token, token_hash
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.late import LateModule

if TYPE_CHECKING:
    import webauthn
    from webauthn.helpers import structs
else:
    # A twentieth of the start of a process, for what reads certificates of makers of keys.
    webauthn, structs = LateModule("webauthn"), LateModule("webauthn.helpers.structs")

MOST_PASSKEYS = 20


class Purpose(StrEnum):
    """What a passkey is asked for; what it signed for one is worth nothing for another."""

    ADD = auto()
    ENTER = auto()
    SECOND = auto()
    AGAIN = auto()


def relying_party() -> str | None:
    """The host of this installation, for which passkeys are made; None where browsers make none.

    They make them for names alone, and over TLS or on one's own machine (WebAuthn, 5.1.2).
    """
    parts = urlsplit(str(current_app.config["BASE_URL"]))
    host = parts.hostname or ""
    is_number = ":" in host or host.replace(".", "").isdigit()
    return host if not is_number and (parts.scheme == "https" or host == "localhost") else None


def ask_to_make(user: User) -> str:
    """What a browser needs to make a passkey, as JSON. Raises Refused (field `label`)."""
    taken = list_passkeys(user.id)
    if len(taken) >= MOST_PASSKEYS:
        raise Refused(_("You have %(number)s passkeys. Remove one first.", number=MOST_PASSKEYS), "label")
    options = webauthn.generate_registration_options(
        rp_id=relying_party() or "",
        rp_name="Muster",
        user_name=user.email,
        user_display_name=user.name,
        # Random to everybody else, and always the same, so that a device replaces its former key.
        user_id=blind_index(str(user.id), "passkey.user"),
        challenge=_challenge(Purpose.ADD, user.id),
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=key.credential_id) for key in taken],
    )
    return webauthn.options_to_json(options)


def ask_to_show(purpose: Purpose, user_id: int | None) -> str:
    """What a browser needs to show a passkey, as JSON: any of this person, or at the door of anybody."""
    keys = list_passkeys(user_id) if user_id is not None else []
    options = webauthn.generate_authentication_options(
        rp_id=relying_party() or "",
        challenge=_challenge(purpose, user_id),
        allow_credentials=[structs.PublicKeyCredentialDescriptor(id=key.credential_id) for key in keys],
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def keep_passkey(user: User, made: str, label: str) -> Passkey:
    """Keep the passkey that a browser made. Raises Refused (field `credential`)."""
    challenge = _take_challenge(made, Purpose.ADD, user.id)
    try:
        found = webauthn.verify_registration_response(
            credential=made,
            expected_challenge=challenge,
            expected_rp_id=relying_party() or "",
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except Exception as error:  # the library reads bytes from a stranger: any fault of theirs is a no
        raise _refused() from error
    if _find(found.credential_id) is not None:
        raise _refused()
    key = Passkey(
        user_id=user.id,
        credential_id=found.credential_id,
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
        label=label,
        created_at=clock.now(),
    )
    db.session.add(key)
    db.session.flush()
    return key


def check_passkey(shown: str, purpose: Purpose, user_id: int | None = None) -> Passkey:
    """Whose passkey was shown, of that person where one is given. Raises Refused (field `credential`)."""
    challenge = _take_challenge(shown, purpose, user_id)
    key = _find(_raw_id(shown), lock=True)
    if key is None or (user_id is not None and key.user_id != user_id):
        raise _refused()
    try:
        found = webauthn.verify_authentication_response(
            credential=shown,
            expected_challenge=challenge,
            expected_rp_id=relying_party() or "",
            expected_origin=_origin(),
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except Exception as error:  # as above
        raise _refused() from error
    key.sign_count, key.used_at = found.new_sign_count, clock.now()
    return key


def _origin() -> str:
    parts = urlsplit(str(current_app.config["BASE_URL"]))
    return f"{parts.scheme}://{parts.netloc}"


def _refused() -> Refused:
    return Refused(
        _("This passkey could not be read, or it is not one of this account. Try again."), "credential"
    )


def _challenge(purpose: Purpose, user_id: int | None) -> bytes:
    """A new challenge; its hash is kept."""
    challenge = new_token()
    row = PasskeyChallenge(
        challenge_hash=token_hash(challenge),
        purpose=purpose.value,
        user_id=user_id,
        expires_at=clock.now() + CHALLENGE,
    )
    db.session.add(row)
    db.session.flush()
    return challenge.encode()


def _take_challenge(answer: str, purpose: Purpose, user_id: int | None) -> bytes:
    """The challenge that an answer is to, used up by this. Raises Refused for one that does not hold."""
    try:
        answered = webauthn.helpers.parse_client_data_json(
            webauthn.base64url_to_bytes(json.loads(answer)["response"]["clientDataJSON"])
        ).challenge
        held = token_hash(answered.decode())
    except Exception as error:  # as above
        raise _refused() from error
    query: ReturningDelete[tuple[int]] = (
        delete(PasskeyChallenge)
        .where(
            PasskeyChallenge.challenge_hash == held,
            PasskeyChallenge.purpose == purpose.value,
            PasskeyChallenge.user_id.is_not_distinct_from(user_id),
            PasskeyChallenge.expires_at > clock.now(),
        )
        .returning(PasskeyChallenge.id)
    )
    if db.session.execute(query).one_or_none() is None:
        raise _refused()
    return answered


def _raw_id(shown: str) -> bytes:
    try:
        return webauthn.base64url_to_bytes(json.loads(shown)["rawId"])
    except Exception as error:  # as above
        raise _refused() from error


def _find(credential_id: bytes, *, lock: bool = False) -> Passkey | None:
    query = select(Passkey).where(Passkey.credential_id == credential_id)
    return db.session.scalars(query.with_for_update() if lock else query).one_or_none()
