"""The step that reads pages: the duties are found where they may be, and nobody is bothered."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from itertools import pairwise

import pytest

from cxdigest.model import Alert, FeedEntry
from cxdigest.pages.hosts import Hosts
from tests.worlds import DAY, HOUR, Scripted, profile

DUTIES = (
    "<p>Own the customer experience strategy from end to end. You map journeys, run the voice of "
    "the customer programme, bring insight from surveys into the roadmap and lead a small team of "
    "experience designers. You work with product, operations and marketing and answer to the "
    "board for the net promoter score. Requirements: eight years in customer experience, service "
    "design or research, and the patience to change a large organisation. We offer a pension, "
    "thirty days of leave and a hybrid week. Apply now.</p>"
)
GREENHOUSE = "https://boards-api.greenhouse.io/v1/boards/foxglove"
LINK = "https://boards.greenhouse.io/foxglove/jobs/4001"
OWN = "https://careers.quillfeather.example/jobs/head-of-cx"


def shown(link, title="Head of Customer Experience", company="Foxglove", place="Leeds, England"):
    raw = f"<feed>{title}{link}</feed>".encode()
    entry = FeedEntry(
        key=link, raw=raw, feed_title="Jobs", feed_id="jobs", title=title, link=link, summary="",
        author="", published=None, fields=(("company", company), ("location", place)),
    )  # fmt: skip
    return Alert(
        source="inbox", key=f"{title}{link}", media="feed", raw=raw, entry=entry,
        digest=hashlib.sha256(raw).hexdigest(),
    )  # fmt: skip


def job(number=4001, title="Head of Customer Experience", place="Leeds, England", content=DUTIES):
    return {
        "id": number, "title": title, "location": {"name": place}, "company_name": "Foxglove",
        "absolute_url": f"https://boards.greenhouse.io/foxglove/jobs/{number}",
        "content": content.replace("<", "&lt;"), "updated_at": "2026-11-10T09:00:00-05:00",
    }  # fmt: skip


def json_ld(**more):
    said = {
        "@context": "https://schema.org", "@type": "JobPosting", "description": DUTIES,
        "title": "Head of Customer Experience", "datePosted": "2026-11-02",
        "hiringOrganization": {"@type": "Organization", "name": "Quillfeather"},
    } | more  # fmt: skip
    return f'<html><head><title>A job</title><script type="application/ld+json">{json.dumps(said)}</script></head><body></body></html>'


@pytest.fixture
def open_world(world, town):
    """A world that may read pages of the town."""
    world.pages = town.desk(world)
    return world


def take(world, *alerts, **more):
    world.sources = [Scripted(script=[list(alerts)])]
    return world.turn(**more).pages


def only(world):
    (posting,) = world.store.every_posting()
    return posting


def test_the_public_record_of_a_board_tells_the_duties_before_the_digest_is_made(open_world, town):
    town.page(f"{GREENHOUSE}/jobs/4001", json.dumps(job()))
    (read,) = take(open_world, shown(LINK))
    assert (read.outcome, read.detail) == ("read", "The duties were read (greenhouse).")
    posting = only(open_world)
    assert "voice of the customer programme" in posting.description
    assert posting.duties_from == "greenhouse"
    assert open_world.store.verdict(posting.id).tier == "full"
    assert len(open_world.mail.mails) == 1
    assert town.asked == [f"{GREENHOUSE}/jobs/4001?pay_transparency=true"]


def test_a_page_that_was_read_is_not_asked_again(open_world, town):
    town.page(f"{GREENHOUSE}/jobs/4001", json.dumps(job()))
    take(open_world, shown(LINK))
    assert open_world.turn(after=30 * DAY).pages == ()
    assert len(town.asked) == 1


def test_a_role_that_a_digest_showed_is_looked_at_again_and_told_to_be_closed(open_world, town):
    town.page(f"{GREENHOUSE}/jobs/4001", json.dumps(job()))
    take(open_world, shown(LINK))
    assert only(open_world).closed == ""
    assert open_world.turn(after=3 * DAY).pages == ()
    town.page(f"{GREENHOUSE}/jobs/4001", "no such job", status=404)
    open_world.turn(after=DAY + HOUR)
    assert "gone" in only(open_world).closed
    assert "CLOSED SINCE" in open_world.mail.mails[-1]["text"]
    assert open_world.turn(after=4 * DAY).pages == ()


def test_a_run_by_hand_asks_for_no_page_again_that_was_read(open_world, town):
    town.page(f"{GREENHOUSE}/jobs/4001", json.dumps(job()))
    take(open_world, shown(LINK))
    assert open_world.turn(after=DAY, everything=True).pages == ()


def test_an_employers_own_page_is_read_where_it_may_be(open_world, town):
    town.page(OWN, json_ld())
    (read,) = take(open_world, shown(OWN, company="Quillfeather"))
    assert read.outcome == "read"
    assert only(open_world).duties_from == "json-ld"


@pytest.fixture
def embedding(town):
    """An employer's page that shows nothing but the board that it embeds."""
    src = "https://boards.greenhouse.io/embed/job_board/js?for=foxglove"
    page = f'<html><body><div id="app"></div><script src="{src}"></script></body></html>'
    town.page(OWN, page)
    return f"{OWN}?gh_jid=4001"


def test_the_record_of_a_board_that_an_employers_page_embeds_tells_the_duties(
    open_world, town, embedding
):
    town.page(f"{GREENHOUSE}/jobs/4001", json.dumps(job()))
    (read,) = take(open_world, shown(embedding, company="Quillfeather"))
    assert (read.outcome, read.detail) == ("read", "The duties were read (greenhouse).")


def test_a_record_that_is_not_there_closes_no_page_that_embeds_its_board(
    open_world, town, embedding
):
    (read,) = take(open_world, shown(embedding, company="Quillfeather"))
    assert read.outcome == "empty"
    assert only(open_world).closed == ""


def test_a_page_that_says_it_is_expired_closes_the_posting(open_world, town):
    town.page(OWN, json_ld(validThrough="2026-10-01"))
    (read,) = take(open_world, shown(OWN))
    assert read.outcome == "closed"
    assert only(open_world).closed
    assert open_world.turn(after=30 * DAY).pages == ()


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_closes_the_posting_with_the_day(open_world, town, status):
    town.page(OWN, "gone", status=status)
    (read,) = take(open_world, shown(OWN))
    assert read.outcome == "gone"
    assert only(open_world).closed == "Its page is gone since 21 November 2026."
    assert open_world.turn(after=DAY).pages == ()
    assert len(town.asked) == 1


def test_a_closed_posting_still_stands_in_the_digest(open_world, town):
    town.page(OWN, "gone", status=404)
    take(open_world, shown(OWN))
    assert "Head of Customer Experience" in open_world.mail.mails[0]["text"]


@pytest.mark.parametrize(
    ("status", "headers", "days"),
    [
        (403, {}, 1),
        (429, {}, 1),
        (429, {"Retry-After": "60"}, 1),
        (429, {"Retry-After": "259200"}, 3),
    ],
)
def test_a_host_that_wants_to_be_left_alone_is_left_alone(open_world, town, status, headers, days):
    town.page(OWN, "no", status=status, headers=headers)
    other = OWN + "-2"
    town.page(other, json_ld())
    reads = take(open_world, shown(OWN), shown(other, title="CX Lead"))
    assert {read.outcome for read in reads} == {"throttled"}
    assert f"answered {status}" in reads[0].detail
    assert len(town.asked) == 1, "the second posting's page is not asked"
    open_world.turn(after=days * DAY - HOUR, everything=True)
    assert len(town.asked) == 1
    open_world.turn(after=2 * HOUR)
    assert len(town.asked) > 1


def test_robots_txt_is_asked_first_and_obeyed(open_world, town):
    town.page(
        "https://careers.quillfeather.example/robots.txt",
        "User-agent: cxdigest\nDisallow: /jobs/\n",
    )
    town.page(OWN, json_ld())
    (read,) = take(open_world, shown(OWN))
    assert read.outcome == "robots"
    assert read.detail == "The robots.txt of careers.quillfeather.example forbids it."
    assert town.all_asked == ["https://careers.quillfeather.example/robots.txt"]


def test_robots_txt_is_kept_for_a_day(open_world, town):
    for number in range(3):
        town.page(f"{OWN}-{number}", json_ld())
    take(open_world, *(shown(f"{OWN}-{number}", title=f"CX Lead {number}") for number in range(3)))
    assert len(town.all_asked) - len(town.asked) == 1
    assert len(town.asked) == 3


@pytest.mark.parametrize("status", [500, 503])
def test_a_robots_txt_that_cannot_be_had_forbids_all_for_now(open_world, town, status):
    robots = "https://careers.quillfeather.example/robots.txt"
    town.page(robots, "oops", status=status)
    town.page(OWN, json_ld())
    (read,) = take(open_world, shown(OWN))
    assert read.outcome == "robots"
    assert "is not asked for now" in read.detail
    town.page(robots, "", status=404)
    (read,) = open_world.turn(after=7 * HOUR).pages
    assert read.outcome == "read"


def test_a_redirect_to_the_login_ends_there(open_world, town):
    login = town.page("https://careers.quillfeather.example/login?next=x", "<input type=password>")
    town.redirect(OWN, login)
    (read,) = take(open_world, shown(OWN))
    assert read.outcome == "auth"
    assert len(town.asked) == 1
    assert open_world.turn(after=30 * DAY, everything=True).pages == ()


@pytest.mark.parametrize(
    "host",
    [
        "www.linkedin.com", "uk.indeed.com", "indeed.co.uk", "www.glassdoor.de", "jobs.monster.com",
        "www.ziprecruiter.co.uk", "www.simplyhired.ca", "de.linkedin.com.",
    ],
)  # fmt: skip
def test_some_boards_are_never_asked_whatever_the_configuration(world, town, host):
    world.pages = town.desk(world, hosts=Hosts(allowed=["boards", "employers", host]))
    direct = f"https://{host}/jobs/view/4012345678/"
    town.page(f"https://{host}/x", json_ld())
    town.redirect(OWN, f"https://{host}/x")
    take(world, shown(direct), shown(OWN, title="CX Lead"))
    assert not [one for one in town.all_asked if host in one]


def test_a_redirect_obeys_the_robots_txt_of_where_it_leads(open_world, town):
    town.redirect(OWN, "https://jobs.elsewhere.example/1")
    town.page("https://jobs.elsewhere.example/robots.txt", "User-agent: *\nDisallow: /1")
    town.page("https://jobs.elsewhere.example/1", json_ld())
    (read,) = take(open_world, shown(OWN))
    assert read.outcome == "robots"
    assert "jobs.elsewhere.example" in read.detail


def test_the_same_opening_is_found_on_the_employers_own_board(world, town):
    world.pages = town.desk(world, boards={"foxglove": [("greenhouse", "foxglove")]})
    listed = [job(1, "CX Lead"), job(2, place="York, England"), job(3)]
    town.page(f"{GREENHOUSE}/jobs", json.dumps({"jobs": listed}))
    (read,) = take(
        world, shown("https://www.linkedin.com/jobs/view/4012345678/", company="Foxglove Ltd")
    )
    assert read.outcome == "read"
    assert only(world).duties_from == "greenhouse"
    assert not [one for one in town.all_asked if "linkedin" in one]


@pytest.mark.parametrize(
    "listed",
    [[], [job(2, place="York, England")], [job(3, "Head of Customer Experience Operations")],
     [job(4, place="")], [job(5), job(6, content=DUTIES + "<p>Nights.</p>")]],
    ids=["none", "another place", "another title", "no place", "two that differ"],
)  # fmt: skip
def test_a_doubt_about_the_opening_is_no_match(world, town, listed):
    world.pages = town.desk(world, boards={"foxglove": [("greenhouse", "foxglove")]})
    town.page(f"{GREENHOUSE}/jobs", json.dumps({"jobs": listed}))
    (read,) = take(world, shown("https://www.linkedin.com/jobs/view/4012345678/"))
    assert read.outcome == "empty"
    posting = only(world)
    assert (posting.description, posting.closed) == ("", "")


def test_where_an_employer_publishes_is_learned_from_links(open_world, town):
    town.page(f"{GREENHOUSE}/jobs/4001", json.dumps(job()))
    town.page(f"{GREENHOUSE}/jobs", json.dumps({"jobs": [job(), job(7, "CX Lead")]}))
    take(open_world, shown(LINK))
    world = open_world
    world.sources = [
        Scripted(
            script=[[shown("https://www.linkedin.com/jobs/view/4012345678/", title="CX Lead")]]
        )
    ]
    (read,) = world.turn(after=2 * HOUR).pages
    assert read.outcome == "read"


def test_a_list_is_asked_for_once_for_many_postings(world, town):
    world.pages = town.desk(world, boards={"foxglove": [("greenhouse", "foxglove")]})
    town.page(f"{GREENHOUSE}/jobs", json.dumps({"jobs": [job()]}))
    alerts = [
        shown(f"https://www.linkedin.com/jobs/view/40123456{n}/", title=f"CX Lead {n}")
        for n in range(10, 16)
    ]
    take(world, *alerts)
    assert len(town.asked) == 1


def test_a_board_that_does_not_know_the_employer_closes_nothing(world, town):
    world.pages = town.desk(world, boards={"foxglove": [("greenhouse", "nobody")]})
    (read,) = take(world, shown("https://www.linkedin.com/jobs/view/4012345678/"))
    assert read.outcome == "empty"
    assert only(world).closed == ""


def test_what_nobody_may_be_asked_about_says_so_and_is_looked_at_again(open_world, town):
    (read,) = take(open_world, shown("https://www.linkedin.com/jobs/view/4012345678/"))
    assert read.outcome == "robots"
    assert read.detail == (
        "LinkedIn forbids programs to read its pages, so www.linkedin.com is never asked."
        " No public board of Foxglove is known that could be asked instead."
    )
    assert town.all_asked == []
    assert open_world.turn(after=HOUR).pages == ()
    assert len(open_world.turn(after=6 * HOUR).pages) == 1


def test_the_budget_of_a_profile_holds_for_its_local_day(world, town):
    world.pages = town.desk(world, per_day={"ada": 2})
    for number in range(5):
        town.page(f"{OWN}-{number}", json_ld())
    alerts = [shown(f"{OWN}-{number}", title=f"CX Lead {number}") for number in range(5)]
    assert len(take(world, *alerts)) == 2
    assert world.turn(after=HOUR).pages == ()
    assert len(world.turn(after=DAY).pages) == 2
    assert len(town.asked) == 4


def test_a_profile_that_wants_no_pages_has_none_asked(world, town):
    world.profiles = [profile("bob")]
    world.pages = town.desk(world, per_day={"ada": 5})
    town.page(OWN, json_ld())
    assert take(world, shown(OWN)) == ()
    assert town.all_asked == []


def test_a_network_failure_is_tried_again_a_few_times_with_growing_waits(open_world, town):
    town.page(OWN, "oops", status=500)
    moments = [open_world.now] if take(open_world, shown(OWN)) else []
    moments += [open_world.now for _ in range(100) if open_world.turn(after=HOUR).pages]
    waits = [round((b - a) / HOUR) for a, b in pairwise(moments)]
    assert waits == [1, 4, 12, 24]
    assert only(open_world).closed == ""


def test_a_page_without_duties_is_asked_again_conditionally(open_world, town):
    town.page(OWN, "<html><body><p>Welcome to our site.</p></body></html>", etag='"one"')
    (read,) = take(open_world, shown(OWN))
    assert read.outcome == "empty"
    open_world.turn(after=2 * DAY)
    assert town.web.requests[-1].headers["If-None-Match"] is None, "nothing of it was understood"


def test_a_consent_wall_is_not_read_as_duties(open_world, town):
    wall = "<html><title>Before you continue</title><body><p>We value your privacy. Accept all cookies? Manage options. Reject all.</p></body></html>"
    town.page(OWN, wall)
    (read,) = take(open_world, shown(OWN))
    assert read.outcome == "auth"
    assert only(open_world).description == ""


def test_two_workers_never_ask_one_host_at_once(world, town):
    world.pages = town.desk(world, holder="w1")
    town.page(OWN, json_ld())
    store, now = world.store, world.now
    assert store.claim_host(
        "careers.quillfeather.example", now=now, until=now + 900 * HOUR / 3600, holder="w2"
    )
    assert take(world, shown(OWN)) == ()
    assert town.all_asked == []
    store.release_host("careers.quillfeather.example", free=now, holder="w2")
    (read,) = world.turn(after=timedelta(seconds=1)).pages
    assert read.outcome == "read"


def test_the_pause_that_a_site_wants_is_kept(world, town):
    world.pages = town.desk(world, pace=timedelta(seconds=1))
    town.page("https://careers.quillfeather.example/robots.txt", "User-agent: *\nCrawl-delay: 7\n")
    for number in range(3):
        town.page(f"{OWN}-{number}", json_ld())
    take(world, *(shown(f"{OWN}-{number}", title=f"CX Lead {number}") for number in range(3)))
    assert town.slept == [7.0, 7.0]
