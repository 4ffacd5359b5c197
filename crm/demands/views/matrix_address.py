"""What the address of the matrix asks for, and the addresses of its other pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crm.demands.models import Standing, StandState
from crm.demands.queries.matrix import NOT_ASKED, OLDER, WAITING, Wanted
from crm.organizations.queries import Filters

LONGEST_Q = 120
LARGEST = 2**31 - 1
STATES = frozenset({*(state.value for state in StandState), NOT_ASKED, OLDER, WAITING})


@dataclass(frozen=True)
class Asked:
    """One view of the matrix. What an address holds beyond the allow-lists counts for nothing."""

    wanted: Wanted
    after: str | None = None
    before: str | None = None

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Asked:
        """From the query of an address, or from hidden fields that repeat it."""
        standing, state = query.get("standing"), query.get("state", "")
        demand = query.get("demand", "")
        typed = " ".join(query.get("q", "").split())[:LONGEST_Q]
        wanted = Wanted(
            groups=Filters.asked({name: query[name] for name in query if name != "archived"}, more=False),
            q="".join(char for char in typed if char.isprintable()),
            standing=Standing(standing) if standing in set(Standing) else None,
            one_short=query.get("short") == "1",
            demand_id=int(demand) if _is_number(demand) else None,
            state=state if state in STATES else "",
        )
        return cls(wanted, query.get("after"), query.get("before"))

    @property
    def parameters(self) -> dict[str, str]:
        """What of it every other address of the matrix keeps."""
        wanted = self.wanted
        kept = {
            "q": wanted.q,
            "standing": wanted.standing.value if wanted.standing else "",
            "short": "1" if wanted.one_short else "",
            "demand": str(wanted.demand_id) if wanted.demand_id is not None else "",
            "state": wanted.state,
        }
        return {**wanted.groups.parameters, **{name: value for name, value in kept.items() if value}}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= LARGEST
