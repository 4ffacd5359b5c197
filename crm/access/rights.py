"""The table of rights, as members read it: made from the code's own, so that it can't say otherwise."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from crm.access.forms import ROLE_NAMES
from crm.coalitions.models import Coalition
from crm.core.permissions import RIGHTS, Permission, Role
from crm.core.web import allowed

bp = Blueprint("rights", __name__, url_prefix="/<coalition>/organize/settings/rights")

# What is of no coalition, or of somebody without a part in it, stands in no column.
OF_NO_ROLE = {Permission.PUBLIC, Permission.SIGNED_IN, Permission.GROUP}
# The roles from the one that may least on.
COLUMNS = (Role.OBSERVER, Role.LIMITED, Role.ORGANIZER, Role.COORDINATOR)
# What each part of the program asks of a role; a test holds that each permission has its words here.
WORDS: dict[LazyString, dict[Permission, LazyString]] = {
    _l("Groups and people"): {
        Permission.WORKBENCH_VIEW: _l("Open the workbench"),
        Permission.ORGANIZATION_VIEW: _l("See groups, and find them"),
        Permission.ORGANIZATION_EDIT: _l("Change what is known of a group, and its tags"),
        Permission.DIRECTORY_EDIT: _l(
            "Add, merge, end and archive groups, say who looks after them, change many at once"
        ),
        Permission.CONTACT_VIEW: _l("See who the contacts of a group are, with mail and phone masked"),
        Permission.CONTACT_REVEAL: _l("Reveal mail and phone; each time is in the audit"),
        Permission.CONTACT_EDIT: _l("Add, change and remove contacts"),
    },
    _l("Outreach"): {
        Permission.OUTREACH_VIEW: _l("See touches, stages and reports"),
        Permission.OUTREACH_LOG: _l("Log touches, call, keep follow-ups"),
        Permission.TOUCH_CORRECT: _l("Correct touches that others logged"),
        Permission.QUEUE_RUN: _l("Make, hand over and close call queues"),
    },
    _l("Demands and endorsements"): {
        Permission.DEMAND_VIEW: _l("See demands and their drafts"),
        Permission.DEMAND_EDIT: _l("Write, adopt and supersede demands"),
        Permission.ENDORSEMENT_VIEW: _l("See what groups say, public or not"),
        Permission.ENDORSEMENT_RECORD: _l("Record what a group says on its behalf; it waits to be accepted"),
        Permission.ENDORSEMENT_DECIDE: _l("Accept records, change and withdraw endorsements"),
        Permission.SIGN_ON_VIEW: _l("See the sign-ons that wait, and enter printed lists"),
        Permission.SIGN_ON_DECIDE: _l("Decide on sign-ons"),
        Permission.TARGET_VIEW: _l("See targets and how far demands have come"),
        Permission.TARGET_EDIT: _l("Change targets and how far demands have come"),
    },
    _l("Events and turnout"): {
        Permission.EVENT_VIEW: _l("See events, as far as each event lets this role"),
        Permission.EVENT_EDIT: _l("Plan events, publish them, keep agendas, minutes and attendance"),
        Permission.EVENT_WIDEN: _l("Let more people see a published event"),
        Permission.CO_SPONSOR_EDIT: _l("Invite co-sponsors, and keep what they promise"),
        Permission.TURNOUT_VIEW: _l("See turnout"),
        Permission.TURNOUT_COUNT: _l("Count turnout"),
    },
    _l("Data and settings"): {
        Permission.IMPORT: _l("Import lists"),
        Permission.LIST_CSV: _l("Take a list as CSV, without contact details"),
        Permission.VIEW_KEEP: _l(
            "Keep views of the list of groups; who may change all groups shares them, too"
        ),
        Permission.EXPORT: _l(
            "Export everything, after the password once more; the other coordinators are told"
        ),
        Permission.ERASE: _l(
            "Take or erase all that is kept about a person, after the password once more; "
            "of an erasure the other coordinators are told"
        ),
        Permission.MEMBER_INVITE: _l(
            "Invite members, change their role, remove them, sign their devices out"
        ),
        Permission.SETTINGS_EDIT: _l("Change the settings"),
        Permission.AUDIT_VIEW: _l(
            "Read the audit, after the password once more; the other coordinators are told"
        ),
    },
}


@bp.route("")
@allowed(Permission.WORKBENCH_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    """Every right, and which roles have it. Any member may know."""
    return render_template(
        "access/rights.html", words=WORDS, roles=[(ROLE_NAMES[role], RIGHTS[role]) for role in COLUMNS]
    )
