"""Re-entry: who is signed in shows once more who they are, before a deed that is hard to take back.

One press, one deed: nothing is remembered, and the next deed asks again (docs/security/sessions.md). Reading
is no single press: what is opened by it stays open for a few minutes, in this session alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import abort, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import InputRequired, Length

from crm.accounts.lifetimes import READING
from crm.accounts.models import User
from crm.accounts.operations import is_password_of
from crm.accounts.operations.codes import is_app_code, use_app_code
from crm.accounts.operations.passkeys import Purpose, check_passkey, relying_party
from crm.accounts.queries import find_code_app, list_passkeys
from crm.core import clock, cookies, limits
from crm.core.crypto import blind_index
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.forms import Form, FormKey, Password
from crm.core.permissions import viewer

# As after a wrong password at the door: some tries are free, then they come slower.
FREE_TRIES = 8


# The most characters of what a browser answers for a passkey.
LONGEST_ANSWER = 20_000


def credential_field() -> Any:
    """What the browser answered for a passkey, by static/js/passkeys.js; empty without one."""
    return HiddenField("", [Length(max=LONGEST_ANSWER)])


class ReentryForm(Form):
    """The password again, a code of one's app or a passkey, as the session may be a stranger's by now.

    Shown by `reentry_fields` of templates/components/reentry.html.
    """

    form_key = FormKey()
    present = Password(_l("Your password, once more"))
    credential = credential_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.credential.data:
            # Instead of the password.
            self.present.validators = [v for v in self.present.validators if not isinstance(v, InputRequired)]

    @property
    def is_unasked(self) -> bool:
        """Whether a button was pressed on a page that did not ask yet: there is nothing to put right."""
        return not {"present", "credential"} & set(request.form)

    @property
    def has_passkeys(self) -> bool:
        """Whether the button for a passkey is shown."""
        user_id = viewer().user_id
        return relying_party() is not None and user_id is not None and bool(list_passkeys(user_id))

    @property
    def has_app(self) -> bool:
        """Whether a code of an app is taken in place of the password."""
        user_id = viewer().user_id
        return user_id is not None and find_code_app(user_id) is not None

    def is_right(self) -> bool:
        """Whether the viewer showed who they are; what is wrong stands beside the field.

        Call it before anything else of the request: a password is judged while no transaction is open, and
        a code or a passkey is used up at once.
        """
        who = viewer()
        if self.is_unasked or not self.validate_on_submit() or who.user_id is None:
            return False
        if limits.take_turn(limits.Pace("reentry", str(who.user_id), free=FREE_TRIES)):
            abort(429)
        if not self._shows(who.user_id):
            return False
        limits.forget("reentry", str(who.user_id))
        return True

    def _shows(self, user_id: int) -> bool:
        try:
            if self.credential.data:
                check_passkey(self.credential.data, Purpose.AGAIN, user_id)
                right = True
            elif is_app_code(self.present.data):
                right = use_app_code(user_id, self.present.data)
            else:
                right = is_password_of(viewer(), self.present.data)
        except Refused as error:
            db.session.rollback()
            self.refuse("present", error.message)
            return False
        db.session.commit()
        if not right:
            self.refuse("present", _("This is not your password."))
        return right


def keep_open(what: str) -> None:
    """Who they are was just shown: let them read on for READING, in this session and no other."""
    session[f"open-{what}"] = [_mark_of_session(), (clock.now() + READING).isoformat()]


def is_open(what: str) -> bool:
    """Whether it was opened in this session a few minutes ago."""
    kept = session.get(f"open-{what}")
    if not isinstance(kept, list) or kept[0] != _mark_of_session():
        return False
    return clock.now() < datetime.fromisoformat(kept[1])


def _mark_of_session() -> str:
    """Another one after each sign-in; the session's secret is not told by it."""
    return blind_index(cookies.present_secret() or "", "reentry.session").hex()


def own_account() -> User:
    """The account of who is signed in."""
    return db.session.get_one(User, viewer().user_id)


def ask_again(
    form: ReentryForm, title: str, impact: str | Sequence[str], button: str, back: str, **fields: Any
) -> ResponseReturnValue:
    """The page between a button and its deed: what will happen, and the password once more.

    Sent, it goes to the address of the button again, with the same `fields`. Much is told in paragraphs.
    """
    page = render_template(
        "accounts/again.html",
        form=form,
        title=title,
        impact=[impact] if isinstance(impact, str) else impact,
        button=button,
        back=back,
        fields={name: value for name, value in fields.items() if value is not None},
    )
    return page, 200 if form.is_unasked else 422
