"""A digest that waits for its coach: asked once, sent once, and nothing is lost whatever is said."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from cxdigest.errors import WrongUseError
from cxdigest.pipeline.deliveries.deliver import leaving_by
from cxdigest.pipeline.reviews.review import for_review
from cxdigest.pipeline.reviews.reviewing import (
    LONGEST_NOTE,
    approve,
    drop,
    hold,
    keep,
    postings_of,
    preview_of,
    write_note,
)
from cxdigest.render import UNSUBSCRIBE
from tests.pipeline.practice import LINKS, Practice, client, coach
from tests.worlds import DAY, HOUR, MINUTE, NOW, Scripted, alert

#: Every profile sends at seven, and this is when the clock of a practice stands.
SEND = NOW - 30 * MINUTE


@pytest.fixture
def practice(tmp_path):
    """A coach with one client, whose digest waits for two hours."""
    made = Practice(tmp_path, sources=[Scripted(script=[[alert("CX Lead"), alert("CX Designer")]])])
    yield made
    made.store.close()


def ids(practice, *titles):
    return [
        one.candidate.posting.id
        for one in postings_of(practice.street, practice.waiting())
        if one.candidate.posting.title in titles
    ]


def test_the_client_gets_nothing_and_the_coach_is_asked_once(practice):
    (composed,) = practice.turn().composed
    assert composed.until == NOW + 2 * HOUR
    practice.turn(after=MINUTE)
    assert practice.mails_to("ada") == []
    (asked,) = practice.mails_to("berta")
    assert asked.startswith("For review: Ada, Saturday 21 November 2026\n")
    assert "If you say nothing until 09:30 on Sat 21 Nov (UTC time), it is sent." in asked
    link = f"https://digest.example/review/{LINKS.token(practice.waiting().id, 'look')}"
    assert link in asked
    assert "CX Lead" in asked, "what the client will get stands below"


def test_at_the_deadline_it_is_sent_as_configured_and_once(practice):
    practice.turn()
    practice.turn(after=2 * HOUR - MINUTE)
    assert practice.mails_to("ada") == []
    practice.turn(after=MINUTE)
    practice.turn(after=MINUTE)
    (mail,) = practice.mails_to("ada")
    assert "CX Lead" in mail
    assert practice.waiting().state == "ready"


def test_an_approval_sends_before_the_deadline_and_the_deadline_does_nothing_more(practice):
    practice.turn()
    assert approve(practice.street, practice.waiting()) == (
        "The digest of ada for Sat 21 Nov is approved and goes out now."
    )
    practice.turn(after=MINUTE)
    practice.turn(after=3 * HOUR)
    assert len(practice.mails_to("ada")) == 1
    with pytest.raises(WrongUseError, match="waits for no review: it went out"):
        approve(practice.street, practice.waiting())


def test_two_approvals_and_the_deadline_at_once_send_one_mail(practice):
    practice.turn()
    practice.now += 3 * HOUR
    one = practice.waiting()

    def act(number):
        try:
            if number % 2:
                practice.turn()
            else:
                approve(practice.street, one)
        except WrongUseError:
            return "late"
        return "done"

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, range(8)))
    practice.turn()
    assert len(practice.mails_to("ada")) == 1


def test_what_is_held_at_the_deadline_can_be_approved_until_the_next_is_made(practice):
    practice.profiles = [client(otherwise="hold")]
    practice.turn()
    practice.turn(after=3 * HOUR)
    assert practice.waiting().state == "held"
    assert practice.mails_to("ada") == []
    practice.turn(after=20 * HOUR)  # half past six of the next morning
    approve(practice.street, practice.waiting())
    practice.turn(after=MINUTE)
    (mail,) = practice.mails_to("ada")
    assert "CX Lead" in mail


def test_what_was_never_approved_stands_in_the_next_digest(practice):
    practice.profiles = [client(otherwise="hold")]
    practice.turn()
    old = practice.waiting()
    drop(practice.street, old, ids(practice, "CX Designer"))
    practice.turn(after=3 * HOUR)

    practice.turn(after=DAY)

    assert practice.store.review(old.id).state == "lapsed"
    new = practice.waiting()
    assert (new.day, new.state) == (date(2026, 11, 22), "review")
    titles = [one.candidate.posting.title for one in postings_of(practice.street, new)]
    assert titles == ["CX Lead"], "what the coach left out does not come again"
    with pytest.raises(WrongUseError, match="its postings stand in that one"):
        approve(practice.street, old)
    assert practice.mails_to("ada") == []
    assert "CX Lead" in practice.mails_to("berta")[-1]


def test_a_held_digest_waits_over_days_on_which_none_is_made(practice):
    practice.profiles = [client(otherwise="hold", days=frozenset({5}))]  # on Saturdays
    practice.turn()
    practice.turn(after=3 * HOUR)
    practice.turn(after=5 * DAY)
    assert practice.waiting().state == "held"
    practice.turn(after=2 * DAY)
    assert practice.waiting().day == date(2026, 11, 28)


def test_a_deadline_that_nobody_was_awake_for_is_kept_before_the_next_digest_is_made(practice):
    practice.turn()
    practice.turn(after=2 * DAY)
    assert "CX Lead" in practice.mails_to("ada")[0]
    assert practice.waiting().day == date(2026, 11, 23)


def test_a_note_stands_on_top_and_a_dropped_posting_is_not_sent(practice):
    practice.turn()
    one = practice.waiting()
    assert write_note(practice.street, one, " The first is for you.\n") == (
        "The digest of ada for Sat 21 Nov has your note on top."
    )
    assert drop(practice.street, one, ids(practice, "CX Designer")) == (
        "1 posting left out of the digest of ada for Sat 21 Nov."
    )
    approve(practice.street, one)
    practice.turn(after=MINUTE)
    (mail,) = practice.mails_to("ada")
    assert "The first is for you." in mail
    assert "CX Designer" not in mail
    assert mail.index("The first is for you.") < mail.index("CX Lead")
    practice.turn(after=DAY)
    approve(practice.street, practice.waiting())
    practice.turn(after=MINUTE)
    assert "CX Designer" not in practice.mails_to("ada")[-1], "it never comes again"


def test_a_drop_and_a_note_can_be_taken_back(practice):
    practice.turn()
    one = practice.waiting()
    chosen = ids(practice, "CX Designer")
    write_note(practice.street, one, "Hello")
    drop(practice.street, one, chosen)
    assert [found.dropped for found in postings_of(practice.street, practice.waiting())] == [
        found.candidate.posting.id in chosen
        for found in postings_of(practice.street, practice.waiting())
    ]
    keep(practice.street, one, chosen)
    assert write_note(practice.street, one, "").endswith("has no note on top.")
    approve(practice.street, one)
    practice.turn(after=MINUTE)
    (mail,) = practice.mails_to("ada")
    assert "CX Designer" in mail
    assert "Hello" not in mail


def test_changes_at_the_same_moment_are_all_made(practice):
    practice.turn()
    one = practice.waiting()
    lead, designer = ids(practice, "CX Lead"), ids(practice, "CX Designer")
    works = [
        lambda: write_note(practice.street, one, "Hello"),
        lambda: drop(practice.street, one, lead),
        lambda: drop(practice.street, one, designer),
    ]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda work: work(), works))
    now = practice.waiting()
    assert (now.note, set(now.dropped)) == ("Hello", {*lead, *designer})
    text = practice.store.review_payload(now.id).text
    assert "Hello" in text
    assert "CX Lead" not in text


def test_a_hold_is_said_and_can_be_said_twice(practice):
    practice.turn()
    one = practice.waiting()
    for _ in range(2):
        assert "can be approved until the next one is made" in hold(practice.street, one)
    practice.turn(after=3 * HOUR)
    assert practice.mails_to("ada") == []


def test_what_makes_no_sense_is_told(practice):
    practice.turn()
    one = practice.waiting()
    with pytest.raises(WrongUseError, match="has no posting nonsense"):
        drop(practice.street, one, ["nonsense"])
    with pytest.raises(WrongUseError, match=r"write at most 4,000"):
        write_note(practice.street, one, "x" * (LONGEST_NOTE + 1))
    with pytest.raises(WrongUseError, match="is not there any more"):
        approve(practice.street, replace(one, id="none"))


def test_the_preview_has_no_links_of_the_reader_and_is_otherwise_what_is_sent(practice):
    practice.turn()
    shown = preview_of(practice.street, practice.waiting())
    frozen = practice.store.review_payload(practice.waiting().id)
    assert shown.subject == frozen.subject
    assert shown.text == leaving_by(frozen, "").text, "else this world gives its readers no links"
    assert UNSUBSCRIBE in frozen.text
    assert UNSUBSCRIBE not in shown.text + shown.html
    (asked,) = practice.mails_to("berta")
    assert "Stop these mails" not in asked.partition("Below is what Ada will get")[2]


def test_without_a_page_the_mail_says_which_mails_or_commands_to_use(practice):
    practice.links = replace(LINKS, public_url="", address="alerts@inbox.example")
    practice.turn()
    (asked,) = practice.mails_to("berta")
    one = practice.waiting()
    token = LINKS.token(one.id, "approve")
    assert f"Approve: mailto:alerts@inbox.example?subject=cxdigest%20{token}\n" in asked
    practice.links = None
    practice.turn(after=DAY)
    assert "cxdigest review approve ada" in practice.mails_to("berta")[-1]


def test_a_coach_who_is_not_there_is_not_asked_and_the_deadline_holds(practice):
    practice.coaches = []
    practice.turn()
    practice.turn(after=2 * HOUR)
    assert len(practice.mails_to("ada")) == 1
    assert practice.mails_to("berta") == []


def test_a_day_without_a_review_is_sent_at_once(practice):
    practice.profiles = [client(wait=None)]
    practice.turn()
    assert len(practice.mails_to("ada")) == 1


@pytest.mark.parametrize(
    ("made", "zone", "deadline"),
    [
        # At seven, an hour before by hand, and four hours late: always two hours for the coach.
        ("2026-11-21T07:00", "UTC", "2026-11-21T09:00"),
        ("2026-11-21T06:00", "UTC", "2026-11-21T09:00"),
        ("2026-11-21T11:00", "UTC", "2026-11-21T13:00"),
        # The clocks go back at three in Berlin: seven is then six in UTC, not five.
        ("2026-10-25T06:00", "Europe/Berlin", "2026-10-25T08:00"),
    ],
)
def test_the_coach_has_as_long_as_was_promised(made, zone, deadline):
    profile = client(zone=ZoneInfo(zone), send_at=time(7))
    moment = datetime.fromisoformat(made + "+00:00")
    waits = for_review(profile, moment.date(), moment)
    assert waits.deadline == datetime.fromisoformat(deadline + "+00:00")


def test_a_client_whose_coach_is_another_is_not_shown_to_this_one(practice):
    practice.sources = [
        Scripted(script=[[alert("Of Ada")]]),
        Scripted("feed", [[alert("Of Ben", source="feed")]]),
    ]
    practice.profiles = [client("ada"), client("ben", by="carl", sources=("feed",))]
    practice.coaches = [coach("berta"), coach("carl")]
    practice.turn(after=HOUR)
    for name, own, foreign in (("berta", "Ada", "Ben"), ("carl", "Ben", "Ada")):
        texts = "\n".join(practice.mails_to(name))
        assert f"Of {own}" in texts
        assert foreign not in texts
