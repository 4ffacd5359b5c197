"""Reloaded, gone back to, corrected, asked for again: what is typed is kept by the browser, sealed."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
import time_machine

from crm.core import clock, tenancy
from crm.sign_ons import guard
from crm.sign_ons.models import SignOn, SignOnState
from crm.sign_ons.views import drafts
from tests.demands.makers import adopt_new_words
from tests.pages import defaults
from tests.sign_ons.steps import (
    FORM,
    GROUP,
    adopt_demands,
    confirm,
    count_rows,
    fill_in,
    in_days,
    last_link,
    mails,
    newest,
    press,
    send,
    typed,
)

SENT, PREVIEW = f"{FORM}/sent", f"{FORM}/preview"


@pytest.fixture
def demands(coalition):
    return adopt_demands()


@pytest.fixture
def later():
    """later(minutes): from then on."""
    travels = []

    def go(minutes):
        travels.append(time_machine.travel(clock.now() + timedelta(minutes=minutes)))
        travels[-1].start()

    yield go
    for travel in reversed(travels):
        travel.stop()


def values_of(page):
    return defaults(page.form("speaker_email"))


def cookie_of(visitor, path=FORM):
    return visitor.get_cookie("sign-on", path=path)


def test_every_step_is_a_page_that_can_be_reloaded(visitor, coalition, demands):
    preview = fill_in(visitor, coalition)
    assert preview.url == PREVIEW
    assert GROUP in visitor.page(PREVIEW).text
    assert press(visitor, visitor.page(PREVIEW), "send").url == SENT
    for _reload in range(3):
        assert "We sent a mail to ana@dockers19.example" in visitor.page(SENT).text


def test_back_from_the_preview_all_that_was_typed_is_there(visitor, coalition, demands):
    board = {f"reply_{demands[2].id}": "board", f"board_on_{demands[2].id}": in_days(coalition, 9)}
    fill_in(visitor, coalition, size_public="y", **board)
    back = visitor.page(FORM)
    wanted = typed(coalition, website="https://dockers19.example", size_public="y", **board)
    kept = values_of(back)
    assert {name: kept[name] for name in wanted} == {name: [value] for name, value in wanted.items()}
    assert back.errors() == []


def test_what_was_wrong_is_said_again_when_the_page_is_reloaded(visitor, coalition, demands):
    page = fill_in(visitor, coalition, 422, decided_on="tomorrow", name="")
    again = visitor.page(FORM, 422)
    assert len(again.errors()) == 2 and again.errors() == page.errors()
    assert values_of(again)["decided_on"] == ["tomorrow"]


def test_words_that_changed_since_are_shown_before_the_preview(visitor, coalition, demands):
    fill_in(visitor, coalition)
    adopt_new_words(demands[0], "No city help for any raid.")
    assert "words changed" in visitor.page(PREVIEW, 422).text


def test_after_it_is_sent_the_form_is_empty_for_the_next_group(visitor, coalition, demands):
    send(visitor, coalition)
    assert values_of(visitor.page(FORM))["name"] == [""]


@pytest.mark.parametrize("where", [FORM, SENT])
def test_on_a_shared_device_what_was_typed_is_forgotten_at_once(visitor, coalition, demands, where):
    (fill_in if where == FORM else send)(visitor, coalition)
    page = visitor.submit(where, "/sign-on/new")
    assert values_of(page)["name"] == [""] and cookie_of(visitor) is None
    assert "ana@" not in visitor.page(SENT).text
    assert visitor.page(PREVIEW).url == FORM


def test_nobody_else_can_read_the_cookie_and_only_the_form_gets_it(app, visitor, coalition, demands):
    fill_in(visitor, coalition)
    cookie = cookie_of(visitor)
    assert cookie.http_only and cookie.same_site == "Lax" and cookie.max_age is None
    assert cookie.path == FORM and len(cookie.value) < 1500
    opened = app.test_client()
    opened.set_cookie("sign-on", cookie.value[:-2] + "xx", path=FORM)
    assert "Dockworkers" not in opened.get(FORM).text
    assert not {"Dockworkers", "dockers19"} & set(cookie.value.split("."))
    with visitor.session_transaction() as session:
        assert set(session) == {"csrf_token"}


def test_over_tls_the_cookie_is_for_tls_alone(app, visitor, coalition, demands, monkeypatch):
    monkeypatch.setitem(app.config, "PRODUCTION", True)
    fill_in(visitor, coalition)
    assert visitor.get_cookie("__Secure-sign-on", path=FORM).secure


def test_what_was_typed_for_one_coalition_is_not_shown_by_another(
    visitor, coalition, other_coalition, demands
):
    with tenancy.in_coalition(other_coalition.id):
        adopt_demands()
    fill_in(visitor, coalition)
    visitor.set_cookie("sign-on", cookie_of(visitor).value, path="/prairie/sign-on")
    assert values_of(visitor.page("/prairie/sign-on"))["name"] == [""]


def test_after_an_hour_it_is_gone(visitor, coalition, demands, later):
    send(visitor, coalition)
    later(59)
    assert "ana@" in visitor.page(SENT).text
    later(2)
    assert "the address that you gave" in visitor.page(SENT).text


def test_a_wrong_address_is_corrected_and_it_stays_one(visitor, coalition, demands):
    send(visitor, coalition, speaker_email="ana@dokcers.example", size_public="y")
    wrong = last_link()
    form = visitor.submit(SENT, "/sign-on/correct")
    assert (form.url, values_of(form)["size_public"], values_of(form)["name"]) == (FORM, ["y"], [GROUP])
    preview = visitor.submit(form, "speaker_email", step="preview", speaker_email="ana@dockers19.example")
    assert "We sent a mail to ana@dockers19.example" in press(visitor, preview, "send").text
    assert count_rows(SignOn) == 1 and newest(coalition).speaker_email == "ana@dockers19.example"
    assert [mail.recipient for mail in mails()] == ["ana@dockers19.example"]
    assert "newer link was mailed" in visitor.page(wrong).text


def test_asked_for_again_the_link_is_mailed_every_ten_minutes_at_most(visitor, coalition, demands, later):
    send(visitor, coalition)
    first = last_link()
    soon = visitor.submit(SENT, "/sign-on/again")
    assert soon.url == SENT and last_link() == first
    later(11)
    late = visitor.submit(SENT, "/sign-on/again")
    assert late.text == soon.text
    assert last_link() != first and (count_rows(SignOn), len(mails())) == (1, 1)
    assert "Confirmed. Thank you!" in confirm(visitor).text


def test_asked_for_again_after_it_was_confirmed_the_answer_is_the_same(visitor, coalition, demands, later):
    send(visitor, coalition)
    soon = visitor.submit(SENT, "/sign-on/again")
    confirm(visitor)
    later(11)
    assert visitor.submit(SENT, "/sign-on/again").text == soon.text
    assert "confirmed already" in mails()[-1].body
    assert newest(coalition).state is SignOnState.WAITING


def test_asked_for_again_too_often_the_answer_is_the_same_and_no_mail_leaves(
    app, visitor, coalition, demands, later, monkeypatch
):
    send(visitor, coalition)
    page, first = visitor.submit(SENT, "/sign-on/again"), last_link()
    later(11)
    monkeypatch.setitem(app.config, "LIMITS", True)
    monkeypatch.setattr(guard, "MOST_TO_AN_ADDRESS", 0)
    assert visitor.submit(SENT, "/sign-on/again").text == page.text
    assert last_link() == first


@pytest.mark.parametrize("step", ["again", "correct"])
def test_who_sent_nothing_is_led_to_the_form(visitor, coalition, demands, step):
    page = visitor.submit(FORM, "speaker_email", 422, step="preview")
    token = defaults(page.form("speaker_email"))["csrf_token"][0]
    answer = visitor.post(f"{FORM}/{step}", data={"csrf_token": token})
    assert (answer.status_code, answer.location) == (303, FORM)
    assert mails() == []


def test_more_than_a_cookie_holds_is_shown_and_sent_all_the_same(visitor, coalition, demands, monkeypatch):
    monkeypatch.setattr(drafts, "LARGEST", 100)
    preview = fill_in(visitor, coalition)
    assert preview.url == FORM and cookie_of(visitor) is None and GROUP in preview.text
    assert values_of(press(visitor, preview, "correct"))["name"] == [GROUP]
    assert "the address that you gave" in press(visitor, preview, "send").text
    assert newest(coalition).name == GROUP


def test_what_is_far_too_long_is_told_and_kept(visitor, coalition, demands):
    chance = random.Random(7)
    long = "".join(chr(chance.randint(0x4E00, 0x9FA0)) for _char in range(6000))
    page = fill_in(visitor, coalition, 422, name=long)
    assert values_of(page)["name"] == [long] and page.errors()


def test_a_form_of_long_answers_fits(visitor, coalition, demands):
    chance = random.Random(7)
    long = ["".join(chr(chance.randint(0x4E00, 0x9FA0)) for _char in range(120)) for _field in range(7)]
    more = {"name": long[0] + long[1], "place": long[2], "speaker_name": long[3], "speaker_role": long[4]}
    preview = fill_in(visitor, coalition, website=f"https://example.org/{long[5]}{long[6]}", **more)
    assert preview.url == PREVIEW and 2000 < len(cookie_of(visitor).value) < drafts.LARGEST
