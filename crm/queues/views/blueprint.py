"""The pages' blueprint, and what they share."""

from __future__ import annotations

from flask import Blueprint, abort
from flask_babel import get_locale

from crm.demands.queries import list_demands_in_force
from crm.queues.models import CallQueue, QueueEntry
from crm.queues.queries import find_entry, find_queue

bp = Blueprint("queues", __name__, url_prefix="/<coalition>/organize/outreach/queues")


def queue_or_404(queue_id: int) -> CallQueue:
    """The queue of this coalition. Another coalition's is as unknown as one that never was."""
    return find_queue(queue_id) or abort(404)


def entry_or_404(queue_id: int, entry_id: int) -> QueueEntry:
    """The group of this queue."""
    entry = find_entry(entry_id)
    return entry if entry and entry.queue_id == queue_id else abort(404)


def demand_choices() -> list[tuple[int | str, str]]:
    """What can be asked: the demands in force, as the coalition numbers them."""
    demands = list_demands_in_force(str(get_locale()))
    return [(one.demand_id, f"{one.place}. {one.sentence}") for one in demands]
