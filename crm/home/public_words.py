"""The dates of the front page, in words."""

from __future__ import annotations

from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import gettext as _

from crm.core.formats import day
from crm.events.queries import EventDate
from crm.events.sentence import say_time
from crm.home.public_queries import Demonstration


def weekday_and_month(one: EventDate) -> str:
    """Mon · Nov: what stands over the number of the day in a list."""
    return str(format_date(one.starts_local, "EEE · LLL", locale=get_locale() or "en"))


def moved_in_words(shown: Demonstration) -> str:
    """The other day, the other hour and the other place of a moved date; empty for one that is as usual."""
    starts, before = shown.date.starts_local, shown.date.moved_from
    said = []
    if before is not None and before.date() != starts.date():
        told = {"old_day": day(before), "new_day": day(starts), "time": say_time(starts)}
        said.append(_("Moved from %(old_day)s to %(new_day)s, %(time)s.", **told))
    elif before is not None:
        said.append(_("This time at %(new)s, not at %(old)s.", new=say_time(starts), old=say_time(before)))
    if shown.usual_place:
        places = {"place": shown.date.place_name, "usual": shown.usual_place}
        said.append(_("Not at the usual place, %(usual)s, but here: %(place)s.", **places))
    return " ".join(said)
