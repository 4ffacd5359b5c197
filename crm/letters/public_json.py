"""What /<coalition>/endorsers.json holds: an allow-list of what is public."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm.coalitions.models import Coalition
from crm.core.web import absolute_url
from crm.demands.queries import DemandInForce
from crm.demands.queries.crowds import Crowd
from crm.letters.queries import Signer


def json_of(
    coalition: Coalition, demands: Sequence[DemandInForce], crowd: Crowd, signers: Sequence[Signer]
) -> dict[str, Any]:
    """The demands in force and their public endorsers. `listed` falls short of `groups` beyond the most."""
    slugs = {demand.place: demand.slug for demand in demands}
    return {
        "coalition": coalition.name,
        "letter": absolute_url("letters.letter", coalition=coalition.slug),
        "groups": crowd.groups,
        "listed": len(signers),
        "people": crowd.people.total,
        "groups_without_number": crowd.people.without_number,
        "demands": [
            {
                "demand": demand.slug,
                "place": demand.place,
                "kind": demand.kind.value,
                "version": demand.version_number,
                "language": demand.language,
                "sentence": demand.sentence,
                "url": absolute_url("public_demands.show", coalition=coalition.slug, slug=demand.slug),
            }
            for demand in demands
        ],
        "endorsers": [_signer(one, slugs) for one in signers],
    }


def _signer(one: Signer, slugs: dict[int, str]) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind.value,
        "place": one.place,
        "website": one.website,
        "demands": [
            {
                "demand": slugs[said.place],
                "version": said.version_number,
                "in_force": said.in_force,
                "with_reservation": said.reserved,
                "carried_over": said.by_silence,
            }
            for said in one.accepted
        ],
    }
