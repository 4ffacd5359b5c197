"""The packet for a group's board: the words, what signing means, how to answer; one or two pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core.papers import qr_picture, sheet_of
from crm.core.web import absolute_url
from crm.demands.queries import DemandInForce
from crm.letters.printing import print_demand

# Where the answer is given: by a group that signs on, or on the page of one that is on board.
ANSWERS = {"sign-on": "sign_ons.form", "group": "groups.enter"}


def packet_of(
    coalition: Coalition, demands: Sequence[DemandInForce], answer: str, paper: str
) -> dict[str, Any]:
    """The packet, for templates/print/packet.typ; `answer` is a key of ANSWERS."""
    url = absolute_url(ANSWERS[answer], coalition=coalition.slug)
    return {
        **sheet_of(coalition, _("For your board"), paper),
        "lede": _(
            "%(coalition)s asks your group to endorse the demands below. This paper says what that means.",
            coalition=coalition.name,
        ),
        "about": coalition.about,
        "demands_heading": _("The demands, word for word"),
        "demands": [print_demand(demand, coalition) for demand in demands],
        "sections": _sections(),
        "answer_heading": _("How to answer"),
        "answer": _answer(answer),
        "url": url,
        "qr": qr_picture(url),
        "qr_alt": _("QR code of the address beside it"),
        "contact": _contact(coalition),
        "decision": _decision(demands),
    }


def _sections() -> list[dict[str, Any]]:
    return [
        {
            "heading": _("What signing means"),
            "items": [
                _("Your group stands behind each demand that it endorses, in exactly these words."),
                _("You may endorse some of the demands, or one with a reservation that you write down."),
                _("If the words change in substance, your group is asked again. Until it answers, it stands "
                  "under these words and under no others."),
            ],
        },
        {
            "heading": _("What will be public"),
            "items": [
                _("The name of your group, its kind, its place and its website, and what it endorses."),
                _("That there is a reservation, if there is one. Its words are not public."),
                _("How many people you represent, and who speaks for you: only if you say so."),
            ],
        },
        {
            "heading": _("How to withdraw"),
            "items": [
                _("At any time, with a mailed link, for one demand or for all. Your name is off the list at "
                  "once; nobody has to agree."),
            ],
        },
    ]  # fmt: skip


def _answer(answer: str) -> str:
    if answer == "group":
        return str(_("Whoever speaks for your group opens this page, is mailed a link, and answers there:"))
    return str(_("Whoever speaks for your group opens this page, fills in the form and confirms by mail:"))


def _contact(coalition: Coalition) -> str:
    if not coalition.contact_email:
        return ""
    return str(_("Questions: %(address)s", address=coalition.contact_email))


def _decision(demands: Sequence[DemandInForce]) -> dict[str, Any]:
    """The room for what the board decides; it stays with the group."""
    return {
        "heading": _("Your decision"),
        "hint": _("For your own records: this sheet need not be sent to anybody."),
        "demands": [str(demand.place) for demand in demands],
        "demand": _("Demand"),
        "choices": [_("We endorse it"), _("With a reservation"), _("We do not")],
        "how": _("Decided by"),
        "ways": [_("the members"), _("the board"), _("the delegates"), _("an officer")],
        "day": _("Date"),
        "speaker": _("Name and office of who speaks for us"),
        "signature": _("Signature"),
    }
