"""What the log shows: one line an event, ids to follow a posting by, no secret, nothing forged."""

from __future__ import annotations

import json
import logging
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from cxdigest.cli.terminal.log import Clean, JsonLines, TextLines, secrets_of, show_log
from cxdigest.config import load
from cxdigest.errors import SourceError
from cxdigest.pipeline.told import Step, alert_name
from tests.worlds import Scripted, World, alert, rules_that_break_on

#: A password in each place where a configuration may hold one.
SECRETS = {
    "store": "pg-Ge:heim/1",
    "mailbox": "imap swordfish",
    "smtp": "smtp swordfish",
    "webhook": "whsec_c3dvcmRmaXNoIHN3b3JkZmlzaCBzd29yZGZpc2g=",
    "apprise": "ntfy://token-of-ntfy@ntfy.example/topic",
    "client": "GOCSPX-swordfish",
    "metrics": "metrics-swordfish-metrics",
    "heartbeat": "https://hc.example/5w0rdf15h",
}
CONFIG = """
store: {{url: "postgresql://ada@db.example/jobs", password: "{store}"}}
sources:
  saved: {{type: folder, path: .}}
  inbox: {{type: mailbox, host: imap.example, user: ada, password: "{mailbox}"}}
channels:
  mail: {{type: smtp, host: smtp.example, user: ada, password: "{smtp}", sender: "ada@x.example"}}
  hook: {{type: webhook, url: "https://hook.example/", password: "{webhook}"}}
  note: {{type: apprise, service: "{apprise}"}}
logins:
  google: {{provider: google, client_id: x, client_secret: "{client}", token_file: token}}
web: {{metrics_token: "{metrics}"}}
heartbeat: {{url: "{heartbeat}"}}
profiles:
  ada:
    name: Ada
    sources: [saved, inbox]
    time_zone: UTC
    deliver: [{{channel: mail, to: [ada@x.example]}}]
"""
FORGED = "CX Lead\n2026-11-21 07:30:00 ERROR all is lost\x1b[2J\u202e\u2028\r\x00 [posting=forged]"


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.store.close()


def fail(words: str) -> None:
    raise ValueError(words)


def record(message: str, *args: object, trace: bool = False, **fields: object):
    made = logging.LogRecord("cxdigest.test", logging.INFO, __file__, 1, message, args, None)
    made.fields = fields
    if trace:
        try:
            fail(message % args)
        except ValueError:
            made.exc_info = sys.exc_info()
    return made


def text(one, secrets=()) -> str:
    return TextLines(Clean(secrets)).format(one)


def as_json(one, secrets=()) -> dict:
    line = JsonLines(Clean(secrets)).format(one)
    assert "\n" not in line
    assert line.isascii()
    return json.loads(line)


def test_what_strangers_write_cannot_make_a_second_line_nor_obey_a_terminal():
    line = text(record("posting %s is %s", "p1", FORGED, posting="p1", title=FORGED))
    assert len(line.splitlines()) == 1
    assert "\\n2026-11-21 07:30:00 ERROR" in line
    assert not re.search("[\x00-\x1f\x7f\u2028\u202e]", line)
    assert line.endswith(r' [posting=forged]"]'), "ids come last, in quotes where they hold others"
    assert as_json(record("%s", FORGED))["message"] == FORGED


def test_a_trace_cannot_be_taken_for_lines_of_ours():
    first, *rest = text(record("%s", FORGED, trace=True)).splitlines()
    assert " INFO CX Lead" in first
    assert all(line.startswith("    | ") for line in rest)
    assert any("ERROR all is lost" in line for line in rest), "it is shown all the same"
    assert FORGED in as_json(record("%s", FORGED, trace=True))["trace"]


@pytest.fixture
def config(tmp_path: Path):
    file = tmp_path / "config.yaml"
    file.write_text(CONFIG.format(**SECRETS))
    file.chmod(0o600)
    return load(file, {})


@pytest.mark.parametrize("place", SECRETS)
def test_no_secret_of_the_configuration_stands_in_a_line(place, config):
    secret = SECRETS[place]
    known = secrets_of(config)
    for shown in (secret, config.store.address if place == "store" else f"x{secret}y"):
        one = record("it failed: %s", shown, trace=True, detail=shown, many=[shown])
        for said in (text(one, known), json.dumps(as_json(one, known))):
            assert secret not in said
            assert json.dumps(secret)[1:-1] not in said
            assert "Ge%3Aheim" not in said
            assert "***" in said


def test_a_password_in_an_address_is_blotted_out_although_nobody_told_it():
    assert text(record("no answer of https://ada:swordfish@feeds.example/x")).endswith(
        "https://ada:***@feeds.example/x"
    )


def test_the_configuration_says_in_which_form_and_from_which_level_on(config, tmp_path, capfd):
    before = logging.getLogger().handlers[:], logging.getLogger().level
    file = tmp_path / "config.yaml"
    try:
        for said, expected in (
            ("{level: warning, format: json}", [{"level": "warning", "message": "heard"}]),
            ("{level: info}", [" INFO whispered [posting=p1]", " WARNING heard"]),
        ):
            file.write_text(CONFIG.format(**SECRETS) + f"log: {said}\n")
            show_log(load(file, {}))
            logging.getLogger("cxdigest.x").info("whispered", extra={"fields": {"posting": "p1"}})
            logging.getLogger("cxdigest.x").warning("heard")
            lines = capfd.readouterr().err.splitlines()
            assert len(lines) == len(expected)
            for line, wanted in zip(lines, expected, strict=True):
                if isinstance(wanted, dict):
                    assert wanted.items() <= json.loads(line).items()
                else:
                    assert line.endswith(wanted)
    finally:
        logging.captureWarnings(capture=False)
        logging.getLogger().handlers[:], level = before
        logging.getLogger().setLevel(level)


def fields_of(caplog) -> list[dict]:
    return [one.fields for one in caplog.records if hasattr(one, "fields")]


def test_a_posting_can_be_followed_from_its_source_to_its_delivery(world, caplog):
    came = alert("Customer Experience Lead")
    world.sources = [Scripted(script=[[came, alert("CX Manager")]])]
    with caplog.at_level(logging.INFO):
        world.turn()
    lines = fields_of(caplog)

    def of(step: str, **wanted) -> dict:
        (found,) = (one for one in lines if one["step"] == step and wanted.items() <= one.items())
        return found

    assert of("poll", source="inbox")["sightings"] == 2
    shown = of("alert", source="inbox", alert=alert_name(came.digest))
    (posting,) = shown["postings"]
    judged = of("judge", posting=posting)
    assert judged["verdict"] in {"genuine", "unclear"}
    assert judged["rules"] == world.rules.fingerprint
    made = of("compose", profile="ada")
    assert posting in made["postings"]
    sent = of("deliver", digest=made["digest"])
    assert (sent["state"], sent["channel"]) == ("sent", "mail")
    (stored,) = world.store.deliveries("ada")
    assert sent["delivery"] == stored.id


def test_a_posting_that_becomes_another_is_followed_on(world, caplog):
    first = alert("Customer Experience Lead")
    second = replace(
        first,
        key="copy",
        raw=b"<feed>copy</feed>",
        digest="c" * 64,
        entry=replace(first.entry, key="copy", link="https://www.board.example/99"),
    )
    world.sources = [Scripted(script=[[first], [second]])]
    with caplog.at_level(logging.INFO):
        world.turn()
        world.turn(after=world.every * 2)
    merged = [one for one in fields_of(caplog) if one["step"] == "merge"]
    assert merged
    known = {
        posting
        for one in fields_of(caplog)
        if one["step"] == "alert"
        for posting in one["postings"]
    }
    for one in merged:
        assert {one["posting"], one["into"]} <= known
        assert world.store.known_as(one["posting"]) == one["into"]


def test_a_full_batch_of_verdicts_is_one_line(world, caplog, monkeypatch):
    monkeypatch.setattr("cxdigest.pipeline.postings.judge.JUDGE_BATCH", 2)
    world.sources = [Scripted(script=[[alert(f"CX Lead {n}") for n in ("A", "B", "C")]])]
    with caplog.at_level(logging.INFO):
        world.turn()
    judged = [one for one in fields_of(caplog) if one["step"] == "judge"]
    assert [one.get("judged") for one in judged] == [2, None]


def test_failures_are_logged_with_what_failed_and_no_second_line(world, caplog):
    world.rules = rules_that_break_on("Cursed")
    world.sources = [
        Scripted(script=[[alert("Cursed\nLead")]]),
        Scripted(name="other", script=[SourceError("other: refused", outcome="auth")]),
    ]
    with caplog.at_level(logging.INFO):
        world.turn()
    for one in caplog.records:
        line = text(one)
        assert all(more.startswith("    | ") for more in line.splitlines()[1:])
    assert any(one["step"] == "poll" and one["outcome"] == "auth" for one in fields_of(caplog))


def test_the_page_about_operations_lists_every_step_with_its_fields(world, caplog):
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `([a-z]+)` \| [^|]+ \| ([^|]+) \|$", page, re.MULTILINE))
    assert set(listed) - {"step"} == set(get_args(Step))
    world.sources = [Scripted(script=[[alert("Customer Experience Lead")]])]
    with caplog.at_level(logging.INFO):
        world.turn()
    for one in fields_of(caplog):
        told = {name for name in one if name != "step"}
        assert told <= set(re.findall(r"[a-z]+", listed[one["step"]])), one["step"]
