"""Who can grant the demands of the demo, what they have done with them, and the demand that a win opens."""

from __future__ import annotations

from dataclasses import dataclass

from crm.demands.operations import Words
from crm.policies.models import Instrument, PolicyStatus
from crm.targets.models import TargetKind

CITY, COUNTY, SCHOOLS = "City of Bellwater", "Larkin County", "Bellwater School District"
# (name, kind, place)
TARGETS: tuple[tuple[str, TargetKind, str], ...] = (
    (CITY, TargetKind.CITY, "Bellwater"),
    (COUNTY, TargetKind.COUNTY, "Larkin County"),
    (SCHOOLS, TargetKind.SCHOOL_DISTRICT, "Bellwater"),
)


@dataclass(frozen=True)
class Told:
    """A step: with which target, of which demand (by its place among all, from 0), how many days ago."""

    target: str
    demand: int
    days_ago: int
    status: PolicyStatus
    title: str = ""
    instrument: Instrument | None = None
    binding: bool | None = None
    page: str = ""


STEPS: tuple[Told, ...] = (
    Told(CITY, 0, 88, PolicyStatus.PROPOSED),
    Told(CITY, 0, 61, PolicyStatus.INTRODUCED, "Council Bill 1207", page="bills/1207"),
    Told(CITY, 0, 40, PolicyStatus.IN_COMMITTEE, "Council Bill 1207", page="bills/1207"),
    Told(
        CITY, 0, 19, PolicyStatus.PASSED, "Ordinance 9127", Instrument.ORDINANCE, True, page="ordinances/9127"
    ),
    Told(COUNTY, 0, 33, PolicyStatus.REJECTED, "Motion 14", page="motions/14"),
    Told(
        COUNTY, 2, 80, PolicyStatus.PASSED, "Executive Order 3", Instrument.EXECUTIVE_ORDER, True,
        page="orders/3",
    ),
    Told(COUNTY, 2, 52, PolicyStatus.ENFORCED),
    Told(COUNTY, 2, 9, PolicyStatus.ROLLED_BACK, page="orders/8"),
    Told(SCHOOLS, 1, 14, PolicyStatus.PROPOSED),
    Told(
        CITY, 5, 26, PolicyStatus.PASSED, "Resolution 5510", Instrument.RESOLUTION, False,
        page="resolutions/5510",
    ),
)  # fmt: skip
# Where their records would stand: no such site can be (RFC 2606).
RECORDS = {CITY: "https://city.example", COUNTY: "https://county.example", SCHOOLS: "https://schools.example"}

# A draft, and the demand (by its place) whose win opens it.
AFTER = 5
NEXT: tuple[Words, Words] = (
    Words(
        "Homes bought by the city stay homes, never shares",
        "A fund, paid by the owners of empty homes, buys houses that come up for sale and lets them to the "
        "people who live there, for good.",
    ),
    Words(
        "Las casas que compra la ciudad siguen siendo casas, nunca acciones",
        "Un fondo, pagado por quienes tienen casas vacías, compra las casas que salen a la venta y las "
        "alquila para siempre a la gente que vive en ellas.",
    ),
)
