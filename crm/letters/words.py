"""What stands after a group's name: which demands it endorses and in which words, where that is not all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from babel.lists import format_list
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from crm.core.formats import number
from crm.demands.queries import DemandInForce
from crm.demands.wall import count_of_groups
from crm.letters.queries import Signer, stands_behind_all


def note_of(signer: Signer, demands: Sequence[DemandInForce]) -> str:
    """Exactly what a group accepted; "" where it endorses all demands as they are printed."""
    parts = []
    if not stands_behind_all(signer, demands):
        current = [one.place for one in signer.accepted if one.in_force]
        if current:
            parts.append(_demands(current))
        parts += [
            _("demand %(place)s in the words of version %(version)s", place=number(one.place),
              version=number(one.version_number))
            for one in signer.accepted
            if not one.in_force
        ]  # fmt: skip
    if reserved := [one.place for one in signer.accepted if one.reserved]:
        parts.append(_("%(demands)s with a reservation", demands=_demands(reserved)))
    if silent := [one.place for one in signer.accepted if one.by_silence]:
        parts.append(_("%(demands)s carried over after an editorial change", demands=_demands(silent)))
    return "; ".join(parts)


def and_more(groups: int) -> str:
    """How many groups there was no room for; "" where there was room for all."""
    return str(_("And %(groups)s more.", groups=count_of_groups(groups))) if groups > 0 else ""


def _demands(places: Iterable[int]) -> str:
    listed = [number(place) for place in places]
    names = format_list(listed, locale=get_locale() or "en")
    return str(ngettext("demand %(names)s", "demands %(names)s", len(listed), names=names))
