"""Logos as the public sees them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Response, abort, send_file, url_for
from flask.typing import ResponseReturnValue

from crm.coalitions.models import Coalition
from crm.core.files import open_file
from crm.core.permissions import Permission
from crm.core.web import allowed
from crm.demands.queries import Endorser
from crm.groups.models import GroupLogo
from crm.groups.queries import find_logo, map_logos
from crm.groups.views.blueprint import bp

# Whoever opens a logo by itself gets a picture that can do nothing.
LOGO_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Content-Disposition": "inline",
}


@dataclass(frozen=True)
class Shown:
    """Where a logo is, and how large. Pixels."""

    url: str
    width: int
    height: int


@bp.route("/logo/<int:organization_id>/<digest>")
@allowed(Permission.PUBLIC)
def show_logo(coalition: Coalition, organization_id: int, digest: str) -> ResponseReturnValue:
    """A logo, under an address that nobody guesses and that changes with it."""
    found = find_logo(organization_id)
    stream = open_file(found.file_id) if found is not None and found.digest == digest else None
    if found is None or stream is None:
        return abort(404)
    # Read whole while the database may be asked; a logo is at most 1 MB.
    answer: Response = send_file(io.BytesIO(stream.read()), mimetype=found.media_type, etag=found.digest)
    answer.headers.update(LOGO_HEADERS)
    return answer


@bp.app_context_processor
def words() -> dict[str, object]:
    """For the pages that list endorsers, and for the group's own."""
    return {"logos_of": logos_of, "logo_url": logo_url}


def logos_of(endorsers: Iterable[Endorser]) -> Mapping[int, Shown]:
    """The logos of these groups, in one statement: organization id → where it is."""
    numbers = [one.id for one in endorsers]
    logos = map_logos(numbers) if numbers else {}
    return {number: Shown(logo_url(logo), logo.width, logo.height) for number, logo in logos.items()}


def logo_url(logo: GroupLogo) -> str:
    """The address of a logo; another one for another picture."""
    return url_for("groups.show_logo", organization_id=logo.organization_id, digest=logo.digest, lang=None)
