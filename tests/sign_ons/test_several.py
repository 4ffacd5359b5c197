"""Sign-ons beside each other: two of one group, several decided on at once; and what is good to know."""

from __future__ import annotations

import pytest

from crm.organizations.models import Organization
from crm.organizations.operations import add_contact
from crm.sign_ons.hints import list_hints
from crm.sign_ons.likeness import Likely
from crm.sign_ons.models import SignOn, SignOnState
from tests.makers import PROGRAM, make_contact, make_organization
from tests.sign_ons.steps import QUEUE, adopt_demands, count_rows, mails, newest, waiting


@pytest.fixture
def demands(coalition):
    return adopt_demands()


def send_as(visitor, coalition, name, **more):
    host = name.lower().replace(" ", "") + ".example"
    told = {"name": name, "speaker_email": f"a@{host}", "website": host, **more}
    return waiting(visitor, coalition, **told)


def several(who, act, ids, **more):
    asked = who.browser.submit(QUEUE, "several", act=act, chosen=[str(one) for one in ids])
    return asked, lambda status=200, **typed: who.browser.submit(
        asked, "/several", status, step="do", **typed
    )


def test_several_are_accepted_and_what_looks_like_a_group_is_left_out(
    visitor, coalition, coordinator, demands
):
    make_organization("Harbor Tenants Union")
    ids = [
        send_as(visitor, coalition, name).id
        for name in ("Weavers Circle", "Bakers of the Bay", "Harbor Tenants Unoin")
    ]
    asked, do = several(coordinator, "accept", ids)
    assert "This lists 2 groups under 4 endorsements." in asked.text
    assert "1 looks like a group that you have" in asked.text and count_rows(Organization) == 1
    assert "2 sign-ons are decided on." in do().text
    assert count_rows(Organization) == 3 and newest(coalition).state is SignOnState.WAITING
    assert "0 sign-ons are decided on." in do().text and count_rows(Organization) == 3


def test_two_that_wait_from_one_group_stand_beside_each_other_and_are_left_out(
    visitor, coalition, coordinator, demands
):
    first = send_as(visitor, coalition, "Weavers Circle", speaker_name="Bo Silent")
    second = send_as(visitor, coalition, "Weavers Circle Inc", speaker_name="Cy Loud")
    assert "waits as well" in coordinator.browser.page(QUEUE).text
    page = coordinator.browser.page(f"{QUEUE}{first.id}")
    assert "Waits as well: the same group?" in page.text and "Cy Loud" in page.text
    asked, _do = several(coordinator, "accept", [first.id, second.id])
    assert "This does nothing." in asked.text and "decide on those one by one" in asked.text


def test_several_are_declined_for_one_reason(visitor, coalition, coordinator, demands):
    ids = [send_as(visitor, coalition, name).id for name in ("Weavers Circle", "Bakers of the Bay")]
    before = len(mails())
    asked, do = several(coordinator, "decline", ids)
    assert "This declines 2 sign-ons." in asked.text
    assert "Write the reason." in do(422, reason=" ").errors()[0]
    assert newest(coalition).state is SignOnState.WAITING
    do(reason="Not of this city.", tell="y")
    assert newest(coalition).state is SignOnState.DECLINED and len(mails()) == before + 2


def test_none_chosen_is_told_and_organizers_do_not_decide(
    visitor, coalition, coordinator, organizer, demands
):
    sign_on = send_as(visitor, coalition, "Weavers Circle")
    page = coordinator.browser.submit(QUEUE, "several", act="accept", chosen=[])
    assert "Choose sign-ons, and what to do with them." in page.text
    seen = organizer.browser.page(f"{QUEUE}{sign_on.id}")
    token = {"csrf_token": seen.form("speaker").find("input").get("value")}
    for path in ("several", f"{sign_on.id}/ask"):
        assert organizer.browser.post(f"{QUEUE}{path}", data=token).status_code == 403
    assert "Accept as new groups" not in organizer.browser.page(QUEUE).text


def hints_of(address, website="", size=None, likely=()):
    sign_on = SignOn(
        name="Weavers", speaker_email=address, website=website, size=size, speaker_email_index=b"a"
    )
    return list_hints(sign_on, likely)


@pytest.mark.parametrize(
    ("address", "website", "size", "told"),
    [
        ("a@mailinator.com", "", None, "at mailinator.com, where anybody opens one for an hour"),
        ("a@post.yopmail.com", "https://weavers.example", None, "for an hour"),
        ("a@Gmail.com", "https://weavers.example", 5000, "at gmail.com, where anybody can have one"),
        ("a@gmail.com", "https://weavers.example", 4999, None),
        ("a@other.example", "https://weavers.example", None, "other.example, the website at weavers.example"),
        ("a@weavers.example", "https://www.weavers.example/join", 9000, None),
        ("a@mail.weavers.example", "https://weavers.example", None, None),
        ("a@weavers.example", "https://local6.weavers.example", None, None),
        ("a@other.example", "https://facebook.com/weavers", None, None),
        ("a@other.example", "", None, None),
    ],
)
def test_the_address_is_told_of_in_neutral_words(app, coalition, address, website, size, told):
    found = hints_of(address, website, size)
    assert (told in found[0] if told else found == []) and len(found) <= 1


def test_somebody_else_who_is_known_to_speak_for_the_group_is_told_of(coalition):
    group = make_organization("Weavers")
    make_contact(group, "Ana", email="ana@weavers.example", is_primary=True)
    likely = [Likely(group, 85.0, [])]
    assert hints_of("b@x.example", likely=likely) == [
        "Somebody else is known here as speaking for “Weavers”."
    ]
    assert hints_of("b@x.example", likely=[Likely(group, 70.0, [])]) == []
    add_contact(PROGRAM, make_organization("Bakers"), {"name": "Bo"})


def test_many_groups_from_one_address_are_told_of(visitor, coalition, coordinator, demands):
    for name in ("Weavers Circle", "Bakers of the Bay", "Sailors Rest", "Gardens for All"):
        sign_on = send_as(visitor, coalition, name, speaker_email="ana@all.example", website="")
    page = coordinator.browser.page(f"{QUEUE}{sign_on.id}")
    assert "4 groups were signed on from this address." in page.text
