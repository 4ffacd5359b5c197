"""Which days a report is of."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.core.forms import Day, Part
from crm.reports.weeks import MOST_DAYS, USUAL_WEEKS, WEEK, Span, usual_span

EARLIEST = date(2000, 1, 1)


class SpanForm(Part):
    """The first and the last day, asked for in the address; either may be left out."""

    first = Day(_l("First day"))
    last = Day(_l("Last day"))

    def span(self, today: date, zone: ZoneInfo) -> Span:
        """What was asked for; the usual weeks where nothing was, or nothing that can be.

        What was left out is filled in. What cannot be stays as it was typed, with what is wrong beside it.
        """
        found = usual_span(today, zone)
        if not self.validate():
            return found
        if self.first.data or self.last.data:
            last = self.last.data or today
            first = self.first.data or last - (USUAL_WEEKS - 1) * WEEK
            if not self._is_possible(first, last, today):
                return found
            found = Span(first, last, zone)
        for field, day in ((self.first, found.first), (self.last, found.last)):
            # A field shows what was sent before what it holds.
            field.data, field.raw_data, field.flags.required = day, None, True
        return found

    def _is_possible(self, first: date, last: date, today: date) -> bool:
        if first < EARLIEST or last < EARLIEST:
            self._refuse(self.first if first < EARLIEST else self.last, _("Check the year."))
        elif last > today:
            self._refuse(self.last, _("This day is yet to come."))
        elif first > last:
            self._refuse(self.last, _("This is before the first day."))
        elif last - first > timedelta(days=MOST_DAYS):
            self._refuse(self.first, _("A report is of two years at the longest."))
        return not (self.first.errors or self.last.errors)

    def _refuse(self, field: Day, message: str) -> None:
        field.errors = [*field.errors, message]
