"""Each probe against the real thing, and against what would break or hang it."""

from __future__ import annotations

import re
import socket
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cxdigest.config import WebConfig, load
from cxdigest.doctor import (
    CHECKS,
    configuration,
    domain,
    examine,
    feeds,
    lookups,
    mailboxes,
    people,
    public,
    stored,
    tls,
    tokens,
)
from cxdigest.doctor import clock as clocks
from cxdigest.doctor.line import Check, Piece, clean, ok
from cxdigest.errors import NetError
from cxdigest.oauth import Token, TokenFile
from tests.doctor.world import NOW, configure, patient, person, said
from tests.ready import ready_store
from tests.servers.proxy import DRIP, HANG, Proxy
from tests.servers.web import Web
from tests.web.console.instance import put_instance, served

PAGE = Path(__file__).parents[2] / "docs" / "doctor.md"


def lines(check, of, **more):
    return [(line.subject, line.state) for line in said(check, of, **more)]


def test_the_page_lists_every_check_as_the_program_knows_it():
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", PAGE.read_text("utf-8"), re.MULTILINE
    )
    assert [one for one in rows if one[0] in {check.name for check in CHECKS}] == [
        (one.name, one.about, one.help) for one in CHECKS
    ]


def test_a_check_that_breaks_is_a_line_and_the_others_go_on(tmp_path):
    def breaks():
        yield ok("first", "well")
        raise ZeroDivisionError("by\n\x1b[31mzero")

    def no_plan(_):
        raise KeyError("x")

    checks = [
        Check(name="a", about="", help="", plan=lambda _: [Piece(subject="it", probe=breaks)]),
        Check(name="b", about="", help="", plan=no_plan),
        configuration.CHECK,
    ]
    found = examine(patient(configure(tmp_path)), checks)
    assert [(one.check, one.state) for one in found] == [
        ("a", "ok"), ("a", "unchecked"), ("b", "unchecked"), ("configuration", "ok"),
    ]  # fmt: skip
    assert "could not be checked: ZeroDivisionError" in found[1].says
    assert "\x1b" not in found[1].says


def test_what_hangs_costs_no_more_than_the_time_there_is(tmp_path):
    ever = threading.Event()
    try:
        pieces = [Piece(subject=f"p{n}", probe=ever.wait) for n in range(200)]
        hangs = Check(name="hangs", about="", help="", plan=lambda _: pieces)
        begun = time.monotonic()
        found = examine(patient(configure(tmp_path), seconds=0.5), [hangs, configuration.CHECK])
        assert time.monotonic() - begun < 20
        assert len(found) == 201
        assert {one.state for one in found[:200]} == {"unchecked"}
    finally:
        ever.set()


def test_what_strangers_say_is_cut_and_cannot_act():
    text = clean("a\r\n\x1b]0;x\x07" + "b" * 5000 + "pass", ["pass"])
    assert text.isprintable()
    assert len(text) < 700
    assert clean("the pass word", ["pass"]) == "the … word"


def feed_at(url: str, **more):
    return {"type": "feed", "url": url, **more}


def test_a_feed_that_drips_or_leads_inside_is_told_in_time(tmp_path, web: Web):
    inner = web.redirect("/inner", "http://169.254.169.254/latest/meta-data")
    slow = web.drip("/drip")
    path = configure(tmp_path, sources={"inner": feed_at(inner)})
    (line,) = said(feeds.CHECK, patient(path))
    assert (line.subject, line.state) == ("inner", "failed")
    assert "metadata" in line.says
    path = configure(tmp_path, sources={"inner": feed_at(inner), "slow": feed_at(slow)})
    begun = time.monotonic()
    found = said(feeds.CHECK, patient(path, seconds=1.5))
    assert time.monotonic() - begun < 20, "it never ends by itself"
    assert any(
        line.state in {"failed", "unchecked"}
        for line in found
        if "slow" in line.subject or "1 more" in line.subject
    )


def test_of_many_feeds_at_one_host_a_few_are_asked(tmp_path, web: Web):
    url = web.page("/f", b'<rss version="2.0"><channel><title>x</title></channel></rss>')
    sources = {f"f{n}": feed_at(f"{url}?{n}") for n in range(40)}
    path = configure(tmp_path, sources=sources)
    found = said(feeds.CHECK, patient(path))
    assert [line.state for line in found] == ["ok"] * 3 + ["unchecked"] * 37
    assert len(web.requests) == 3


def test_hostile_answers_of_names_are_told_and_nothing_inside_is_asked(tmp_path):
    sources = {"f": feed_at("https://feeds.example/x")}
    path = configure(tmp_path, sources=sources, net={"allow": []})
    for answers, words in (
        (["127.0.0.1"], "this machine"),
        (["169.254.169.254", "::ffff:10.0.0.1"], "metadata"),
        (["\x1b[2J", "not an address"], "no address"),
        ([], "no address"),
    ):
        asked = patient(path, resolve=lambda host, port, answers=answers: answers)
        (line,) = said(lookups.CHECK, asked)
        assert (line.state, words in line.says) == ("failed", True), line
        assert "\x1b" not in line.says
        assert [one.state for one in said(feeds.CHECK, asked)] == ["failed"]

    def lost(*_):
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    (line,) = said(lookups.CHECK, patient(path, resolve=lost))
    assert (line.state, "Temporary failure" in line.says) == ("failed", True)


def test_a_feed_on_this_very_machine_is_not_asked_and_our_own_pages_are(tmp_path, web: Web):
    here = web.page("/f", b"x").replace("127.0.0.1", "localhost")
    path = configure(
        tmp_path,
        sources={"f": feed_at(here)},
        net={"allow": []},
        web={"public_url": web.url},
    )
    assert lines(lookups.CHECK, patient(path)) == [("localhost", "failed")]
    assert lines(feeds.CHECK, patient(path)) == [("f", "failed")]
    assert "something else" in said(public.CHECK, patient(path))[0].says
    assert [asked.path for asked in web.requests] == ["/healthz"]


def mail_from(tmp_path: Path, sender: str) -> Path:
    smtp = {"type": "smtp", "host": "127.0.0.1", "port": 9, "security": "none", "sender": sender}
    return configure(
        tmp_path, channels={"mail": smtp}, profiles={"me": person("a@b.example", channel="mail")}
    )


def test_published_records_are_judged_and_the_owner_of_a_host_answers_for_it(tmp_path):
    zone = {
        ("org", "NS"): ["a.nic.org"],
        ("news.brackendale.org", "TXT"): ["v=spf1 mx -all", "\x1b[31mv=spf1"],
        ("_dmarc.brackendale.org", "TXT"): ["v=DMARC1; p=quarantine"],
        ("s1._domainkey.news.brackendale.org", "TXT"): ["v=DKIM1; k=rsa; p=MIGf"],
        ("k1._domainkey.news.brackendale.org", "TXT"): ["v=DKIM1; p="],
    }
    path = mail_from(tmp_path, "cxdigest <x@news.brackendale.org>")
    asked = patient(path, names=lambda name, kind, _: zone.get((name, kind)))
    found = said(domain.CHECK, asked)
    assert [line.state for line in found] == ["ok", "ok", "ok"]
    assert "s1" in found[2].says
    assert "k1" not in found[2].says


def test_where_no_names_are_answered_nothing_is_claimed_of_a_domain(tmp_path):
    def lost(*_):
        raise NetError("NoNameservers")

    path = mail_from(tmp_path, "x@brackendale.org")
    for names in (lost, lambda *_: None):  # within many networks no outer name exists
        (line,) = said(domain.CHECK, patient(path, names=names))
        assert (line.state, "not reachable here" in line.says) == ("unchecked", True)
    known = {("org", "NS"): ["a.nic.org"]}
    (line,) = said(domain.CHECK, patient(path, names=lambda name, kind, _: known.get((name, kind))))
    assert (line.state, "no such domain" in line.says) == ("failed", True)
    path = mail_from(tmp_path, "x@digest.localhost")
    assert lines(domain.CHECK, patient(path, names=lost)) == [("digest.localhost", "unchecked")]


def test_the_clock_is_held_against_a_server_s(tmp_path, web: Web, monkeypatch):
    monkeypatch.setattr(clocks, "own_machine", lambda _: False)
    path = configure(tmp_path, sources={"f": feed_at(web.page("/f", b"x"))})
    there = datetime(2026, 11, 2, 7, 30, tzinfo=UTC)  # as the server of the tests says
    assert lines(clocks.CHECK, patient(path, clock=lambda: there)) == [("127.0.0.1", "ok")]
    late = patient(path, clock=lambda: there + timedelta(minutes=20))
    assert lines(clocks.CHECK, late) == [("127.0.0.1", "failed")]


def test_where_no_server_tells_the_time_it_says_so(tmp_path):
    (line,) = said(clocks.CHECK, patient(configure(tmp_path)))
    assert line.state == "unchecked"


@pytest.mark.parametrize("fault", [HANG, DRIP])
def test_a_mail_server_that_hangs_or_drips_is_told_in_time(tmp_path, fault, dovecot):
    with Proxy(dovecot.imap_port, lambda _: fault) as server:
        box = {
            "type": "mailbox", "host": server.host, "port": server.port, "security": "none",
            "user": "a", "password": "hunter2",
        }  # fmt: skip
        path = configure(tmp_path, sources={f"box{n}": box for n in range(9)})
        begun = time.monotonic()
        found = said(mailboxes.CHECK, patient(path, seconds=1))
        assert time.monotonic() - begun < 20
    assert found
    assert {line.state for line in found} <= {"failed", "unchecked"}


def test_a_token_that_has_ended_is_not_renewed(tmp_path):
    login = {"provider": "google", "client_id": "x", "token_file": "token"}
    box = {"type": "mailbox", "host": "127.0.0.1", "port": 9, "security": "none", "user": "a"}
    path = configure(tmp_path, sources={"box": {**box, "login": "g"}}, logins={"g": login})
    assert lines(tokens.CHECK, patient(path)) == [("g", "failed")]
    file = TokenFile(path=tmp_path / "token")
    file.write(Token(access="aaaa", renewal="rrrr", ends=NOW - timedelta(hours=1), dies=NOW))
    before = (tmp_path / "token").read_bytes()
    assert lines(mailboxes.CHECK, patient(path)) == [("box", "unchecked")]
    assert lines(tokens.CHECK, patient(path)) == [("g", "failed")]
    assert (tmp_path / "token").read_bytes() == before
    (tmp_path / "token").write_text("{}")
    assert lines(mailboxes.CHECK, patient(path)) == [("box", "failed")]


def test_a_certificate_that_nobody_vouches_for_is_a_failure(tmp_path, dovecot):
    box = {
        "type": "mailbox", "host": "localhost", "port": dovecot.imaps_port, "user": "a",
        "password": "hunter2",
    }  # fmt: skip
    path = configure(tmp_path, sources={"a": box, "b": {**box, "ca_file": dovecot.cafile}})
    (unknown, known) = said(tls.CHECK, patient(path, clock=lambda: datetime.now(UTC)))
    assert (unknown.state, "cannot be trusted" in unknown.says) == ("failed", True)
    assert "its certificate" in known.says


def test_the_pages_are_reached_and_one_click_is_tried_without_ending_any_mail(tmp_path):
    with served(put_instance(tmp_path)) as console:
        url = str(console.client.base_url).rstrip("/")
        web = WebConfig(public_url=url)
        config = load(tmp_path / "config.yaml", {}).model_copy(update={"web": web})
        asked = patient(tmp_path / "config.yaml", config=config)
        assert lines(public.CHECK, asked) == [(url, "ok"), ("one-click unsubscribe", "warning")]
        assert console.store.pauses() == []
        assert lines(stored.SIZE, asked)[0][1] == "ok"
        assert {state for _, state in lines(people.CHECK, asked)} == {"ok"}


def test_pages_that_nobody_serves_or_a_stranger_are_told(tmp_path, web: Web):
    web.page("/healthz", b"<h1>It works!</h1>", kind="text/html")
    for url, words in ((web.url, "something else"), ("http://127.0.0.1:9", "no connection")):
        path = configure(tmp_path, web={"public_url": url})
        line = said(public.CHECK, patient(path))[0]
        assert (line.state, words in line.says) == ("failed", True), line


def test_a_stored_profile_that_is_not_right_is_named(tmp_path):
    path = configure(tmp_path)
    with closing(ready_store(tmp_path / "data" / "cxdigest.sqlite")) as roster:
        broken = person(channel="gone", sources=["saved"])
        roster.enrol({"ben": broken}, now=NOW)
    found = said(people.CHECK, patient(path))
    assert [(line.subject.partition(".")[0], line.state) for line in found] == [
        ("Europe/London", "ok"), ("ben", "failed"),
    ]  # fmt: skip
