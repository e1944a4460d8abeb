"""A mailbox's older alerts, taken in at a word in the console; the mailbox is a real Dovecot's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cxdigest.pipeline import turn
from cxdigest.pipeline.alerts import importing
from cxdigest.pipeline.alerts import older as pipeline
from cxdigest.pipeline.beside import at_once
from cxdigest.sources import older as mails
from tests.asking import asking
from tests.imports.exports import CONFIG, alert, foreign, home_in
from tests.servers.dovecot import Dovecot
from tests.web.console.instance import Console, opened
from tests.web.shown import shown

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
INBOX = "/sources/inbox"


@pytest.fixture
def console(tmp_path, dovecot: Dovecot, monkeypatch) -> Iterator[Console]:
    """The console over a mailbox with alerts of one, 20, 100 and 500 days ago, not polled yet."""
    monkeypatch.setattr(importing, "BATCH", 1)
    monkeypatch.setattr(mails, "_PAUSE", 0)
    monkeypatch.setattr(pipeline, "_OFTEN", timedelta())
    user = dovecot.user()
    for number, days in enumerate((500, 100, 20, 1)):
        came = NOW - days * DAY
        dovecot.deliver(user, alert(number, came=came), foreign(number), received=came)
    at = (
        f"host: 127.0.0.1\n    port: {dovecot.imap_port}\n    security: none\n    user: {user.name}"
    )
    lines = "host: 127.0.0.1\n    user: you@example.org"
    home_in(tmp_path, CONFIG.replace(lines, at))
    (tmp_path / "secrets" / "mailbox").write_text(f"{user.password}\n")
    with opened(tmp_path) as made:
        made.now = NOW
        with shown(made.desk, lambda: made.visitor) as address, asking(address) as client:
            made.client = client
            yield made


def work(console: Console) -> None:
    """Have the worker look at what was asked for, and wait until it is done."""
    pipeline.take_older_waiting(replace(console.street, beside=at_once))


def words(console: Console) -> str:
    """What the source's page says of older alerts."""
    page = console.get(INBOX).text
    piece = page.partition('id="older-state"')[2].partition("</section>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", piece).split())


def test_they_are_taken_in_by_the_worker_and_stand_in_no_digest(console):
    assert "stands in no digest" in words(console)
    answer = console.post(f"{INBOX}/older", days="365")
    assert answer.headers["location"] == f"{INBOX}#older"
    assert "A worker begins at its next look." in words(console)
    work(console)
    assert "Done: the archive goes back 1 year now." in words(console)
    assert "4 looked at 2 taken in as alerts 2 of other senders" in words(console)
    console.now = datetime.now(UTC)
    (one,) = turn(console.street, everything=True).composed
    assert one.digest
    shown_in_it = (*one.digest.genuine, *one.digest.unclear, *one.digest.flagged)
    assert [each.posting.title[-1] for each in shown_in_it] == ["3"]


def test_how_far_it_is_is_shown_and_it_stops_at_a_word_and_goes_on_from_there(console, monkeypatch):
    seen: list[str] = []
    steps = pipeline.import_mails

    def watched(*given, **more):
        for number, step in enumerate(steps(*given, **more)):
            yield step
            if number == 1 and not seen:
                piece = console.get(f"{INBOX}/older", headers={"HX-Request": "true"}).text
                seen.append(piece)
                assert console.post(f"{INBOX}/older/stop").status_code == 303
                seen.append(words(console))

    monkeypatch.setattr(pipeline, "import_mails", watched)
    console.post(f"{INBOX}/older", days="365")
    work(console)
    assert "The older alerts are being taken in." in seen[0]
    assert re.search(r'<progress max="4" value="[12]"', seen[0])
    assert 'hx-trigger="every 3s"' in seen[0]
    assert "It stops after the mails in hand." in seen[1]
    assert "Stop " not in seen[1], "nobody presses it twice"
    assert "Stopped. What was taken in stays" in words(console)
    assert "Go on" in words(console)
    work(console)
    assert "Stopped." in words(console), "nobody goes on by themselves"
    console.post(f"{INBOX}/older", days="365")
    work(console)
    assert "4 looked at 2 taken in as alerts 2 of other senders" in words(console)


def test_what_a_command_took_in_of_another_span_goes_on_from_there(console):
    with pipeline.holding(console.street, "inbox", days=200, beside=False) as held:
        mailbox = console.street.sources["inbox"]
        assert next(held.steps(mailbox, senders=())).mails == 1
    assert "Stopped." in words(console)
    assert '<option value="200" selected>200 days</option>' in console.get(INBOX).text
    assert console.post(f"{INBOX}/older", days="200").status_code == 303
    work(console)
    assert "Done: the archive goes back 200 days now." in words(console)


def test_a_mailbox_whose_polls_go_back_as_far_offers_nothing(console):
    config = console.folder / "config.yaml"
    config.write_text(config.read_text().replace("    senders:", "    since: 1825\n    senders:"))
    with (
        opened(console.folder) as anew,
        shown(anew.desk, lambda: console.visitor) as address,
        asking(address) as client,
    ):
        assert "older-state" not in client.get(INBOX).text


def test_a_worker_that_is_ended_in_the_midst_is_gone_on_with_by_the_next(console, monkeypatch):
    steps = pipeline.import_mails

    def dying(*given, **more):
        for number, step in enumerate(steps(*given, **more)):
            if number == 2:
                raise SystemExit
            yield step

    console.post(f"{INBOX}/older", days="365")
    monkeypatch.setattr(pipeline, "import_mails", dying)
    monkeypatch.setattr(pipeline.Held, "let_go", lambda _self: None)  # as a kill leaves it
    with pytest.raises(SystemExit):
        work(console)
    monkeypatch.undo()
    work(console)
    assert "Done" in words(console)
    assert "4 looked at 2 taken in as alerts 2 of other senders" in words(console)


def test_a_password_that_is_refused_is_said_with_the_way_out(console):
    (console.folder / "secrets" / "mailbox").write_text("another\n")
    console.post(f"{INBOX}/older", days="365")
    with opened(console.folder) as anew:
        pipeline.take_older_waiting(replace(anew.street, beside=at_once))
    told = words(console)
    assert "The mailbox could not be read." in told
    assert "check user and password" in told
    assert "Go on" in told


def test_a_server_that_is_away_is_asked_again_more_and_more_seldom(console):
    config = console.folder / "config.yaml"
    right = config.read_text()
    console.post(f"{INBOX}/older", days="365")
    config.write_text(re.sub(r"port: \d+", "port: 1", right))
    with opened(console.folder) as away:
        for minutes, told in (
            (0, "in 1 min"),
            (1, "in 5 min"),
            (6, "in 15 min"),
            (21, "in 60 min"),
        ):
            console.now = away.now = NOW + timedelta(minutes=minutes)
            work(away)
            assert f"The mailbox could not be read to its end; it goes on {told}." in words(console)
            assert "cannot be reached" in words(console)
        away.now = NOW + timedelta(minutes=50)
        work(away)
        assert "goes on" in words(console), "not before it is due"
        away.now = NOW + timedelta(minutes=81)
        work(away)
    assert "The mailbox could not be read. What was taken in stays." in words(console)
    console.post(f"{INBOX}/older", days="365")
    work(console)
    assert "Done" in words(console)


@pytest.mark.parametrize("days", ["", "14", "12", "-365", "36500", "x", "9" * 40])
def test_days_that_are_not_offered_are_refused(console, days):
    answer = console.post(f"{INBOX}/older", days=days)
    assert answer.status_code == 422
    assert "Choose how far back." in answer.text
    assert console.store.notes("older alerts of ") == {}


def test_it_is_asked_for_with_the_forms_own_secret_alone_and_of_what_is_a_mailbox(console):
    for path in (f"{INBOX}/older", f"{INBOX}/older/stop"):
        answer = console.client.post(path, data={"csrf": "x", "days": "365"})
        assert answer.status_code == 403
    assert console.store.notes("older alerts of ") == {}
    assert console.post("/sources/nothing/older", days="365").status_code == 404


def test_a_mailbox_of_every_sender_asks_whether_all_of_it_is_alerts(console):
    config = console.folder / "config.yaml"
    config.write_text(config.read_text().replace("senders: [indeed.com]", ""))
    with opened(console.folder) as open_to_all:
        open_to_all.now = NOW
        with shown(open_to_all.desk, lambda: console.visitor) as address, asking(address) as client:
            open_to_all.client = client
            refused = open_to_all.post(f"{INBOX}/older", days="365")
            assert refused.status_code == 422
            assert "Say that every mail in this mailbox counts as an alert" in refused.text
            assert "Every mail in this mailbox counts as an alert" in words(open_to_all)
            sure = open_to_all.post(f"{INBOX}/older", days="365", everybody="yes")
            assert sure.status_code == 303
