"""The public form and its preview: what is typed is kept, what is shown is what the public will see."""

from __future__ import annotations

import pytest

from crm.sign_ons.models import SignOn
from tests.demands.makers import adopt_new_words, adopted_demand, draft_demand, endorse, endorse_all
from tests.makers import make_organization, make_organizations
from tests.pages import defaults, text_of
from tests.sign_ons.steps import (
    FORM,
    GROUP,
    adopt_demands,
    count_rows,
    fill_in,
    filled_in,
    in_days,
    press,
    today,
    typed,
)


@pytest.fixture
def demands(coalition):
    return adopt_demands()


def values_of(page):
    return defaults(page.form("speaker_email"))


def test_the_form_shows_each_demand_in_its_words_and_ticks_nothing(visitor, coalition, demands):
    page = visitor.page(FORM)
    values = values_of(page)
    assert all(text in page.text for text in ("No city help", "A safe city", "Keep tenants", "version 1"))
    assert not {"size_public", "speaker_public", "all_minimum"} & set(values)
    assert not [name for name in values if name.startswith("reply_")]


def test_without_demands_in_force_there_is_nothing_to_sign(visitor, coalition):
    draft_demand()
    page = visitor.page(FORM)
    assert "has not adopted its demands yet" in page.text
    assert not [form for form in page.forms() if form.get("method") == "post"]


def test_the_preview_is_the_listing_as_the_public_will_see_it(visitor, coalition, demands):
    page = fill_in(visitor, coalition)
    public = next(e for e in page.tree.iter("div") if e.get("class") == "as-public")
    shown = text_of(public)
    assert GROUP in shown and "1 union" in shown and "Harbor City" in shown
    assert "Ana" not in shown and "1,200" not in shown
    assert page.links()[GROUP] == "https://dockers19.example"
    assert "ana@dockers19.example" in page.text  # told to the speaker, as what organizers alone see
    press(visitor, page, "correct")
    assert count_rows(SignOn) == 0, "nothing is kept before it is sent"


def test_number_and_speaker_are_shown_only_when_ticked(visitor, coalition, demands):
    page = fill_in(visitor, coalition, size_public="y", speaker_public="y")
    public = next(e for e in page.tree.iter("div") if e.get("class") == "as-public")
    assert "1,200 people" in text_of(public) and "speaker: Ana Ruiz" in text_of(public)


def test_the_preview_says_which_demands_in_which_version(visitor, coalition, demands):
    adopt_new_words(demands[1], "A safe city for all who are under threat.")
    day = in_days(coalition, 9)
    board = {f"reply_{demands[2].id}": "board", f"board_on_{demands[2].id}": day}
    page = fill_in(visitor, coalition, **board)
    endorsed, _, rest = page.text.partition("Goes before your board")
    assert "A safe city for all who are under threat. Minimum demand · version 2" in endorsed
    assert "Keep tenants in their homes. Extended demand · version 1 · your board meets on" in rest


def test_a_group_that_only_asks_its_board_is_told_that_it_is_not_listed(visitor, coalition, demands):
    more = {f"reply_{demands[0].id}": "board", f"board_on_{demands[0].id}": in_days(coalition, 3)}
    page = fill_in(visitor, coalition, all_minimum=None, decided_on="", **more)
    assert "A group is listed once it endorses a demand" in page.text
    assert not [e for e in page.tree.iter("div") if e.get("class") == "as-public"]


def test_one_answer_stands_against_the_tick_for_all(visitor, coalition, demands):
    page = fill_in(visitor, coalition, **{f"reply_{demands[0].id}": "not_now"})
    assert "Not now No city help" in page.text
    assert "You endorse now A safe city" in page.text


def test_back_to_correct_brings_all_that_was_typed(visitor, coalition, demands):
    board = {f"reply_{demands[2].id}": "board", f"board_on_{demands[2].id}": in_days(coalition, 9)}
    preview = fill_in(visitor, coalition, size_public="y", **board)
    again = values_of(press(visitor, preview, "correct"))
    wanted = typed(coalition, size="1200", website="https://dockers19.example", size_public="y", **board)
    assert {name: again[name] for name in wanted} == {name: [value] for name, value in wanted.items()}


WRONG = (
    ("name", "", "Give the name of your group."),
    ("name", "   ", "Give the name of your group."),
    ("name", "🎉", "Write the name in letters."),
    ("name", "Dockers\u202esrekcoD", "can't be shown"),
    ("kind", "", "Choose the kind"),
    ("kind", "party", "Choose the kind"),
    ("size", "many", "Give a whole number"),
    ("size", "12.5", "Give a whole number"),
    ("size", "-3", "Give a whole number"),
    ("size", "999999999999", "Give a whole number"),
    ("website", "javascript:alert(1)", "Check this address"),
    ("website", "https://ana:secret@dockers.example", "Leave out what stands before the “@”"),
    ("speaker_name", "", "Give the name of who speaks"),
    ("speaker_email", "", "Give the mail address"),
    ("speaker_email", "ana at home", "Check this address"),
    ("decided_how", "", "Choose how your group decides."),
    ("decided_how", "by lot", "Choose how your group decides."),
    ("decided_on", "", "Give the day on which your group decided"),
    ("decided_on", "tomorrow", "Give a day"),
    ("decided_on", "2999-01-01", "still to come"),
    ("decided_on", "0026-01-01", "Check the year"),
)


def test_what_is_missing_or_wrong_is_said_of_its_field_and_of_no_other(visitor, coalition, demands):
    for field, value, error in WRONG:
        with filled_in(visitor, coalition, **{field: value}) as form:
            assert list(form.errors) == [field], (field, value)
            assert error in str(form.errors[field][0]), (field, value)


def test_what_is_wrong_is_said_beside_it_and_the_rest_stays(visitor, coalition, demands):
    wrong = {
        "name": "🎉",
        "kind": "party",
        "size": "many",
        "decided_on": "tomorrow",
        "speaker_email": "at home",
    }
    page = fill_in(visitor, coalition, 422, **wrong)
    told = (
        "Write the name in letters.",
        "Choose the kind",
        "Give a whole number",
        "Check this",
        "Give a day",
    )
    assert len(page.errors()) == len(told)
    for part in told:
        assert any(part in text for text in page.errors()), part
    kept = values_of(page)
    wanted = {k: [v] for k, v in typed(coalition, **wrong).items() if k not in {"kind", "website"}}
    assert {name: kept[name] for name in wanted} == wanted
    assert count_rows(SignOn) == 0


def test_something_has_to_be_endorsed_or_asked(visitor, coalition, demands):
    with filled_in(visitor, coalition, all_minimum=None) as form:
        assert "at least one demand" in str(form.errors[f"reply_{demands[0].id}"][0])


def test_a_board_needs_a_day_to_come(visitor, coalition, demands):
    board_on = f"board_on_{demands[2].id}"
    for days, error in ((None, "Give the day"), (-1, "is over"), (900, "too far")):
        day = "" if days is None else in_days(coalition, days)
        more = {f"reply_{demands[2].id}": "board", board_on: day}
        with filled_in(visitor, coalition, **more) as form:
            assert list(form.errors) == [board_on] and error in str(form.errors[board_on][0])
    page = fill_in(visitor, coalition, 422, **more)
    assert any(error in text for text in page.errors())
    assert values_of(page)[board_on] == [day]


def test_odd_names_are_shown_as_typed(visitor, coalition, demands):
    odd = {
        "name": "<script>alert(1)</script> & Sons",
        "place": "Quote \" and ' Place",
        "speaker_name": "عمال الميناء",
        "speaker_role": "{{ 7 * 7 }} %(name)s",
    }
    preview = fill_in(visitor, coalition, **odd)
    assert all(text in preview.text for text in odd.values())
    kept = values_of(press(visitor, preview, "correct"))
    assert {name: kept[name] for name in odd} == {name: [text] for name, text in odd.items()}


@pytest.mark.parametrize("name", ["Ⅻ 🎉 Neighbors", "n" * 300])
def test_a_name_may_be_long_and_may_hold_signs(visitor, coalition, demands, name):
    preview = fill_in(visitor, coalition, name=name)
    assert name in preview.text
    assert values_of(press(visitor, preview, "correct"))["name"] == [name]


def test_a_name_that_is_too_long_is_refused_and_kept(visitor, coalition, demands):
    page = fill_in(visitor, coalition, 422, name="n" * 301)
    assert values_of(page)["name"] == ["n" * 301]


def test_nul_is_refused(visitor, coalition, demands):
    form = visitor.page(FORM).form("speaker_email")
    for field in ("name", "kind", "size", "ticket", "speaker_email", "decided_on", "website"):
        sent = {**defaults(form), **typed(coalition, step="preview"), field: "a\x00b"}
        assert visitor.post(FORM, data=sent, follow_redirects=True).status_code == 422, field
    assert count_rows(SignOn) == 0


def test_new_words_between_the_steps_are_shown_again_with_a_notice(visitor, coalition, demands):
    preview = fill_in(visitor, coalition)
    adopt_new_words(demands[0], "No city help for any raid.")
    page = press(visitor, preview, "send", 422)
    assert "words changed" in page.text and "No city help for any raid." in page.text
    kept = values_of(page)
    assert f"reply_{demands[0].id}" not in kept and kept[f"reply_{demands[1].id}"] == ["now"]
    assert "all_minimum" not in kept and kept["name"] == [GROUP]
    assert count_rows(SignOn) == 0
    done = visitor.submit(page, "speaker_email", step="preview", **{f"reply_{demands[0].id}": "now"})
    assert "version 2" in done.text


def test_a_demand_that_came_or_went_between_the_steps_is_told(visitor, coalition, demands):
    preview = fill_in(visitor, coalition)
    adopted_demand("Police answer to the city.")
    page = press(visitor, preview, "send", 422)
    assert "Read demand 3 once more" in page.text
    preview = visitor.submit(page, "speaker_email", step="preview")
    from_db = demands[2]
    from_db.retired_at = from_db.created_at
    assert "not asked any more" in press(visitor, preview, "send", 422).text


def test_only_groups_of_the_public_list_are_suggested(visitor, coalition, demands):
    endorse(make_organization("Dockworkers Local 19 of Harbor City"), demands[0])
    make_organization("Secret Sewing Circle")
    hidden = make_organization("Quiet Congregation")
    endorse(hidden, demands[0], public=False)
    page = visitor.page(FORM)
    offered = [option.get("value") for option in page.tree.iter("option") if not option.text]
    assert "Dockworkers Local 19 of Harbor City" in offered
    for name in ("Secret Sewing Circle", "Quiet Congregation"):
        assert name not in page.response.text
        assert "name close to yours" not in fill_in(visitor, coalition, name=name.replace("e", "ee", 1)).text


def test_a_listed_name_close_to_the_typed_one_can_be_chosen(visitor, coalition, demands):
    endorse(make_organization("Dockworkers Local 19 Inc."), demands[0])
    endorse(make_organization("Longshore and Dock Workers Local 19"), demands[0])
    preview = fill_in(visitor, coalition, name="Longshore & Dockworkers Local 19")
    assert "name close to yours" in preview.text
    chosen = visitor.submit(preview, "csrf_token", listed_as="Longshore and Dock Workers Local 19")
    assert "Longshore and Dock Workers Local 19" in chosen.links()
    forged = visitor.submit(preview, "csrf_token", listed_as="Somebody Else Altogether")
    assert "Somebody Else" not in forged.text


def test_the_form_speaks_spanish(visitor, coalition, demands):
    page = visitor.page(FORM + "?lang=es")
    assert page.tree.get("lang") == "es" and "Sumen a su grupo" in page.text


def test_the_first_load_is_light_even_with_many_endorsers(visitor, coalition, demands):
    endorse_all(make_organizations(120, "Neighbors of Block %03d"), demands[0])
    assert len(visitor.page(FORM).response.data) < 30_000


def test_the_day_is_asked_for_as_the_rule_asks_for_it(visitor, coalition, demands):
    def label(page):
        return next(text_of(one) for one in page.tree.iter("label") if one.get("for") == "decided_on")

    asked = "On which day did it decide? (needed if you endorse a demand now)"
    assert label(visitor.page(FORM)) == asked
    board = {f"reply_{demands[0].id}": "board", f"board_on_{demands[0].id}": in_days(coalition, 3)}
    assert "Step 2" in fill_in(visitor, coalition, all_minimum=None, decided_on="", **board).text
    assert label(fill_in(visitor, coalition, 422, decided_on="")) == asked


def test_today_is_the_day_in_the_coalitions_zone(visitor, coalition, demands):
    with filled_in(visitor, coalition, decided_on=today(coalition)) as form:
        assert not form.errors
