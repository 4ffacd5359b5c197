"""Sign-ons: groups sign on by the public form, confirm by mail, and coordinators decide."""

from crm.core.contributions import timeline
from crm.sign_ons.queries import timeline_of

timeline.append(timeline_of)
