"""Where calendars of others hold people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.core.personal import holds, leaves_out
from crm.partners.models import CalendarFile, ImportedEvent, PartnerCalendar

holds(CalendarFile, _l("calendar files"))
holds(ImportedEvent, _l("what calendar files said of events"))
leaves_out(PartnerCalendar, _l("addresses of calendars, which work whole or not at all: remove the calendar"))
