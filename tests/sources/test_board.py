"""An employer's board as a source, against a real server on loopback that plays the board."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from cxdigest.errors import SourceError
from cxdigest.extract import extract
from cxdigest.identity import posting_of, tier_of
from cxdigest.model import Alert, Cursor
from cxdigest.net import Http
from cxdigest.sources import Batch, Source
from cxdigest.sources.board import MAX_RECORDS, BoardSource
from tests.servers.web import LOOPBACK, Web

NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
RECORDS = Path(__file__).parent.parent / "pages" / "boards"
LISTING = "/v1/boards/tarnvale/jobs"
POSTINGS = "/v1/companies/TarnVale/postings"
DUTIES = "<p>You will map how guests move from booking to departure.</p>" * 8


class ToLoopback(httpx.BaseTransport):
    """Sends what is meant for the boards' own hosts to the test's server."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        server = urlsplit(self.web.url)
        url = request.url.copy_with(scheme="http", host=server.hostname, port=server.port)
        return self.inner.handle_request(
            httpx.Request(
                request.method, url, headers=request.headers, extensions=request.extensions
            )
        )

    def close(self) -> None:
        self.inner.close()


@pytest.fixture
def http(web: Web) -> Iterator[Http]:
    made = Http(
        user_agent="cxdigest-tests",
        allow=LOOPBACK,
        pace=0,
        tls=ssl.create_default_context(),
        transport=ToLoopback(web),
    )
    yield made
    made.close()


@pytest.fixture
def greenhouse(http: Http) -> BoardSource:
    return BoardSource("tarnvale", "greenhouse", "tarnvale", http)


@pytest.fixture
def smart(http: Http) -> BoardSource:
    return BoardSource("tarnvale", "smartrecruiters", "TarnVale", http)


def poll(
    source: Source, cursor: Cursor | None = None, known: Callable[[str], bool] = lambda _: False
) -> list[Batch]:
    return list(source.fetch(cursor or {}, now=NOW, known=known))


def shown(batches: list[Batch]) -> list[Alert]:
    return [alert for batch in batches for alert in batch.alerts]


def job(number: int, **more: object) -> dict[str, object]:
    url = f"https://boards.greenhouse.io/tarnvale/jobs/{number}"
    return {"id": number, "title": f"Role {number}", "absolute_url": url, "content": DUTIES, **more}


def test_every_opening_is_an_alert_that_reads_as_a_whole_posting(
    greenhouse: BoardSource, web: Web
) -> None:
    web.page(LISTING, (RECORDS / "greenhouse.listing.json").read_bytes(), kind="application/json")
    alerts = shown(poll(greenhouse))
    assert [alert.key for alert in alerts] == ["greenhouse:4012345", "greenhouse:4012346"]
    (sighting,) = extract(alerts[0]).sightings
    assert sighting.format == "board"
    assert sighting.title == "Head of Customer Journeys"
    assert sighting.company == "Tarn & Vale"
    assert sighting.location == "Leeds, England"
    assert sighting.workplace == "hybrid"
    assert sighting.salary == "£60,000-£75,000 a year"
    assert sighting.url == "https://boards.greenhouse.io/tarnvale/jobs/4012345"
    assert sighting.native_id == "greenhouse:4012345"
    assert sighting.posted == "2026-11-02"
    assert sighting.description.startswith("<p>You will map")


def test_a_stored_opening_reads_the_same_again(greenhouse: BoardSource, web: Web) -> None:
    web.page(LISTING, (RECORDS / "greenhouse.listing.json").read_bytes(), kind="application/json")
    for alert in shown(poll(greenhouse)):
        stored = Alert(
            source=alert.source,
            key=alert.key,
            media=alert.media,
            raw=alert.raw,
            digest=alert.digest,
        )
        assert extract(stored) == extract(alert)


def test_its_duties_make_a_full_verdict_possible_at_once(greenhouse: BoardSource, web: Web) -> None:
    web.page(LISTING, json.dumps({"jobs": [job(1)]}), kind="application/json")
    (alert,) = shown(poll(greenhouse))
    posting = posting_of(extract(alert).sightings[0], now=NOW)
    assert tier_of(posting) == "full"
    assert posting.duties_from == "alert"


def test_the_configured_employer_stands_in_where_the_board_names_none(http: Http, web: Web) -> None:
    web.page(LISTING, json.dumps({"jobs": [job(1)]}), kind="application/json")
    source = BoardSource("t", "greenhouse", "tarnvale", http, company="Tarn & Vale")
    (alert,) = shown(poll(source))
    assert extract(alert).sightings[0].company == "Tarn & Vale"


def test_an_unchanged_listing_is_not_sent_again(greenhouse: BoardSource, web: Web) -> None:
    web.page(LISTING, json.dumps({"jobs": [job(1)]}), etag='"v1"', kind="application/json")
    (batch,) = poll(greenhouse)
    assert batch.cursor["etag"] == '"v1"'
    assert poll(greenhouse, batch.cursor) == []
    assert web.requests[-1].headers["If-None-Match"] == '"v1"'


def test_what_is_stored_already_is_not_yielded_again(greenhouse: BoardSource, web: Web) -> None:
    web.page(LISTING, json.dumps({"jobs": [job(1), job(2)]}), kind="application/json")
    alerts = shown(poll(greenhouse, known={"greenhouse:1"}.__contains__))
    assert [alert.key for alert in alerts] == ["greenhouse:2"]


def paged(web: Web, total: int, *, record: bytes = b"", status: int = 200) -> None:
    """SmartRecruiters with *total* openings, two a page."""

    def play(handler) -> None:
        offset = int(handler.path.rpartition("=")[2])
        numbers = range(offset, min(offset + 2, total))
        content = [{"id": str(743999900000000 + n), "name": f"Role {n}"} for n in numbers]
        answer = {"offset": offset, "limit": 100, "totalFound": total, "content": content}
        handler.reply(200, {"Content-Type": "application/json"}, json.dumps(answer).encode())

    web.play(POSTINGS, play)
    for number in range(total):
        web.page(
            f"{POSTINGS}/{743999900000000 + number}", record, status=status, kind="application/json"
        )


def test_a_listing_is_read_page_by_page_and_each_new_record_asked_for(
    smart: BoardSource, web: Web
) -> None:
    record = json.dumps(
        {"name": "Role", "jobAd": {"sections": {"jobDescription": {"text": DUTIES}}}}
    )
    paged(web, 5, record=record.encode())
    batches = poll(smart, known={"smartrecruiters:743999900000003"}.__contains__)
    assert [len(batch.alerts) for batch in batches] == [2, 1, 1]
    assert all(batch.cursor == {} for batch in batches)
    assert all(extract(one).sightings[0].description == DUTIES for one in shown(batches))
    asked = [one.path for one in web.requests if one.path.startswith(POSTINGS + "/")]
    assert f"{POSTINGS}/743999900000003" not in asked
    assert len(asked) == 4


def test_a_record_that_cannot_be_had_costs_the_duties_and_not_the_opening(
    smart: BoardSource, web: Web
) -> None:
    paged(web, 2, status=500)
    sightings = [extract(one).sightings[0] for one in shown(poll(smart))]
    assert [one.title for one in sightings] == ["Role 0", "Role 1"]
    assert [one.description for one in sightings] == ["", ""]


def test_no_more_records_are_asked_for_than_one_poll_may(smart: BoardSource, web: Web) -> None:
    web.page(
        POSTINGS,
        json.dumps(
            {
                "totalFound": 1,
                "content": [{"id": str(743999900000000 + n), "name": "Role"} for n in range(130)],
            }
        ),
        kind="application/json",
    )
    assert len(shown(poll(smart))) == 130
    assert len(web.requests) == 1 + MAX_RECORDS


@pytest.mark.parametrize(
    ("status", "outcome", "words"),
    [
        (404, "gone", "copy the source's `token`"),
        (403, "auth", "refuses access"),
        (429, "throttled", "raise the source's `every`"),
        (500, "network", "tried again"),
    ],
)
def test_a_refusal_says_the_way_out(
    greenhouse: BoardSource, web: Web, status: int, outcome: str, words: str
) -> None:
    web.page(LISTING, "{}", status=status)
    with pytest.raises(SourceError, match=words) as caught:
        poll(greenhouse)
    assert caught.value.outcome == outcome


def test_an_answer_that_is_no_listing_is_kept(greenhouse: BoardSource, web: Web) -> None:
    web.page(LISTING, "<html>Back soon</html>", kind="text/html")
    with pytest.raises(SourceError, match="not JSON") as caught:
        poll(greenhouse)
    assert (caught.value.outcome, caught.value.body) == ("unreadable", b"<html>Back soon</html>")


def test_a_server_that_is_not_there_is_a_network_failure(greenhouse: BoardSource, web: Web) -> None:
    web.cut(LISTING, b"{", announced=100)
    with pytest.raises(SourceError) as caught:
        poll(greenhouse)
    assert caught.value.outcome == "network"
