"""Choosing the group that a group is part of: type a name, choose among what is found. No JavaScript."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.core.permissions import viewer
from crm.organizations.derived import plain_words
from crm.organizations.forms import EndingForm, OrganizationForm
from crm.organizations.models import Organization
from crm.organizations.queries import find_organization, search_organizations

MOST_FOUND = 8


def offer_parents(form: OrganizationForm | EndingForm, own: Organization | None) -> None:
    """Put what may be chosen into `parent_id`: what was found for the typed name, the present one, none."""
    if "parent_id" not in form:
        return
    asked = form.parent_asked.data if form.is_submitted() else ""
    found = [group for group in search_organizations(viewer(), asked or "", MOST_FOUND) if group is not own]
    present = find_organization(own.parent_id) if own is not None and own.parent_id else None
    if present is not None and present not in found:
        found.append(present)
    if found:
        form.parent_id.choices = [*((group.id, _label(group)) for group in found), ("", _("No other group"))]


def choose_parent(form: OrganizationForm | EndingForm, own: Organization | None) -> bool:
    """Whether it is settled what the group is part of; if not, the form now asks.

    A name that was typed since the choices were shown is looked up: the one group of exactly that name is
    taken, several or similar ones are offered.
    """
    typed = (form.parent_name.data or "") if "parent_id" in form else ""
    if not typed or typed == form.parent_asked.data:
        return True
    found = [group for group in search_organizations(viewer(), typed, MOST_FOUND) if group is not own]
    form.parent_asked.data = typed
    same = [group for group in found if plain_words(group.name) == plain_words(typed)]
    if len(same) == 1:
        form.parent_id.data = same[0].id
        return True
    if not found:
        form.refuse("parent_name", _not_found(form))
        return False
    form.parent_id.data = None
    form.parent_id.choices = [*((group.id, _label(group)) for group in found), ("", _("No other group"))]
    form.refuse("parent_id", _("Choose which group is meant, then save again."))
    return False


def _not_found(form: OrganizationForm | EndingForm) -> str:
    if isinstance(form, EndingForm):
        text = _("No other group of this name is here. Check how it is written, or add it first.")
    else:
        text = _("No group of this name is here yet. List it first, or leave this empty.")
    return str(text)


def _label(group: Organization) -> str:
    where = group.place or group.city
    return f"{group.name} · {where}" if where else group.name
