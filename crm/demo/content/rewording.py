"""The demo's demand that was worded anew, and how the groups behind it answered so far."""

from __future__ import annotations

from crm.demands.models import StandState
from crm.demands.operations import Words

# The demand by its place on the list, from 0, and how many days groups have to answer from today.
PLACE, DAYS_LEFT = 5, 12
ENGLISH = Words(
    "No eviction without cause, a lawyer for every tenant, and a home to return to",
    "A tenant who pays stays. Rents rise no faster than wages, repairs are made before rent is raised, and "
    "whoever is taken to eviction court has a lawyer paid by the city, in their language. Whoever has to "
    "leave for repairs or rebuilding returns at the same rent.",
)
SPANISH = Words(
    "Ningún desalojo sin causa, un abogado para cada inquilino y un hogar al que volver",
    "Quien paga su renta se queda. Las rentas no suben más que los salarios, se repara antes de subirlas, y "
    "quien va a juicio de desalojo tiene un abogado pagado por la ciudad, en su idioma. Quien deba salir por "
    "reparaciones o reconstrucción vuelve con la misma renta.",
)
REASON = "The fires on Hospital Hill showed that tenants who leave for repairs are not let back in."
RESERVATION = "The coalition does not speak for us on rents of church property."
# How many days ago, of the groups behind it in the alphabet's order, one answered how.
ANSWERS = (
    (8, StandState.ENDORSED),
    (6, StandState.ENDORSED),
    (5, StandState.RESERVATION),
    (3, StandState.WITHDRAWN),
    (2, StandState.ENDORSED),
)
# Of another demand, by its place: a group endorsed it for a term, which ended so many days ago.
TERM_PLACE, TERM_OVER = 4, 4
