"""How the wall of endorsers is told in words: "12 unions", "4,300 people · 2 groups gave no number"."""

from __future__ import annotations

from flask_babel import ngettext

from crm.core.formats import number
from crm.demands.people import People
from crm.organizations.models import OrganizationKind


def count_of_kind(kind: OrganizationKind, count: int) -> str:
    """How many groups of a kind, in the reader's language."""
    shown = number(count)
    match kind:
        case OrganizationKind.UNION:
            told = ngettext("%(number)s union", "%(number)s unions", count, number=shown)
        case OrganizationKind.CONGREGATION:
            told = ngettext("%(number)s congregation", "%(number)s congregations", count, number=shown)
        case OrganizationKind.STUDENT_GROUP:
            told = ngettext("%(number)s student group", "%(number)s student groups", count, number=shown)
        case OrganizationKind.COMMUNITY_GROUP:
            told = ngettext("%(number)s community group", "%(number)s community groups", count, number=shown)
        case OrganizationKind.PROFESSIONAL_GROUP:
            told = ngettext(
                "%(number)s professional group", "%(number)s professional groups", count, number=shown
            )
        case OrganizationKind.BUSINESS:
            told = ngettext("%(number)s business", "%(number)s businesses", count, number=shown)
        case _other:
            told = ngettext("%(number)s other group", "%(number)s other groups", count, number=shown)
    return str(told)


def count_of_groups(count: int) -> str:
    """How many groups, of whatever kind."""
    return str(ngettext("%(number)s group", "%(number)s groups", count, number=number(count)))


def carried_in_words(count: int) -> str:
    """That a group came under the newer words of so many demands by silence, after editorial changes."""
    return str(
        ngettext(
            "%(number)s demand carried over, no objection",
            "%(number)s demands carried over, no objection",
            count,
            number=number(count),
        )
    )


def people_in_words(people: People) -> str | None:
    """The people represented and how many groups gave no number; None where there is no number at all."""
    if not people.total:
        return None
    told = ngettext("%(number)s person", "%(number)s people", people.total, number=number(people.total))
    if not people.without_number:
        return str(told)
    without = ngettext(
        "%(number)s group gave no number",
        "%(number)s groups gave no number",
        people.without_number,
        number=number(people.without_number),
    )
    return f"{told} · {without}"
