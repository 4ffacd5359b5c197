"""Demands in the workbench's search box: by words of their sentences, in all languages that they have."""

from __future__ import annotations

from collections.abc import Iterable

from crm.core import search
from crm.demands.models import Demand, VersionState
from crm.organizations.derived import plain_words
from crm.organizations.names import trigrams

KIND = "demand"


def index_demands(demands: Iterable[Demand]) -> None:
    """Let demands be found by their words in force and those of their drafts, as they are now."""
    search.put([_document(demand) for demand in demands])


def _document(demand: Demand) -> search.Document:
    versions = [one for one in demand.versions if one.state is not VersionState.SUPERSEDED]
    # In the language that binds first; those in force before a draft's.
    versions.sort(key=lambda one: one.state is VersionState.DRAFT)
    sentences = [
        plain_words(wording.sentence)
        for version in versions
        for wording in sorted(version.wordings, key=lambda w: w.language != version.binding_language)
    ]
    text = " ".join(dict.fromkeys(" ".join(sentences).split()))
    return search.Document(KIND, demand.id, sentences[0] if sentences else "", text, trigrams(text))
