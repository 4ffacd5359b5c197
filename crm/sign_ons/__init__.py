"""Sign-ons: groups sign on by the public form, confirm by mail, and coordinators decide."""

from crm.core import contributions
from crm.sign_ons import timeline

contributions.timeline.append(timeline.TIMELINE)
