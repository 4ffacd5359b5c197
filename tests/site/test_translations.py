"""Every text is there in every language, whole, looked at by a person, with the same blanks to fill."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from babel.messages.catalog import Catalog, Message

from crm.core import languages
from scripts import messages

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
TAG = re.compile(r"</?[a-z]\w*")
CATALOGUES = [(feature, language) for feature in messages.list_features() for language in messages.LANGUAGES]


@pytest.fixture(scope="module")
def templates() -> dict[str, Catalog]:
    return messages.extract()


def identity(message: Message) -> tuple[object, ...]:
    return message.id, message.context


def pairs(message: Message) -> list[tuple[str, str]]:
    """Each text beside its translation; of a plural, one pair for each of the language's forms."""
    if not isinstance(message.id, tuple | list):
        return [(str(message.id), str(message.string or ""))]
    singular, plural = message.id
    forms = list(message.string or ())
    return [(singular if index == 0 else plural, form) for index, form in enumerate(forms)]


def fault_of(message: Message) -> str | None:
    """What is wrong with a translation, or None."""
    if not messages.is_translated(message):
        return "not translated, or fuzzy"
    plural = isinstance(message.id, tuple | list)
    for text, translation in pairs(message):
        wanted, given = (set(PLACEHOLDER.findall(one)) for one in (text, translation))
        # "One group" and "%(number)s group" are both right for one.
        if wanted != given and not (plural and given ^ wanted <= {"num", "number", "count"}):
            return f"other placeholders: {sorted(wanted)}, {sorted(given)}"
        if "%" in PLACEHOLDER.sub("", translation).replace("%%", ""):
            return "a placeholder without a name"
        if sorted(TAG.findall(text)) != sorted(TAG.findall(translation)):
            return "other HTML tags"
    return None


def test_every_language_that_is_offered_has_catalogues():
    assert {"en", *messages.LANGUAGES} == set(languages.LANGUAGES)


def test_the_code_holds_texts_to_translate(templates):
    assert sum(len(catalogue) for catalogue in templates.values()) > 100


@pytest.mark.parametrize(("feature", "language"), CATALOGUES)
def test_the_catalogue_holds_exactly_the_texts_in_the_code(feature, language, templates):
    in_code = {identity(message) for message in messages.list_messages(templates[feature])}
    kept = {identity(message) for message in messages.list_messages(messages.read(feature, language))}
    assert in_code - kept == set(), "new texts: make messages, then translate them"
    assert kept - in_code == set(), "texts that are gone: make messages"


@pytest.mark.parametrize(("feature", "language"), CATALOGUES)
def test_every_text_is_translated_whole(feature, language):
    found = messages.list_messages(messages.read(feature, language))
    faults = [f"{message.id!r}: {fault}" for message in found if (fault := fault_of(message))]
    assert faults == []


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_one_text_has_one_translation(language):
    """The program merges the catalogues, so that of two translations of one text one would be lost."""
    translations = defaultdict(set)
    for feature in messages.list_features():
        for message in messages.list_messages(messages.read(feature, language)):
            translations[identity(message)].add(str(message.string))
    assert {key: texts for key, texts in translations.items() if len(texts) > 1} == {}


def test_texts_in_the_code_name_their_placeholders(templates):
    texts = [
        text
        for catalogue in templates.values()
        for message in messages.list_messages(catalogue)
        for text in (message.id if isinstance(message.id, tuple | list) else (message.id,))
    ]
    assert [text for text in texts if "%" in PLACEHOLDER.sub("", text).replace("%%", "")] == []


@pytest.mark.parametrize(
    ("text", "translation", "fault"),
    [
        ("Hello %(name)s", "Hola %(name)s", None),
        ("Hello %(name)s", "Hola %(nombre)s", "other placeholders: ['name'], ['nombre']"),
        ("Hello", "", "not translated, or fuzzy"),
        ("<b>Hello</b>", "Hola", "other HTML tags"),
        (("%(num)s group", "%(num)s groups"), ("Un grupo", "%(num)s grupos"), None),
        (("%(num)s group", "%(num)s groups"), ("%(num)s grupo", ""), "not translated, or fuzzy"),
    ],
)
def test_faults_of_a_translation_are_found(text, translation, fault):
    assert fault_of(Message(text, translation)) == fault
