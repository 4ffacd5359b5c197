"""What is typed into the form, kept from step to step by the browser that it was typed into.

It lies in a cookie that Muster alone can read, which only the form's own pages get, for an hour at most and
no longer than the browser is open. So every step is a page that can be reloaded and come back to; nothing is
written on the server before the sign-on is sent, and nothing of it stands in an address.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum, auto
from typing import Any

from flask import current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from crm.coalitions.models import Coalition
from crm.core.crypto import seal, unseal
from crm.demands.queries import DemandInForce
from crm.sign_ons.forms import Reply, SignOnForm
from crm.sign_ons.models import SignOn

KEPT = timedelta(hours=1)
# Browsers keep 4,096 bytes of a cookie, with its name and what it is bound to.
LARGEST = 3_800
_SENT = (
    "name kind place website size size_public speaker_name speaker_role speaker_public speaker_email "
    "decided_how decided_on"
).split()


class Stage(StrEnum):
    """How far it came."""

    TYPED = auto()
    # There was something to put right.
    REFUSED = auto()
    SENT = auto()


@dataclass(frozen=True)
class Draft:
    """The form as it was typed: field name → text. Once it is sent: where to, and as which sign-on."""

    stage: Stage
    typed: Mapping[str, str]
    sent_to: str = ""
    sign_on_id: int | None = None


def draft_of(filled: SignOnForm, stage: Stage, **sent: Any) -> Draft:
    """What was typed into the form's own fields."""
    own = {field.name for field in filled if field.name != "csrf_token"}
    kept = {n: text for n, text in filled.typed.items() if n in own or re.fullmatch(r"version_\d+", n)}
    return Draft(stage, kept, **sent)


def typed_of(sign_on: SignOn, in_force: Sequence[DemandInForce], ticket: str) -> dict[str, str]:
    """A sign-on as its form was typed, under the same key: sent again it takes the place of itself."""
    shown = {f"version_{one.demand_id}": str(one.version_id) for one in in_force}
    told = {
        name: "y" if value is True else str(value)
        for name in _SENT
        if (value := getattr(sign_on, name)) not in (None, "", False)
    }
    for answer in sign_on.answers:
        told[f"reply_{answer.demand_id}"] = Reply.NOW if answer.board_on is None else Reply.BOARD
        told[f"version_{answer.demand_id}"] = str(answer.version_id)
        if answer.board_on:
            told[f"board_on_{answer.demand_id}"] = answer.board_on.isoformat()
    return {**shown, **told, "ticket": ticket}


def read_draft(coalition: Coalition) -> Draft | None:
    """What this browser typed last for this coalition, if that is not long ago."""
    opened = unseal(request.cookies.get(_name(), ""), _purpose(coalition), KEPT)
    if opened is None:
        return None
    stage, typed, sent_to, sign_on_id = json.loads(opened)
    return Draft(Stage(stage), typed, sent_to, sign_on_id)


def go_on(coalition: Coalition, endpoint: str, draft: Draft) -> Response | None:
    """On to the page that shows the draft; None where no cookie holds it: then it is shown in this answer."""
    told = (draft.stage, draft.typed, draft.sent_to, draft.sign_on_id)
    sealed = seal(json.dumps(told, ensure_ascii=False, separators=(",", ":")), _purpose(coalition))
    if len(sealed) > LARGEST:
        return None
    response = redirect(url_for(endpoint), 303)
    response.set_cookie(_name(), sealed, **_bound())
    return response


def forget(endpoint: str) -> Response:
    """On to a page; what was typed is gone from this browser."""
    response = redirect(url_for(endpoint), 303)
    response.delete_cookie(_name(), **_bound())
    return response


def _name() -> str:
    return "__Secure-sign-on" if current_app.config["PRODUCTION"] else "sign-on"


def _bound() -> dict[str, Any]:
    return {
        "path": url_for("sign_ons.form", lang=None),
        "secure": current_app.config["PRODUCTION"],
        "httponly": True,
        "samesite": "Lax",
    }


def _purpose(coalition: Coalition) -> str:
    return f"sign-on draft {coalition.id}"
