"""Re-entry: who is signed in shows once more who they are, before a deed that is hard to take back.

One press, one deed: nothing is remembered, and the next deed asks again (docs/security/sessions.md).
"""

from __future__ import annotations

from flask import abort
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.accounts.operations import is_password_of
from crm.core import limits
from crm.core.forms import Form, FormKey, Password
from crm.core.permissions import viewer

# As after a wrong password at the door: some tries are free, then they come slower.
FREE_TRIES = 8


class ReentryForm(Form):
    """The password again, as the session may be a stranger's by now.

    Shown by `reentry_fields` of templates/components/reentry.html.
    """

    form_key = FormKey()
    present = Password(_l("Your password, once more"))

    def is_right(self) -> bool:
        """Whether the form was sent with the viewer's own password; what is wrong stands beside the field.

        Call it before anything else of the request: it is judged while no transaction is open.
        """
        who = viewer()
        if not self.validate_on_submit():
            return False
        if limits.take_turn(limits.Pace("reentry", str(who.user_id), free=FREE_TRIES)):
            abort(429)
        if not is_password_of(who, self.present.data):
            self.refuse("present", _("This is not your password."))
            return False
        limits.forget("reentry", str(who.user_id))
        return True
