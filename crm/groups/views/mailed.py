"""The links that are mailed for one question each: what they are about, and a press that mails another."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from crm.asks.models import Reached
from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import error_page
from crm.core.limits import network, over_limit
from crm.core.permissions import Permission
from crm.core.web import allowed
from crm.groups.operations.entering import ask_for_another
from crm.groups.views.blueprint import bp, language
from crm.groups.views.entering import HOUR, MOST_OF_A_NETWORK, unknown
from crm.representatives.models import GroupLink, Purpose
from crm.representatives.queries import find_link

Question = TypeVar("Question", bound=Reached)


def open_question(
    token: str, about: str, find: Callable[[int], Question | None]
) -> tuple[GroupLink, Question] | None:
    """The link of a token and the question that it is about ("ask:12"), if both are of the same group."""
    link = find_link(token, Purpose.ASK)
    if link is None or not link.about.startswith(f"{about}:"):
        return None
    number = link.about.removeprefix(f"{about}:")
    asked = find(int(number)) if number.isdecimal() else None
    if asked is None or asked.organization_id != link.contact.organization_id:
        return None
    return link, asked


@bp.route("/ask/<token>/link", methods=["POST"])
@allowed(Permission.PUBLIC)
def ask_link(coalition: Coalition, token: str) -> ResponseReturnValue:
    """Have a link to the group's own page mailed to the address that this one was mailed to."""
    if over_limit("group.link", network(), most=MOST_OF_A_NETWORK, within=HOUR):
        return error_page(429)
    link = find_link(token, Purpose.ASK)
    if link is None:
        return unknown()
    ask_for_another(link, language())
    db.session.commit()
    return redirect(url_for(".sent"), 303)
