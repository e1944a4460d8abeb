"""Whose a mail in a mailbox of many people is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxdigest.intake import intake_of, told_by

COACH = "coach@mail.example"
INTAKE = intake_of(
    COACH, [("anna", ("Anna@home.example",)), ("bo", ("bo@home.example",)), ("cy", ())]
)


@pytest.mark.parametrize(
    ("addressed", "owner"),
    [
        (["delivered:coach+cy@mail.example"], "cy"),
        (["delivered:coach+nobody@mail.example"], ""),
        (["delivered:coach@mail.example", "written:anna@home.example"], "anna"),
        (["written:anna+jobs@home.example"], "anna"),
        # What the server wrote goes before what a forwarder did, and that before what anybody may.
        (["delivered:coach+bo@mail.example", "forwarded:anna@home.example"], "bo"),
        (["forwarded:bo@home.example", "sent:anna@home.example"], "bo"),
        (["sent:anna@home.example", "written:bo@home.example"], "anna"),
        # Two people alike: neither.
        (["written:anna@home.example", "written:bo@home.example"], ""),
        (["forwarded:anna@home.example", "forwarded:bo@home.example", "sent:bo@home.example"], ""),
        (["delivered:coach@mail.example", "written:joanna@home.example"], ""),
        (["sent:anna@home.example.evil.example"], ""),
        ([], ""),
    ],
)
def test_the_surest_way_that_leads_to_one_person_decides(addressed, owner):
    assert INTAKE.owner(addressed) == owner


def test_an_address_of_two_people_is_neithers():
    intake = intake_of(COACH, [("anna", ("us@home.example",)), ("bo", ("us@home.example",))])
    assert intake.owner(["delivered:us@home.example"]) == ""


def test_the_mailboxs_own_address_is_nobodys():
    intake = intake_of(COACH, [("anna", (COACH,))])
    assert intake.owner([f"delivered:{COACH}"]) == ""


def test_a_tag_that_another_person_names_is_that_persons():
    intake = intake_of(COACH, [("anna", ()), ("bo", ("coach+anna@mail.example",))])
    assert intake.owner(["delivered:coach+anna@mail.example"]) == "bo"


def test_without_an_address_of_its_own_no_tag_names_anybody():
    intake = intake_of("coach", [("anna", ())])
    assert intake.owner(["delivered:coach+anna@mail.example"]) == ""


def test_the_fingerprint_tells_whose_addresses_are_and_not_who_is_there():
    people = [("anna", ("a@x.example",)), ("bo", ("b@x.example",))]
    known = intake_of("", people).fingerprint
    assert intake_of("", reversed(people)).fingerprint == known
    assert (
        intake_of("", [("anna", ("b@x.example",)), ("bo", ("a@x.example",))]).fingerprint != known
    )


def test_a_mail_that_is_nobodys_is_told_by_what_it_was_for():
    told = [
        "delivered:coach@mail.example", "forwarded:bounce@board.example",
        "sent:alerts@board.example", "written:dee@home.example",
    ]  # fmt: skip
    assert told_by(told, COACH) == "dee@home.example"
    assert told_by(told[:1], COACH) == COACH
    assert told_by(["delivered:coach+dee@mail.example", *told], COACH) == "coach+dee@mail.example"
    assert told_by([], COACH) == ""


_NAMES = ("anna", "bo", "cy")
_ADDRESS = st.sampled_from(
    [f"{name}{tag}@{host}" for name in (*_NAMES, "dee", "coach") for tag in ("", "+anna", "+bo")
     for host in ("mail.example", "home.example")]
)  # fmt: skip
_PEOPLE = st.lists(
    st.tuples(st.sampled_from(_NAMES), st.lists(_ADDRESS, max_size=4)),
    max_size=3, unique_by=lambda person: person[0],
)  # fmt: skip
_WAYS = st.sampled_from(["delivered", "forwarded", "sent", "written"])


@given(_PEOPLE, st.lists(st.tuples(_WAYS, _ADDRESS), max_size=6))
def test_an_owner_is_always_named_by_the_mail_and_by_nobody_else(people, ways):
    """For any people and any mail: who gets it has an address in it, and no other person has that."""
    order = ("delivered", "forwarded", "sent", "written")
    addressed = [f"{way}:{one}" for way, one in sorted(ways, key=lambda one: order.index(one[0]))]
    owner = intake_of(COACH, people).owner(addressed)
    if not owner:
        return
    named = dict(people)[owner]
    others = {one for name, addresses in people if name != owner for one in addresses}
    mine = {f"coach+{owner}@mail.example", *named} - others - {COACH}
    local_parts = {one.partition(":")[2] for one in addressed}
    bases = {
        f"{one.partition('+')[0].partition('@')[0]}@{one.partition('@')[2]}" for one in local_parts
    }
    assert mine & (local_parts | bases)
