"""The rules by which groups are asked and counted."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.formats import number
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.demands.models import Standing
from crm.demands.operations import set_rules
from crm.demands.queries.effects import count_changes
from crm.demands.rule_forms import RulesForm, mark_of
from crm.demands.rules import rules_of
from crm.demands.views.demands import bp as bp


@bp.app_context_processor
def words() -> dict[str, object]:
    """For pages that say what makes a member."""
    return {"rules_of": rules_of}


@bp.route("/rules", methods=["GET", "POST"])
@allowed(Permission.DEMAND_EDIT)
def rules(coalition: Coalition) -> ResponseReturnValue:
    """First what they would do, in numbers; then let them hold."""
    form, effect = RulesForm.of(rules_of(coalition)), None
    if form.validate_on_submit():
        changes = count_changes(form.rules)
        mark = mark_of(form.rules, sorted(changes.items()))
        if form.seen.data == mark or form.rules == rules_of(coalition):
            set_rules(viewer(), form.rules)
            db.session.commit()
            flash(_("Saved. The rules hold from now on."), "success")
            return redirect(url_for("demands.rules"))
        form.seen.data, effect = mark, _effect(changes)
    page = render_template("demands/rules.html", form=form, effect=effect)
    return page, 422 if form.errors else 200


def _effect(changes: Mapping[Standing, int]) -> str:
    """What changes, in a sentence."""
    count = sum(changes.values())
    if not count:
        return str(_("With these rules no group changes its standing."))
    parts = [_become(standing, changes[standing]) for standing in Standing if standing in changes]
    whole = ngettext(
        "With these rules %(number)s group changes its standing: %(parts)s.",
        "With these rules %(number)s groups change their standing: %(parts)s.",
        count,
        number=number(count),
        parts=", ".join(parts),
    )
    return str(whole)


def _become(standing: Standing, count: int) -> str:
    some = number(count)
    if standing is Standing.MEMBER:
        return str(ngettext("%(some)s becomes a member", "%(some)s become members", count, some=some))
    if standing is Standing.ALLY:
        return str(ngettext("%(some)s becomes an ally", "%(some)s become allies", count, some=some))
    return str(ngettext("%(some)s is not yet there", "%(some)s are not yet there", count, some=some))
