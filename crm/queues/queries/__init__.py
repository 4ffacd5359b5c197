"""Reading call queues: where groups are (`places`), who calls whom (`calling`), what is left (`progress`)."""

from crm.queues.queries.calling import Reason, Why, find_entry, find_held, find_next_contact, find_reason
from crm.queues.queries.places import Place, place_of
from crm.queues.queries.progress import (
    CallerFigures,
    count_by_caller,
    count_flagged,
    count_places,
    find_queue,
    list_entries,
    list_queues,
)

__all__ = [
    "CallerFigures",
    "Place",
    "Reason",
    "Why",
    "count_by_caller",
    "count_flagged",
    "count_places",
    "find_entry",
    "find_held",
    "find_next_contact",
    "find_queue",
    "find_reason",
    "list_entries",
    "list_queues",
    "place_of",
]
