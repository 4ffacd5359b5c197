"""Host a meeting: offered by anybody, decided on by a coordinator."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.forms import clean
from crm.core.limits import network, over_limit
from crm.core.permissions import Permission, representative, viewer
from crm.core.tickets import is_unhurried, read_ticket
from crm.core.web import allowed
from crm.events.models import EventKind, Visibility
from crm.events.rights import starting_visibility
from crm.hosting import operations
from crm.hosting.forms import AcceptForm, DeclineForm, OfferForm
from crm.hosting.models import MeetingOffer, OfferState
from crm.hosting.queries import find_offer, list_offers
from crm.meetings.ready import READY_NAMES, Ready, read_lines
from crm.organizations.models import Contact, Organization
from crm.organizations.phones import readable_phone
from crm.organizations.queries import find_contact, find_organization

bp = Blueprint("hosting", __name__, url_prefix="/<coalition>")
queue = Blueprint("meeting_offers", __name__, url_prefix="/<coalition>/organize/events/offers")
MOST_OF_A_NETWORK = 20


@bp.route("/host", methods=["GET", "POST"])
@allowed(Permission.PUBLIC)
def host(coalition: Coalition) -> ResponseReturnValue:
    """The form, for everybody."""
    return _form(coalition, None)


@bp.route("/group/host", methods=["GET", "POST"])
@allowed(Permission.GROUP)
def host_as_group(coalition: Coalition) -> ResponseReturnValue:
    """The same for a group, with who speaks for it filled in."""
    organization_id = representative().organization_id or abort(404)
    return _form(coalition, find_organization(organization_id) or abort(404))


@bp.route("/host/sent")
@allowed(Permission.PUBLIC)
def sent(coalition: Coalition) -> ResponseReturnValue:
    """What happens now."""
    return render_template("hosting/sent.html")


def _form(coalition: Coalition, group: Organization | None) -> ResponseReturnValue:
    form = OfferForm()
    if request.method == "GET":
        _fill_in(form, group)
        return _page(form, group)
    # Another ready agenda is asked for: nothing is sent yet.
    if form.fill_in_agenda(request.form.get("ready", "")):
        return _page(form, group)
    too_much = _offers_too_much()
    if not form.check(clock.now().astimezone(coalition.zone).replace(tzinfo=None)):
        return _page(form, group)
    key = read_ticket(form.ticket.data or "")
    if key is None or not is_unhurried(form.ticket.data or ""):
        return _page(form, group, 422, hurried=True)
    if too_much:
        return _page(form, group, 429, wait=True)
    offered = form.offer(str(get_locale()))
    operations.offer_meeting(key, offered, organization_id=group.id if group else None)
    db.session.commit()
    return redirect(url_for(".sent"), 303)


def _fill_in(form: OfferForm, group: Organization | None) -> None:
    """What is known: the kind and the place that a link asks for, and who speaks for the group."""
    if form.fill_in_agenda(request.args.get("kind", "")):
        form.kind.data = request.args["kind"]
    else:
        form.fill_in_agenda(operations.KINDS[0])
    form.area.data = clean(request.args.get("area", ""))[:120]
    contact = _speaker(group) if group else None
    if group and contact:
        form.host_name.data, form.host_email.data = contact.name, contact.email or ""
        form.area.data = group.place


def _speaker(group: Organization) -> Contact | None:
    contact_id = representative().contact_id
    return find_contact(group.id, contact_id) if contact_id else None


def _page(
    form: OfferForm, group: Organization | None, status: int | None = None, **notices: object
) -> ResponseReturnValue:
    form.renew()
    ready = [(kind, READY_NAMES[Ready(kind)]) for kind in operations.KINDS]
    page = render_template("hosting/host.html", form=form, group=group, ready=ready, **notices)
    return page, status or (422 if form.errors else 200)


def _offers_too_much() -> bool:
    """Count one offer; whether it is one too many for the network."""
    return over_limit("hosting.network", network(), most=MOST_OF_A_NETWORK, within=timedelta(hours=1))


@queue.route("")
@allowed(Permission.EVENT_WIDEN)
def index(coalition: Coalition) -> ResponseReturnValue:
    """What waits, and what was decided lately."""
    return render_template(
        "hosting/index.html",
        waiting=list_offers(viewer(), waiting=True),
        decided=list_offers(viewer(), waiting=False),
    )


@queue.route("/<int:offer_id>", methods=["GET", "POST"])
@allowed(Permission.EVENT_WIDEN)
def show(coalition: Coalition, offer_id: int) -> ResponseReturnValue:
    """One offer; how its host is reached is shown on pressing a button, and noted."""
    offer, revealed = find_offer(viewer(), offer_id) or abort(404), request.method == "POST"
    if revealed:
        operations.reveal_host(viewer(), offer)
    page = _offer(offer, revealed=revealed)
    db.session.commit()
    return page


@queue.route("/<int:offer_id>/accept", methods=["POST"])
@allowed(Permission.EVENT_WIDEN)
def accept(coalition: Coalition, offer_id: int) -> ResponseReturnValue:
    """Make it an event. A second press leads to what the first one made."""
    offer, form = find_offer(viewer(), offer_id), AcceptForm()
    if offer is None:
        return _gone()
    if offer.event is not None:
        return redirect(url_for("events.show", slug=offer.event.slug), 303)
    if not form.validate():
        return _offer(offer, accepting=form), 422
    try:
        event = operations.accept_offer(viewer(), coalition, offer, form.title.data, form.visibility.data)
        db.session.commit()
    except Refused as refused:
        return _refused(offer_id, refused, accepting=form)
    flash(_("Scheduled “%(title)s”. Who offered it is told.", title=event.title), "success")
    return redirect(url_for("events.show", slug=event.slug), 303)


@queue.route("/<int:offer_id>/decline", methods=["POST"])
@allowed(Permission.EVENT_WIDEN)
def decline(coalition: Coalition, offer_id: int) -> ResponseReturnValue:
    """Say no, and why. A second press says the same."""
    offer, form = find_offer(viewer(), offer_id), DeclineForm()
    if offer is None:
        return _gone()
    if not form.validate():
        return _offer(offer, declining=form), 422
    if not (offer.state is OfferState.DECLINED and offer.decided_by_id == viewer().user_id):
        try:
            operations.decline_offer(viewer(), coalition, offer, form.reason.data)
            db.session.commit()
        except Refused as refused:
            return _refused(offer_id, refused, declining=form)
    flash(_("Declined. Who offered it is told."), "success")
    return redirect(url_for(".index"), 303)


def _gone() -> ResponseReturnValue:
    """Back to the list: it is no more, or was taken up as a meeting of which the viewer may not know."""
    flash(_("Somebody decided on this offer before you."), "error")
    return redirect(url_for(".index"), 303)


def _refused(offer_id: int, refused: Refused, **forms: AcceptForm | DeclineForm) -> ResponseReturnValue:
    """Beside its field; without one somebody else decided meanwhile, which the page shows."""
    db.session.rollback()
    offer = find_offer(viewer(), offer_id)
    if offer is None:
        return _gone()
    if refused.field is None:
        flash(str(refused.message), "error")
        return _offer(offer), 409
    for form in forms.values():
        form.refuse(refused.field, refused.message)
    return _offer(offer, **forms), 422


def _offer(
    offer: MeetingOffer,
    accepting: AcceptForm | None = None,
    declining: DeclineForm | None = None,
    *,
    revealed: bool = False,
) -> str:
    start = starting_visibility(EventKind(offer.kind), is_home=offer.is_home)
    accepting = accepting or AcceptForm(formdata=None, title=offer.title, visibility=start)
    if offer.is_home:
        accepting.visibility.choices = accepting.visibility.choices[1:]
    if isinstance(accepting.visibility.data, Visibility):
        accepting.visibility.data = accepting.visibility.data.value
    return render_template(
        "hosting/show.html",
        offer=offer,
        items=read_lines(offer.agenda),
        accepting=accepting,
        declining=declining or DeclineForm(formdata=None),
        revealed=revealed,
        phone=readable_phone(offer.host_phone) if offer.host_phone else "",
        ends_local=offer.starts_local + timedelta(minutes=offer.minutes),
    )
