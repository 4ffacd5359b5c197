"""The audit, as a coordinator reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from crm.accounts.queries import name_users
from crm.accounts.reentry import ReentryForm, ask_again, is_open, keep_open
from crm.audit.models import AuditEntry
from crm.audit.operations import record
from crm.audit.queries import Asked, list_actions, list_doers, page_of_entries
from crm.coalitions.models import Coalition
from crm.core import clock, tenancy
from crm.core.db import db
from crm.core.listings import address_with, link_pages
from crm.core.paging import LARGEST
from crm.core.permissions import Permission, viewer
from crm.core.spreadsheet import MARK, csv_lines
from crm.core.transactions import reading
from crm.core.web import allowed
from crm.settings.deeds import deed, discloses
from crm.settings.operations import note_reading

bp = Blueprint("audit", __name__, url_prefix="/<coalition>/organize/settings/audit")
# What is opened, as the session remembers it.
AUDIT = "audit"
FILTERS = ("action", "who", "from", "until", "number", "contacts")
# Lines of the file that are read at a time.
AT_ONCE = 500


@dataclass(frozen=True)
class Line:
    """One entry, said for a reader."""

    entry: AuditEntry
    who: str
    deed: str
    fields: str


@bp.route("", methods=["GET", "POST"])
@allowed(Permission.AUDIT_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    """Fifty entries, newest first, of those that are asked for; after the password once more."""
    if request.method == "POST":
        return _opened(coalition)
    return _read(coalition) if is_open(AUDIT) else _ask(ReentryForm())


def _opened(coalition: Coalition) -> ResponseReturnValue:
    """Read on for some minutes. That somebody reads it is an entry, and the other coordinators are told."""
    again = ReentryForm()
    if not again.is_right():
        return _ask(again)
    keep_open(AUDIT)
    note_reading(viewer(), coalition)
    db.session.commit()
    return redirect(url_for(".index", **_kept(request.form)), 303)


def _ask(again: ReentryForm) -> ResponseReturnValue:
    impact = _(
        "The audit says who did what here, and who looked at whose contact details. The other coordinators "
        "get a mail, once a day."
    )
    title, back = _("Read the audit"), url_for("coalition_settings.index")
    return ask_again(again, title, impact, title, back, **_kept(request.values))


def _kept(asked: Mapping[str, str]) -> dict[str, Any]:
    """What narrows it, on the way through the page that asks."""
    return {name: text for name in FILTERS if (text := asked.get(name))}


def _read(coalition: Coalition) -> ResponseReturnValue:
    actions = list_actions(coalition.id)
    kept = _kept(request.args)
    after, before = request.args.get("after"), request.args.get("before")
    page = page_of_entries(coalition.id, _asked(coalition, actions), after=after, before=before)
    return render_template(
        "settings/audit.html",
        lines=_lines(page.items),
        pager=link_pages(page, ""),
        asked=request.args,
        active=len(kept),
        actions=sorted(((code, deed(code)) for code in actions), key=lambda pair: pair[1]),
        people=_people(coalition),
        contacts_url=url_for(".index", contacts="1"),
        csv_url=url_for(".download", **kept),
        without_contacts_url=address_with(contacts=None, after=None, before=None),
    )


@bp.route("/audit.csv", methods=["POST"])
@allowed(Permission.AUDIT_VIEW)
def download(coalition: Coalition) -> ResponseReturnValue:
    """What the page shows under the same address, whole. A POST: that it was taken is noted."""
    if not is_open(AUDIT):
        return redirect(url_for(".index", **_kept(request.args)), 303)
    asked = _asked(coalition, list_actions(coalition.id))
    response = Response(_csv(coalition, asked), mimetype="text/csv")
    name = f"audit-{clock.today(coalition.zone)}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    record(viewer(), "audit.csv", coalition)
    db.session.commit()
    return response


def _asked(coalition: Coalition, actions: Sequence[str]) -> Asked:
    """What the address asks for; what makes no sense in it narrows nothing."""
    args = request.args
    chosen = {action for action in actions if action == args.get("action")}
    if args.get("contacts") and not chosen:
        # None of these was done yet: then nothing is shown.
        chosen = {action for action in actions if discloses(action)} or {""}
    first, last = _day(args.get("from")), _day(args.get("until"))
    return Asked(
        actions=chosen,
        user_id=_number(args.get("who")),
        since=_midnight(first, coalition) if first else None,
        until=_midnight(last + timedelta(days=1), coalition) if last else None,
        record_id=_number(args.get("number")),
    )


def _day(text: str | None) -> date | None:
    """A day of this age; days near the ends of the calendar cannot be reckoned around."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 2000 <= day.year < 2200 else None


def _midnight(day: date, coalition: Coalition) -> datetime:
    return datetime.combine(day, time(), coalition.zone)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and int(text) <= LARGEST else None


def _people(coalition: Coalition) -> list[tuple[int, str]]:
    names = name_users(list_doers(coalition.id))
    return [(0, _("Nobody signed in")), *sorted(names.items(), key=lambda pair: pair[1].casefold())]


def _lines(entries: Sequence[AuditEntry]) -> list[Line]:
    names = name_users(entry.user_id for entry in entries)
    return [
        Line(entry, _who(entry, names), deed(entry.action), ", ".join(entry.fields).replace("_", " "))
        for entry in entries
    ]


def _who(entry: AuditEntry, names: dict[int, str]) -> str:
    if entry.user_id is None:
        return str(_("Nobody signed in"))
    return names.get(entry.user_id) or str(_("A former member"))


def _csv(coalition: Coalition, asked: Asked) -> Iterator[str]:
    """The file in parts. Each is read in a scope of its own: the request's is over by then."""
    app: Any = current_app._get_current_object()  # type: ignore[attr-defined]
    head = [_("When"), _("Who"), _("What"), _("Kind of record"), _("Record"), _("What changed")]
    language = str(get_locale())

    def parts() -> Iterator[str]:
        yield MARK + csv_lines([head])
        after: str | None = None
        while True:
            with app.app_context(), tenancy.in_coalition(coalition.id), reading(), force_locale(language):
                page = page_of_entries(coalition.id, asked, after=after, limit=AT_ONCE)
                text = csv_lines(_cells(line, coalition) for line in _lines(page.items))
            yield text
            after = page.after
            if after is None:
                return

    return parts()


def _cells(line: Line, coalition: Coalition) -> Sequence[object]:
    when = line.entry.at.astimezone(coalition.zone).isoformat(" ", "minutes")
    return (when, line.who, line.deed, line.entry.record, line.entry.record_id, line.fields)
