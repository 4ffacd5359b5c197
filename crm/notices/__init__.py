"""Mail to people whose dates changed, once for a burst of edits, and for who asked to be told of changes."""

from crm.core import contributions
from crm.notices.operations import follow_split, keep_snapshot, subscribe_to_next

contributions.before_event_change.append(keep_snapshot)
contributions.after_event_split.append(follow_split)
contributions.asked_for_news.append(subscribe_to_next)
