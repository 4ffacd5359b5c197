"""After it is sent: where the link went, a wrong address put right, the link asked for once more."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.permissions import Permission
from crm.core.web import allowed
from crm.sign_ons import guard
from crm.sign_ons.operations import mail_again
from crm.sign_ons.views.blueprint import bp
from crm.sign_ons.views.drafts import Draft, Stage, go_on, read_draft


@bp.route("/sign-on/sent")
@allowed(Permission.PUBLIC)
def sent(coalition: Coalition) -> ResponseReturnValue:
    """Where the link was sent, told for an hour to the browser that typed the address."""
    return render_template("sign_ons/sent.html", draft=_sent(coalition))


@bp.route("/sign-on/correct", methods=["POST"])
@allowed(Permission.PUBLIC)
def correct(coalition: Coalition) -> ResponseReturnValue:
    """Back to the form with all that was typed: sent again, it takes the place of what was sent."""
    draft = _sent(coalition)
    going = go_on(coalition, ".form", replace(draft, stage=Stage.TYPED)) if draft else None
    return going or redirect(url_for(".form"), 303)


@bp.route("/sign-on/again", methods=["POST"])
@allowed(Permission.PUBLIC)
def again(coalition: Coalition) -> ResponseReturnValue:
    """The link once more. The answer is the same whatever became of the sign-on, and however often asked."""
    draft = _sent(coalition)
    if draft is None:
        return redirect(url_for(".form"), 303)
    if draft.sign_on_id is not None and not guard.sends_too_much(draft.sent_to):
        mail_again(coalition, draft.sign_on_id)
        db.session.commit()
    flash(_("The mail leaves once more, if the last one left more than ten minutes ago."), "success")
    return redirect(url_for(".sent"), 303)


def _sent(coalition: Coalition) -> Draft | None:
    draft = read_draft(coalition)
    return draft if draft and draft.stage is Stage.SENT else None
