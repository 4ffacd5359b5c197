"""The growth in a plain sentence: how this count compares, who joined, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from babel import Locale
from babel.dates import format_skeleton
from flask_babel import LazyString, get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.core.formats import day, number, short_day
from crm.roles.queries import RoleOnDate
from crm.turnout.growth import WEEK, Growth, GrowthWeek
from crm.turnout.operations import Asked, How, NextWeek

# Nearer than this a count is as large as the one before it: no count is that exact.
AS_MANY = 0.03
# Changes that have a name, and how near a change has to be to it.
NEAR = 0.02
FRACTIONS: tuple[tuple[float, LazyString, LazyString], ...] = (
    (1 / 10, _l("Up a tenth on %(then)s"), _l("Down a tenth on %(then)s")),
    (1 / 5, _l("Up a fifth on %(then)s"), _l("Down a fifth on %(then)s")),
    (1 / 4, _l("Up a quarter on %(then)s"), _l("Down a quarter on %(then)s")),
    (1 / 3, _l("Up a third on %(then)s"), _l("Down a third on %(then)s")),
    (1 / 2, _l("Up by half on %(then)s"), _l("Down by half on %(then)s")),
    (2 / 3, _l("Up two thirds on %(then)s"), _l("Down two thirds on %(then)s")),
    (3 / 4, _l("Up three quarters on %(then)s"), _l("Down three quarters on %(then)s")),
)
TIMES: tuple[tuple[float, LazyString], ...] = (
    (2, _l("Twice as many as %(then)s")),
    (3, _l("Three times as many as %(then)s")),
)
NEXT_WEEK: dict[How, LazyString] = {
    How.NEW_EVENT: _l("The same is scheduled for %(day)s, as an event of its own."),
    How.EXTENDED: _l("The series goes on: %(day)s is a date of it now."),
    How.ADDED: _l("%(day)s is one more date of the series."),
    How.THERE: _l("%(day)s was a date of the series already."),
}
# Numbers that read better as words.
COUNTED: tuple[LazyString, ...] = (
    _l("one"), _l("two"), _l("three"), _l("four"),
    _l("five"), _l("six"), _l("seven"), _l("eight"), _l("nine"),
)  # fmt: skip


def sentence(growth: Growth, roles: Sequence[RoleOnDate] = ()) -> str:
    """“Up a third on last week; six new groups; marshals one short.” Empty where nothing was counted.

    `roles`: those of the next date.
    """
    counted = growth.counted
    if not counted:
        return ""
    parts = [_compared(counted), _joined(counted[-1]), _missing(roles)]
    return "; ".join(part for part in parts if part) + "."


def in_words(count: int) -> str:
    """A small number as a word, a larger one in figures."""
    return str(COUNTED[count - 1]) if 1 <= count <= len(COUNTED) else number(count)


def _compared(counted: Sequence[GrowthWeek]) -> str:
    now = counted[-1]
    if len(counted) == 1:
        return str(_("%(count)s counted", count=range_text(now.low, now.high)))
    before = counted[-2]
    then = _("last week")
    if now.monday - before.monday != WEEK:
        then = _("the week of %(day)s", day=short_day(before.monday))
    return change(before.middle or 0, now.middle or 0, str(then))


def change(before: float, now: float, then: str) -> str:
    """How one number compares to the one before it; by name where it is near a plain fraction."""
    if before == 0:
        return str(_("Up from nobody %(then)s", then=then) if now else _("As many as %(then)s", then=then))
    ratio = now / before - 1
    if abs(ratio) < AS_MANY:
        return str(_("As many as %(then)s", then=then))
    for times, name in TIMES:
        if abs(now / before - times) <= NEAR * times:
            return str(name) % {"then": then}
    for fraction, up, down in FRACTIONS:
        if abs(abs(ratio) - fraction) <= NEAR:
            return str(up if ratio > 0 else down) % {"then": then}
    percent = round(abs(ratio) * 100)
    if ratio > 0:
        return str(_("Up %(percent)s percent on %(then)s", percent=percent, then=then))
    return str(_("Down %(percent)s percent on %(then)s", percent=percent, then=then))


def _joined(week: GrowthWeek) -> str:
    if not week.new_groups:
        return ""
    count = in_words(week.new_groups)
    return str(ngettext("one new group", "%(count)s new groups", week.new_groups, count=count))


def _missing(roles: Sequence[RoleOnDate]) -> str:
    """What the next date lacks: by name where it is one thing, else how many roles."""
    open_roles = [one for one in roles if one.open]
    if not open_roles:
        return ""
    count = in_words(len(open_roles))
    if len(open_roles) > 1:
        return str(ngettext("one role open", "%(count)s roles open", len(open_roles), count=count))
    (one,) = open_roles
    name, count = one.role.label or one.role.name.lower(), in_words(one.open)
    return str(ngettext("%(role)s one short", "%(role)s %(count)s short", one.open, role=name, count=count))


def range_text(low: int | None, high: int | None) -> str:
    """A count from low to high; empty where there is none."""
    if low is None or high is None:
        return ""
    if low == high:
        return number(low)
    return str(_("%(low)s to %(high)s", low=number(low), high=number(high)))


def trend_text(growth: Growth) -> str:
    """What the fitted line says; empty where there is none."""
    if growth.slope is None:
        return ""
    people = round(abs(growth.slope))
    if not people:
        return str(_("By the trend, neither more nor fewer each week."))
    if growth.slope > 0:
        up = ngettext("By the trend, %(num)s person more each week.",
                      "By the trend, %(num)s more people each week.", people)  # fmt: skip
        return str(up)
    down = ngettext("By the trend, %(num)s person fewer each week.",
                    "By the trend, %(num)s fewer people each week.", people)  # fmt: skip
    return str(down)


@dataclass(frozen=True)
class Bar:
    """A week as the chart draws it: its place from 0 on, its name, and its figures in the reader's words."""

    index: int
    label: str
    week: GrowthWeek
    counted: str


@dataclass(frozen=True)
class Chart:
    """The chart of a growth. `top`: the number at its upper edge."""

    bars: Sequence[Bar]
    top: int
    title: str
    description: str


def chart_of(growth: Growth) -> Chart:
    """What the chart draws, with its words."""
    bars = [
        Bar(at, week_label(week.monday), week, range_text(week.low, week.high))
        for at, week in enumerate(growth.weeks)
    ]
    figures = [
        value for week in growth.weeks for value in (week.promised, week.high, week.goal, week.trend) if value
    ]
    said = [sentence(growth), trend_text(growth)]
    return Chart(bars, ceil(max(figures, default=1)), str(_("Turnout by week")), " ".join(filter(None, said)))


def week_label(monday: date) -> str:
    """The week as a chart calls it: its Monday, “Nov 9”."""
    return str(format_skeleton("MMMd", monday, locale=get_locale() or Locale("en")))


def next_week_text(made: NextWeek) -> str:
    """What "same next week" did."""
    said = [str(NEXT_WEEK[made.how]) % {"day": day(made.on_date)}]
    if made.goal:
        said.append(_("The goal is carried to it."))
    if made.role_ids:
        roles = len(made.role_ids)
        said.append(ngettext("%(num)s role to fill anew.", "%(num)s roles to fill anew.", roles))
    if made.asked.ids:
        said.append(_asked(made.asked))
    return " ".join(said)


def _asked(asked: Asked) -> str:
    groups = len(asked.ids)
    if asked.until is None:
        return str(ngettext("%(num)s group noted as asked.", "%(num)s groups noted as asked.", groups))
    until = short_day(asked.until)
    return str(
        ngettext(
            "%(num)s group is asked, with time until %(day)s; the mails go out in a few minutes.",
            "%(num)s groups are asked, with time until %(day)s; the mails go out in a few minutes.",
            groups,
            day=until,
        )
    )
