"""What is said of merging: why two may be one, what goes along, and by which rule two rows become one."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

REASONS: dict[str, LazyString] = {
    "same_name": _l("same name"),
    "similar_name": _l("similar name"),
    "website": _l("same website"),
    "mail": _l("a contact with the same mail address"),
    "phone": _l("a contact with the same phone number"),
    "number": _l("same number in the same city"),
    "city": _l("same city"),
}
# By what two people are held for one.
SHARED: dict[str, LazyString] = {"mail": _l("same mail address"), "phone": _l("same phone number")}
# Tables that refer to groups, as they are called where it is told what goes along.
TABLES: dict[str, LazyString] = {
    "ask": _l("questions about demands"),
    "attendance": _l("entries of who came to meetings"),
    "co_sponsorship": _l("co-sponsorships"),
    "commitment": _l("promises for demonstrations"),
    "contact": _l("people who act for it"),
    "ending": _l("groups for which it goes on"),
    "endorsement": _l("stands on demands"),
    "endorsement_change": _l("lines of the history of stands"),
    "event": _l("events that it hosts"),
    "event_access": _l("events that name it"),
    "evidence": _l("documents"),
    "follow_up": _l("follow-ups"),
    "group_logo": _l("its logo"),
    "interaction": _l("touches"),
    "listed_name": _l("names on printed lists"),
    "meeting_offer": _l("meetings that it offered"),
    "name_request": _l("new names that it asked for"),
    "organization": _l("groups that are part of it"),
    "organization_tag": _l("tags"),
    "organization_value": _l("fields of your own"),
    "partner_calendar": _l("calendars"),
    "queue_entry": _l("places in call queues"),
    "role_taking": _l("roles that it took"),
    "sign_on": _l("sign-ons"),
    "stage_change": _l("changes of the stage"),
    "stand_record": _l("records of what it said"),
}
OTHER = _l("other records")
# By which rule one of two counts, where a group has one. Of others the one of the group that stays counts.
RULE_TEXTS: dict[str, LazyString] = {
    "stand_record": _l("The later of two records that wait counts; the other is marked as replaced."),
    "name_request": _l("The later of two names that wait counts; the other is marked as replaced."),
    "ask": _l("The later of two open questions stays open; the other is marked as asked anew."),
    "co_sponsorship": _l(
        "Both were to stand beside the same event: the firmer answer counts, and the later of two alike. "
        "The other stays with the archived group, as not taken up."
    ),
    "commitment": _l(
        "Both promised the same: what was counted stands, else the later promise. The other is canceled."
    ),
    "role_taking": _l("Both took the same role: the one with more people stands. The other is given back."),
    "queue_entry": _l("Both are in the same call queue: who was called counts. The other is taken off it."),
    "event_access": _l("Both are named on the same event: it stays one name."),
    "organization_tag": _l("Both have the same tag: it stays one."),
    "organization_value": _l(
        "Both have filled in the same field of yours: that of the group that stays counts."
    ),
    "group_logo": _l("Both have a logo: that of the group that stays is shown."),
}
OTHER_RULE = _l(
    "Both have the same: that of the group that stays counts. The other stays with the archived group."
)
