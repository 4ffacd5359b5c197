"""The audit, as a coordinator reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts.queries import name_users
from crm.audit.models import AuditEntry
from crm.audit.queries import list_actions, page_of_entries
from crm.coalitions.models import Coalition
from crm.core.paging import Page
from crm.core.permissions import Permission
from crm.core.web import allowed
from crm.settings.deeds import deed

bp = Blueprint("audit", __name__, url_prefix="/<coalition>/organize/settings/audit")


@dataclass(frozen=True)
class Line:
    """One entry, said for a reader."""

    entry: AuditEntry
    who: str
    deed: str
    fields: str


@dataclass(frozen=True)
class Pager:
    """What the pager macro shows."""

    previous_url: str | None
    next_url: str | None
    count_label: str = ""


@bp.route("")
@allowed(Permission.AUDIT_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    """Fifty entries, newest first."""
    actions = list_actions(coalition.id)
    action = request.args.get("action", "")
    action = action if action in actions else ""
    page = page_of_entries(
        coalition.id, action=action, after=request.args.get("after"), before=request.args.get("before")
    )
    return render_template(
        "settings/audit.html",
        lines=_lines(page),
        pager=_pager(page, action),
        action=action,
        actions=sorted(((code, deed(code)) for code in actions), key=lambda pair: pair[1]),
    )


def _lines(page: Page[Any]) -> list[Line]:
    names = name_users(entry.user_id for entry in page.items)
    return [
        Line(entry, _who(entry, names), deed(entry.action), ", ".join(entry.fields).replace("_", " "))
        for entry in page.items
    ]


def _who(entry: AuditEntry, names: dict[int, str]) -> str:
    if entry.user_id is None:
        return str(_("Nobody signed in"))
    return names.get(entry.user_id) or str(_("A former member"))


def _pager(page: Page[Any], action: str) -> Pager:
    kept: dict[str, Any] = {"action": action} if action else {}
    return Pager(
        url_for(".index", before=page.before, **kept) if page.before else None,
        url_for(".index", after=page.after, **kept) if page.after else None,
    )
