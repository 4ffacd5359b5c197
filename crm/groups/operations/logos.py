"""A group's logo: given, changed and taken away by the group itself."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta

from flask_babel import gettext as _

from crm.audit.operations import record
from crm.coalitions.operations import touch_feeds
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.files import StoredFile, remove_file, store
from crm.core.permissions import Viewer
from crm.core.pictures import NoPicture, Picture, read_picture
from crm.groups.models import GroupLogo
from crm.groups.queries import find_logo
from crm.representatives.operations import lock_group

LARGEST = 1_000_000  # bytes
SMALLEST_SIDE, LONGEST_SIDE = 32, 4000  # pixels
# A file that was stored and never shown, as of a press that broke off, goes by itself.
UNUSED = timedelta(days=1)


def check_logo(content: bytes) -> Picture:
    """The picture in a file. Raises Refused (field `logo`)."""
    if len(content) > LARGEST:
        raise Refused(_("This file is larger than 1 MB."), "logo")
    try:
        picture = read_picture(content)
    except NoPicture:
        raise Refused(_("Choose a picture: PNG, JPEG or WebP, not animated."), "logo") from None
    if (
        min(picture.width, picture.height) < SMALLEST_SIDE
        or max(picture.width, picture.height) > LONGEST_SIDE
    ):
        raise Refused(_("Choose a picture of 32 to 4000 pixels on each side."), "logo")
    return picture


def keep_picture(picture: Picture) -> StoredFile:
    """Store a picture that `set_logo` is about to show. Commits by itself; no transaction may be open."""
    return store(
        io.BytesIO(picture.content), kind="logo", name="", owner_id=None, expires_at=clock.now() + UNUSED
    )


def set_logo(viewer: Viewer, organization_id: int, picture: Picture, file: StoredFile) -> GroupLogo:
    """Show a stored picture as a group's logo, in place of the one before. The same again changes nothing."""
    lock_group(organization_id)
    logo = find_logo(organization_id)
    digest = hashlib.sha256(picture.content).hexdigest()
    if logo is not None and logo.digest == digest:
        return logo
    former = logo.file_id if logo else None
    if logo is None:
        logo = GroupLogo(organization_id=organization_id)
        db.session.add(logo)
    logo.file_id, logo.media_type, logo.digest = file.id, picture.media_type, digest
    logo.width, logo.height = picture.width, picture.height
    db.session.get_one(StoredFile, file.id).expires_at = None
    _changed(viewer, logo, former)
    return logo


def remove_logo(viewer: Viewer, organization_id: int) -> None:
    """Show no logo of a group any more. Without one: nothing changes."""
    lock_group(organization_id)
    logo = find_logo(organization_id)
    if logo is None:
        return
    record(viewer, "logo.remove", logo, organization_id=organization_id)
    db.session.delete(logo)
    db.session.flush()
    remove_file(logo.file_id)
    touch_feeds()


def _changed(viewer: Viewer, logo: GroupLogo, former_file_id: int | None) -> None:
    db.session.flush()
    if former_file_id is not None:
        remove_file(former_file_id)
    record(viewer, "logo.set", logo, organization_id=logo.organization_id)
    touch_feeds()
