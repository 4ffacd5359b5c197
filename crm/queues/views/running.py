"""Making queues, and seeing how far they are."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.listings import link_pages
from crm.core.once import key_of, make_once
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, ticked_ids
from crm.organizations.models import KIND_NAMES
from crm.organizations.queries import Filters, count_directory
from crm.outreach.models import OUTCOME_NAMES
from crm.outreach.queries import list_owners
from crm.queues.forms import HandOverForm, NewQueueForm, QueueForm
from crm.queues.models import CallQueue, QueueEntry
from crm.queues.operations import (
    MOST_GROUPS,
    add_matching,
    close_queue,
    create_queue,
    edit_queue,
    hand_over,
    put_back,
    reopen_queue,
    see_to,
)
from crm.queues.queries import (
    Place,
    count_by_caller,
    count_flagged,
    count_places,
    list_entries,
    list_queues,
)
from crm.queues.views.blueprint import bp, demand_choices, entry_or_404, queue_or_404
from crm.queues.words import PLACE_MARKS, PLACE_NAMES


@bp.route("/")
@allowed(Permission.OUTREACH_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    queues = list_queues()
    places = count_places([queue.id for queue in queues], clock.now())
    return render_template("queues/index.html", queues=queues, places=places)


@bp.route("/new", methods=["GET", "POST"])
@allowed(Permission.OUTREACH_LOG)
def create(coalition: Coalition) -> ResponseReturnValue:
    """From the directory: of what its filters leave, or of the groups that were ticked."""
    ids, filters = _ticked(), Filters.asked(request.values)
    # Whoever chose the groups not yet asked for a demand means to ask them for it.
    form = NewQueueForm(demands=demand_choices(), demand_id=filters.parameters.get("unasked"))
    if form.validate_on_submit():
        try:
            queue = make_once(CallQueue, key_of(form), lambda: _create(form, ids, filters))
            flash(_("The queue is ready. Who calls gets one group at a time."), "success")
            return redirect(url_for("queues.show", queue_id=queue.id))
        except Refused as error:
            form.refuse(error.field or "name", error.message)
    count = len(ids) if ids is not None else count_directory(viewer(), filters, MOST_GROUPS)
    chosen = {"count": count, "most": MOST_GROUPS, "ids": ids, "filters": filters}
    page = render_template("queues/edit.html", form=form, queue=None, **chosen)
    return page, 422 if form.errors else 200


@bp.route("/<int:queue_id>")
@allowed(Permission.OUTREACH_VIEW)
def show(coalition: Coalition, queue_id: int) -> ResponseReturnValue:
    return _progress(queue_or_404(queue_id), HandOverForm(formdata=None, people=_people()))


@bp.route("/<int:queue_id>/edit", methods=["GET", "POST"])
@allowed(Permission.OUTREACH_LOG)
def edit(coalition: Coalition, queue_id: int) -> ResponseReturnValue:
    queue = queue_or_404(queue_id)
    form = QueueForm(obj=queue, demands=demand_choices())
    if form.validate_on_submit():
        edit_queue(viewer(), queue, form.values)
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for("queues.show", queue_id=queue.id))
    page = render_template("queues/edit.html", form=form, queue=queue)
    return page, 422 if form.errors else 200


@bp.route("/<int:queue_id>/add", methods=["POST"])
@allowed(Permission.OUTREACH_LOG)
def add(coalition: Coalition, queue_id: int) -> ResponseReturnValue:
    queue = queue_or_404(queue_id)
    try:
        count = add_matching(viewer(), queue)
        db.session.commit()
        text = ngettext("Added %(num)s group.", "Added %(num)s groups.", count)
        flash(text if count else _("No other group matches the filters."), "success")
    except Refused as error:
        db.session.rollback()
        flash(str(error.message), "error")
    return redirect(url_for("queues.show", queue_id=queue.id))


@bp.route("/<int:queue_id>/close", methods=["POST"])
@allowed(Permission.QUEUE_RUN)
def close(coalition: Coalition, queue_id: int) -> ResponseReturnValue:
    queue = queue_or_404(queue_id)
    close_queue(viewer(), queue)
    db.session.commit()
    flash(_("Closed: nothing of it is handed out any more."), "success")
    return redirect(url_for("queues.show", queue_id=queue.id))


@bp.route("/<int:queue_id>/reopen", methods=["POST"])
@allowed(Permission.QUEUE_RUN)
def reopen(coalition: Coalition, queue_id: int) -> ResponseReturnValue:
    queue = queue_or_404(queue_id)
    reopen_queue(viewer(), queue)
    db.session.commit()
    flash(_("Open again."), "success")
    return redirect(url_for("queues.show", queue_id=queue.id))


@bp.route("/<int:queue_id>/hand-over", methods=["POST"])
@allowed(Permission.QUEUE_RUN)
def move(coalition: Coalition, queue_id: int) -> ResponseReturnValue:
    queue = queue_or_404(queue_id)
    form = HandOverForm(people=_people())
    if form.validate_on_submit():
        try:
            count = hand_over(viewer(), queue, form.from_id.data, form.to_id.data, form.most.data)
            db.session.commit()
        except Refused as error:
            db.session.rollback()
            form.refuse(error.field or "to_id", error.message)
        else:
            text = ngettext("Handed over %(num)s group.", "Handed over %(num)s groups.", count)
            flash(text if count else _("There was no waiting group to hand over."), "success")
            return redirect(url_for("queues.show", queue_id=queue.id))
    return _progress(queue, form), 422


@bp.route("/<int:queue_id>/groups/<int:entry_id>/put-back", methods=["POST"])
@allowed(Permission.QUEUE_RUN)
def wait_again(coalition: Coalition, queue_id: int, entry_id: int) -> ResponseReturnValue:
    return _change(put_back, entry_or_404(queue_id, entry_id), _("%(group)s waits to be called again."))


@bp.route("/<int:queue_id>/groups/<int:entry_id>/seen", methods=["POST"])
@allowed(Permission.QUEUE_RUN)
def seen(coalition: Coalition, queue_id: int, entry_id: int) -> ResponseReturnValue:
    return _change(see_to, entry_or_404(queue_id, entry_id), _("%(group)s is seen to."))


def _change(operation: Callable[..., None], entry: QueueEntry, text: str) -> ResponseReturnValue:
    operation(viewer(), entry)
    db.session.commit()
    flash(text % {"group": entry.organization.name}, "success")
    return redirect(url_for("queues.show", queue_id=entry.queue_id))


def _create(form: NewQueueForm, ids: list[int] | None, filters: Filters) -> CallQueue:
    values = {name: form.values[name] for name in ("name", "demand_id", "script", "cooling_days")}
    if ids is not None:
        return create_queue(viewer(), values, ids=ids)
    return create_queue(viewer(), values, filters=filters)


def _ticked() -> list[int] | None:
    """The groups that were ticked in the directory; None for all that match, and where none was ticked."""
    if request.values.get("which") != "ticked":
        return None
    return ticked_ids() or None


def _people() -> list[tuple[int | str, str]]:
    return list(list_owners())


def _progress(queue: CallQueue, form: HandOverForm) -> str:
    now, asked = clock.now(), request.args.get("show", "")
    place = Place(asked) if asked in set(Place) else None
    cursors = {name: request.args.get(name) for name in ("after", "before")}
    entries = list_entries(queue.id, now, place, flagged=asked == "flagged", **cursors)
    return render_template(
        "queues/show.html",
        queue=queue,
        form=form,
        places=count_places([queue.id], now)[queue.id],
        flagged=count_flagged(queue.id),
        callers=count_by_caller(queue.id, now),
        names=dict(_people()),
        demand=dict(demand_choices()).get(queue.demand_id or 0),
        entries=entries,
        pages=link_pages(entries, ""),
        asked=asked if place or asked == "flagged" else "",
        now=now,
        place_names=PLACE_NAMES,
        place_marks=PLACE_MARKS,
        outcome_names=OUTCOME_NAMES,
        kind_names=KIND_NAMES,
    )
