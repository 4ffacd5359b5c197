"""The data of the printed letter: texts in the reader's language, and what people typed as it is."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import formats
from crm.core.papers import sheet_of
from crm.core.web import absolute_url
from crm.demands.queries import DemandInForce
from crm.demands.wall import count_of_groups, count_of_kind, people_in_words
from crm.letters.prose import print_blocks
from crm.letters.queries import Letter, SignersOfKind
from crm.letters.words import and_more, note_of


def letter_of(coalition: Coalition, letter: Letter, today: date, paper: str) -> dict[str, Any]:
    """The letter, for templates/print/letter.typ."""
    people = people_in_words(letter.people)
    return {
        **sheet_of(coalition, _("Our demands, and who stands behind them"), paper),
        "date": formats.full_date(today),
        "count": " · ".join(filter(None, (count_of_groups(letter.count), people))) if letter.count else "",
        "demands_heading": _("What we demand"),
        "demands": [print_demand(demand, coalition) for demand in letter.demands],
        "whole_heading": whole_heading(letter),
        "whole": [_kind(one, letter) for one in letter.whole],
        "part_heading": _("They endorse some of the demands, or earlier words of them"),
        "part": [_kind(one, letter) for one in letter.part],
        "former_heading": _("The earlier words"),
        "former": [
            {
                "label": _("Demand %(place)s, version %(version)s", place=formats.number(one.place),
                           version=formats.number(one.version_number)),
                "sentence": one.sentence,
                "language": one.language,
                "blocks": print_blocks(one.text),
            }
            for one in letter.former
        ],
        "left_out": and_more(letter.left_out),
        "nobody": "" if letter.count else _("No group is listed yet."),
        "url": absolute_url("letters.letter", coalition=coalition.slug),
    }  # fmt: skip


def whole_heading(letter: Letter) -> str:
    """What the groups that endorse everything have in common."""
    if len(letter.demands) == 1:
        return str(_("They endorse this demand in these words"))
    return str(_("They endorse every one of these demands, in these words"))


def print_demand(demand: DemandInForce, coalition: Coalition) -> dict[str, Any]:
    """A demand in its words in force."""
    adopted = formats.full_date(demand.adopted_at.astimezone(coalition.zone).date())
    return {
        "place": formats.number(demand.place),
        "sentence": demand.sentence,
        "binding": demand.binding_sentence if demand.is_translation else "",
        "binding_language": demand.binding_language,
        "binding_label": _("This is a translation. The words that bind:"),
        "language": demand.language,
        "blocks": print_blocks(demand.text),
        "version": _("Version %(number)s, adopted on %(day)s", number=demand.version_number, day=adopted),
    }


def _kind(one: SignersOfKind, letter: Letter) -> dict[str, Any]:
    return {
        "heading": count_of_kind(one.kind, len(one.signers)),
        "people": people_in_words(one.people) or "",
        "signers": [
            {"name": signer.name, "place": signer.place, "note": note_of(signer, letter.demands)}
            for signer in one.signers
        ],
    }
