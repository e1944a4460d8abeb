"""The pages of numbers, asked over a real socket, on a world small enough to count by hand.

Ada's sources showed twelve openings whose title claims customer experience, in two weeks with a
week between them in which nobody looked; Ben's showed one. It is Saturday 21 November 2026.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from cxdigest.config.web import WebConfig
from cxdigest.model import Coach
from cxdigest.rules.trials.published import published
from cxdigest.web.beside import desk_for
from cxdigest.web.who import Visitor
from tests.asking import asking
from tests.store.world import judge, posting_id, read, sighting, take_in, verdict
from tests.web.conftest import look
from tests.web.shown import shown
from tests.worlds import DAY, NOW, World, profile

ODD = "=cmd()<img src=x onerror=alert(1)>"
ADMIN = Visitor(name="you", role="admin", way="alone", session="alone")
COACH = Visitor(name="berta", role="coach", way="session", coach="berta", session="b")
CLIENT = Visitor(name="ada", role="client", way="session", profile="ada", session="a")


@dataclass
class _Named:
    """The part of a configuration that the page asks."""

    web: WebConfig = field(default_factory=WebConfig)


@dataclass
class Hall:
    """A world and who looks at its numbers."""

    world: World
    visitor: Visitor = ADMIN
    config: _Named = field(default_factory=_Named)
    client: httpx.Client = field(init=False)  #: of the pages, where they are served

    def shown(self, *titles, days_ago, source="inbox", judged=True, company="Tarn", **more):
        """One alert with openings of these titles; returns the id of the first."""
        every = [sighting(title, company=company) for title in titles]
        when = NOW - days_ago * DAY
        alert = read(f"{titles[0]}-{source}", *every, source=source, now=when)
        take_in(self.world.store, alert, source=source, now=when)
        self.polled(source, days_ago)
        ids = [posting_id(one) for one in every]
        if judged:
            rules = self.world.rules.fingerprint
            judge(self.world.store, *(verdict(one, rules=rules, **more) for one in ids))
        return ids[0]

    def polled(self, source, days_ago):
        when = NOW - days_ago * DAY
        self.world.store.record_poll(
            source, outcome="new", message="", now=when, next_poll=when, holder="w"
        )

    def say(self, name, posting, word):
        self.world.store.record_feedback(name, posting, word, way="link", sender="", now=NOW)

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def text(self, path: str) -> str:
        """The page's words, tags gone and space folded."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        body = re.sub(r"<svg.*?</svg>", " ", answer.text, flags=re.DOTALL)
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))

    def rows(self, path: str) -> list[list[str]]:
        answer = self.get(path)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        return list(csv.reader(io.StringIO(answer.text)))


@contextlib.contextmanager
def opened(folder) -> Iterator[Hall]:
    world = World(
        folder,
        profiles=(
            profile("ada", sources=("inbox", ODD)),
            profile("ben", sources=("bens",), coach="berta"),
            profile("cleo", sources=("mail/cleo",), coach="berta"),
        ),
    )
    hall = Hall(world)
    desk = replace(desk_for(world.street), templates=look(), config=hall.config)
    with (
        shown(desk, lambda: hall.visitor) as address,
        asking(address) as client,
    ):
        hall.client = client
        yield hall
    world.store.close()


@pytest.fixture
def hall(tmp_path) -> Iterator[Hall]:
    with opened(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> Path:
    """The folder of the world that a hand counts, filled once."""
    folder = tmp_path_factory.mktemp("numbers")
    with opened(folder) as hall:
        _fill(hall)
    return folder


@pytest.fixture
def counted(filled, tmp_path) -> Iterator[Hall]:
    shutil.copytree(filled, tmp_path / "world")
    with opened(tmp_path / "world") as made:
        yield made


def _fill(hall):
    """Last week 2 genuine, 5 service, 1 unclear; three weeks ago 1 genuine, 2 store, 1 unclear."""
    for kind, number in (("genuine", 2), ("service", 5), ("unclear", 1)):
        tier = "title" if kind == "unclear" else "full"
        titles = [f"Senior CX {kind} {one}" for one in range(number)]
        hall.shown(*titles, days_ago=8, kind=kind, tier=tier)
    for kind, number in (("genuine", 1), ("store", 2), ("unclear", 1)):
        titles = [f"CX Agent {kind} {one}" for one in range(number)]
        hall.shown(*titles, days_ago=22, kind=kind, tier="snippet", source=ODD)
    hall.shown("Ben's CX", days_ago=1, source="bens", kind="sales", tier="full")
    # The same opening, shown to both: once in each one's numbers, once in all.
    hall.shown("Senior CX genuine 0", days_ago=9, source="bens", tier="full")


def test_numbers_are_those_that_a_hand_counts(counted):
    text = counted.text("/numbers/ada")
    assert "Numbers: Ada" in text
    assert "Your alerts, not the market" in text
    assert "3 of 12 were genuine" in text
    # Wilson's interval for 3 of 12, z 1.96: middle (0.25 + 0.1601) / 1.3201 = 0.3106, half 0.2217.
    assert "25.0 % (8.9 to 53.2)" in text
    assert (
        "2 of 12, cannot be told yet: if all of those were genuine too it would be 41.7 %" in text
    )
    assert "7 from the duties, 4 from the alert's snippet, 1 from the title alone" in text.replace(
        "&#39;", "'"
    )


def test_share_of_fewer_than_ten_is_not_stated(counted):
    text = counted.text("/numbers/ben")
    assert "1 of 2 was genuine" in text
    assert "Too few for a share" in text
    assert not re.search(r"\d % \(", text.partition("How right")[0])


def test_weeks_are_those_of_the_profile_with_a_gap_where_nobody_looked(counted):
    head, *weeks = counted.rows("/numbers/ada/table.csv?of=periods")
    assert head[:5] == ["week_begins", "polled", "over", "n", "genuine"]
    shown = [(begins, polled, over, *rest[:3]) for begins, polled, over, *rest in weeks]
    assert shown == [
        ("2026-10-12", "no", "yes"),
        ("2026-10-19", "no", "yes"),
        ("2026-10-26", "yes", "yes", "4", "1", "1"),
        ("2026-11-02", "no", "yes"),
        ("2026-11-09", "yes", "yes", "8", "2", "1"),
        ("2026-11-16", "no", "no"),
    ]


def test_week_begins_on_the_clocks_of_the_profile(hall):
    # Sunday 15 November, 15:30 in UTC, is Monday in Auckland.
    hall.world.profiles = (replace(hall.world.profiles[0], zone=_zone("Pacific/Auckland")),)
    days_ago = (NOW - (NOW - timedelta(days=6) + timedelta(hours=8))) / DAY
    hall.shown("Head of CX", days_ago=days_ago)
    desk_rows = _asked(hall, "12w")
    assert [
        (one.begins.isoformat(), one.counts.n) for one in desk_rows.periods if one.counts.n
    ] == [("2026-11-16", 1)]


def test_levels_sources_and_senders_are_told_apart(counted):
    levels = {row[0]: row[1:3] for row in counted.rows("/numbers/ada/table.csv?of=levels")[1:]}
    assert levels == {"senior level": ["8", "2"], "entry or mid level": ["4", "1"]}
    sources = {row[0]: row[1:3] for row in counted.rows("/numbers/ada/table.csv?of=sources")[1:]}
    assert sources == {"inbox": ["8", "2"], f"'{ODD}": ["4", "1"]}
    formats = {row[0]: row[1:3] for row in counted.rows("/numbers/ada/table.csv?of=formats")[1:]}
    assert formats == {"Indeed": ["12", "3"]}


def test_kinds_are_told_with_shares_and_intervals(counted):
    found = {row[0]: row[1:] for row in counted.rows("/numbers/ada/table.csv?of=kinds")[1:]}
    assert found["genuine"] == ["3", "12", "25.0", "8.9", "53.2"]
    assert found["service"] == ["5", "12", "41.7", "19.3", "68.0"]
    # Nought of twelve: the interval ends at 3.8416 / 15.8416.
    assert found["sales"] == ["0", "12", "0.0", "0.0", "24.3"]


def test_all_sources_together_count_each_opening_once(counted):
    assert "3 of 13 were genuine" in counted.text("/numbers")
    found = {row[0]: row[1] for row in counted.rows("/numbers.csv?of=sources")[1:]}
    assert found == {"inbox": "7", f"'{ODD}": "4", "bens": "2"}


def test_files_hold_no_words_of_a_posting(counted):
    counted.say("ada", counted.shown("CX Agent store 0", days_ago=22, source=ODD), "genuine")
    for of in ("kinds", "periods", "levels", "sources", "formats", "readers"):
        for path in (f"/numbers/ada/table.csv?of={of}", f"/numbers.csv?of={of}&span=all"):
            answer = counted.get(path)
            assert answer.status_code == 200
            assert "Senior CX" not in answer.text
            assert "Tarn" not in answer.text
            assert "jobs.example" not in answer.text
            assert (
                answer.headers["content-disposition"] == f'attachment; filename="cxdigest-{of}.csv"'
            )
            assert not re.search(r"(?m)(^|,)[\"]?[=+@-]", answer.text)
    assert counted.get("/numbers/ada/table.csv?of=titles").status_code == 404
    assert counted.get("/numbers.csv?of=../x").status_code == 404


def test_source_with_markup_in_its_name_is_text(counted):
    page = counted.get("/numbers/ada").text
    assert "<img" not in page
    assert "=cmd()&lt;img src=x onerror=alert(1)&gt;" in page
    assert " style=" not in page


def test_plots_have_a_title_a_description_and_a_table_behind_them(counted):
    counted.shown("CX more 0", "CX more 1", "CX more 2", days_ago=8)
    page = counted.get("/numbers/ada").text
    assert page.count('role="img"') == 2
    assert page.count("<title id=") == page.count("<desc id=") == 2
    assert "<summary>The numbers as a table</summary>" in page
    assert "nobody looked" in page
    for kind in ("genuine", "service", "unclear"):
        assert f'<pattern id="p-{kind}"' in page
        assert f'fill="url(#p-{kind})"' in page


def test_readers_words_stand_against_what_the_judge_said(counted):
    found = {title: posting_id(sighting(title, company="Tarn")) for title in (
        "Senior CX genuine 0", "Senior CX genuine 1", "Senior CX service 0", "Senior CX service 1",
        "Senior CX unclear 0",
    )}  # fmt: skip
    counted.say("ada", found["Senior CX genuine 0"], "genuine")
    counted.say("ada", found["Senior CX genuine 1"], "not-genuine")
    counted.say("ada", found["Senior CX service 0"], "not-genuine")
    counted.say("ada", found["Senior CX service 1"], "genuine")
    counted.say("ada", found["Senior CX unclear 0"], "genuine")
    counted.say("ben", found["Senior CX genuine 0"], "not-genuine")
    head, *rows = counted.rows("/numbers/ada/table.csv?of=readers")
    assert head == ["judge_said", "readers_said_genuine", "readers_said_not_genuine", "n"]
    assert rows == [
        ["genuine", "1", "1", "2"],
        ["service", "1", "1", "2"],
        ["unclear", "1", "0", "1"],
    ]
    text = counted.text("/numbers/ada")
    assert "5 words of readers since the beginning, 5 of them on verdicts of the rules" in text
    assert "No fair sample" in text
    assert "6 words of readers" in counted.text("/numbers")
    assert "1 word of readers" in counted.text("/numbers/ben")
    readers = _asked(counted, "12w").readers
    assert [(one.hits, one.n) for one in readers.figures] == [(1, 2), (1, 2)]


def test_published_accuracy_is_dated_and_names_its_rules(counted):
    text = counted.text("/numbers/ada")
    known = published()
    assert f"Published on {known.day} for the shipped rules {known.fingerprint}" in text
    assert "The rules here are the same." in text
    (kept,) = [one for one in known.figures["full", "real"] if one.name == "genuine kept in sight"]
    assert f"{kept.hits} of {kept.n}" in text


def test_page_of_nobody_who_ever_polled_is_calm(hall):
    for span in ("12w", "26w", "12m", "all", "nonsense"):
        text = hall.text(f"/numbers/ada?span={span}")
        assert "No title that claims customer experience came" in text
        assert "No reader has said yet" in text
        assert hall.rows(f"/numbers/ada/table.csv?of=periods&span={span}")[0][1] == "polled"
    assert hall.rows("/numbers.csv?of=kinds")[1] == ["genuine", "0", "0", "", "", ""]


def test_one_opening_alone_is_shown_as_what_it_is(hall):
    hall.shown("Head of CX", days_ago=1, tier="full")
    text = hall.text("/numbers/ada")
    assert "1 of 1 was genuine" in text
    assert "lead or executive level" in text
    assert "100.0 % (" not in text.partition("How right")[0]


def test_opening_that_is_not_judged_is_told_and_counts_nowhere(hall):
    hall.shown("Head of CX", days_ago=1)
    hall.shown("CX Lead", days_ago=1, judged=False)
    text = hall.text("/numbers/ada")
    assert "1 of 1 was genuine" in text
    assert (
        "1 openings of this time are not judged" in text or "1 opening of this time is not" in text
    )


def test_client_sees_the_own_numbers_and_nobody_elses(counted):
    counted.visitor = CLIENT
    assert "3 of 12 were genuine" in counted.text("/numbers/ada")
    assert counted.get("/numbers/ben").status_code == 404
    assert counted.get("/numbers/ben/table.csv?of=kinds").status_code == 404
    assert counted.get("/numbers").status_code == 403
    assert counted.get("/numbers.csv?of=kinds").status_code == 403


def test_coach_sees_the_own_clients_together_and_nobody_elses(counted):
    counted.text("/numbers")  # the admin's, which is kept
    counted.visitor = COACH
    text = counted.text("/numbers")
    assert "Numbers: Your clients together" in text
    assert "1 of 2 was genuine" in text
    assert "inbox" not in text
    assert counted.get("/numbers/ada").status_code == 404
    assert counted.get("/numbers/ada/table.csv?of=kinds").status_code == 404


def test_who_is_not_known_sees_nothing(tmp_path):
    with opened(tmp_path) as hall:
        desk = replace(desk_for(hall.world.street), templates=look())
        with (
            shown(desk) as address,
            asking(address) as client,
        ):
            for path in (
                "/numbers",
                "/numbers/ada",
                "/numbers.csv?of=kinds",
                "/numbers/ada/table.csv?of=kinds",
            ):
                assert "CX" not in client.get(path).text
                assert client.get(path).status_code in {303, 401}


def _employ(hall):
    def openings(name, number, company, **more):
        titles = [f"CX {name} {one}" for one in range(number)]
        hall.shown(*titles, days_ago=2, company=company, **more)

    openings("a", 5, "Tarn & Vale Ltd", kind="service", tier="full")
    openings("b", 4, "Four Hills", kind="service", tier="full")
    openings("c", 1, "Four Hills", kind="unclear", tier="title")
    openings("d", 6, "Quayside Recruitment", tier="full")


def test_employers_are_named_to_an_admin_alone_and_only_where_that_is_switched_on(hall):
    _employ(hall)
    assert "Tarn & Vale" not in hall.get("/numbers").text.replace("&amp;", "&")
    hall.config.web = WebConfig(employers=True)
    text = hall.text("/numbers").replace("&amp;", "&")
    # Nought of five: the interval ends at 3.8416 / 8.8416.
    assert "Tarn & Vale Ltd 0 of 5 0.0 % (0.0 to 43.4) 0 of 5" in text
    assert "Four Hills" not in text
    assert "Quayside" not in text
    assert "Employers" not in hall.text("/numbers/ada")
    for of in ("kinds", "periods", "levels", "sources", "formats", "readers"):
        assert "Tarn" not in hall.get(f"/numbers.csv?of={of}").text
    for visitor in (COACH, CLIENT):
        hall.visitor = visitor
        assert "Tarn" not in hall.get("/numbers").text
        assert "Tarn" not in hall.get("/numbers/ada").text


def test_coachs_weeks_are_on_the_coachs_clocks(hall):
    coach = Coach(
        name="berta", heading="Berta", recipients=(), send_at=hall.world.profiles[0].send_at,
        zone=_zone("Europe/Vienna"), days=frozenset(range(7)),
    )  # fmt: skip
    hall.world.more["coaches"] = (coach,)
    hall.visitor = COACH
    desk = replace(desk_for(hall.world.street), templates=look())
    with (
        shown(desk, lambda: COACH) as address,
        asking(address) as client,
    ):
        assert "Europe/Vienna" in client.get("/numbers").text


def _zone(name):
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def _asked(hall, span):
    from cxdigest.console.numbers.claims import asked_by, count
    from cxdigest.console.numbers.periods import SPANS

    street = hall.world.street
    return count(street.store, asked_by(street, street.profiles[0], SPANS[span]), now=NOW)
