"""What plugins add works as what is built in; what is broken is named and hides no posting."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, redirect_stdout
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from subprocess import CompletedProcess

import httpx
import pytest
from fastapi import FastAPI

from cxdigest import extract, makers, plugins, rules
from cxdigest.config import ChannelConfig, SourceConfig, load
from cxdigest.config.plugged import channel_types, source_types, word_of
from cxdigest.config.shape import sections
from cxdigest.errors import ConfigError, PluginError, SourceError
from cxdigest.web import plugged as pages
from cxdigest.web.guard import CONSOLE, Guard
from cxdigest.web.who.visitor import visitor_of
from tests.cli.inside import call
from tests.loops import run
from tests.plugged import example_points, plugged, point

CONFIG = """\
store: {url: store.sqlite}
sources:
  board:
    type: noticeboard
    path: notices.txt
  saved: {type: folder, path: mails, trust: true}
channels:
  log: {type: logbook, path: log.txt}
profiles:
  kit:
    name: Kit
    sources: [board, saved]
    deliver: [{channel: log, to: [kit]}]
    send_at: "06:00"
    time_zone: Europe/London
    read_pages: false
"""
NOTICES = "Customer Experience Ropemaster; Wexmouth Ferries; Wexmouth; 4711\n"
MAIL = """\
From: Tern Jobs <alerts@ternjobs.example>
To: kit@home.example
Subject: 1 new job for you
Date: Fri, 20 Nov 2026 06:00:00 +0000
Content-Type: text/plain; charset=utf-8

Customer Experience Manager
Curlew Water
Leeds
https://www.ternjobs.example/job/1

Customer Experience Designer
Dunlin Bank
Leeds
https://www.ternjobs.example/job/2
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "config.yaml").write_text(CONFIG, "utf-8")
    (tmp_path / "notices.txt").write_text(NOTICES, "utf-8")
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "one.eml").write_text(MAIL, "utf-8")
    return tmp_path


@pytest.fixture
def example() -> Iterator[None]:
    with plugged(*example_points()):
        yield


def broken_plugin(home: Path, code: str, *groups: str, name: str = "wreck") -> ExitStack:
    """Have a plugin ``cxdigest-wreck`` with this *code*, whose entry points name its ``IT``."""
    (home / "wreck.py").write_text(code, "utf-8")
    points = [point(group, name, "wreck:IT", "cxdigest-wreck") for group in groups]
    stack = ExitStack()
    stack.enter_context(plugged(*points, folder=home))
    return stack


def lines(done: CompletedProcess[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


# -- one of each ----------------------------------------------------------------------------------


def test_source_format_pack_and_channel_of_a_plugin_walk_the_whole_street(home, example):
    done = call(home, "run", "--once")
    assert done.returncode == 0, done.stderr
    assert "kit kit: " in (home / "log.txt").read_text("utf-8")
    rows = lines(call(home, "export", "--json"))
    titles = {row["title"] for row in rows}
    assert "Customer Experience Ropemaster" in titles
    assert "Customer Experience Manager" in titles, "the built-in formats go on"


def test_a_plugins_format_reads_its_mails_and_its_pack_judges_them(home, example):
    mail = MAIL.replace("ternjobs", "harbourjobs").replace("/job/", "/")
    (home / "alert.eml").write_text(mail, "utf-8")
    read = lines(call(home, "extract", "--json", "alert.eml"))
    assert {one["format"] for one in read} == {"harbour"}
    (home / "posting.jsonl").write_text(
        json.dumps(
            {
                "title": "Customer Experience Ropemaster",
                "description": "You take the mooring ropes of arriving ferries all day long.",
            }
        )
    )
    (said,) = lines(call(home, "judge", "--json", "posting.jsonl"))
    assert said["kind"] == "other"
    assert "harbour.ropes" in json.dumps(said)


def test_the_listing_says_what_comes_from_where(home, example):
    done = call(home, "plugins")
    assert done.returncode == 0
    assert "format harbour, of cxdigest-harbour 1.0" in done.stdout
    told = lines(call(home, "plugins", "--json"))
    assert [one["group"] for one in told] == list(plugins.GROUPS)
    assert all(one["loaded"] for one in told)


def test_every_built_in_type_is_registered_by_the_record_that_a_plugin_writes():
    for section, records in (("sources", makers.SOURCES), ("channels", makers.CHANNELS)):
        known = {pattern[-1] for pattern, _ in sections() if pattern[:-1] == (section, "*")}
        assert {word_of(one.keys) for one in records} == known
    # What a plugin may not call its own.
    assert SourceConfig
    assert ChannelConfig


def test_mistakes_in_a_plugins_keys_are_told_like_all_others(home, example):
    wrong = CONFIG.replace("    path: notices.txt\n", "    pth: notices.txt\n    every: soon\n")
    (home / "config.yaml").write_text(wrong.replace("type: logbook", "type: logbok"), "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(home / "config.yaml", {})
    told = str(caught.value)
    assert 'config.yaml:5: sources.board.pth: no such key; did you mean "path"?' in told
    assert "config.yaml:6: sources.board.every: must be" in told
    assert 'channels.log: has no known type: "logbok"; did you mean "logbook"?' in told


def test_where_there_is_no_plugin_none_is_looked_for_in_earnest(monkeypatch):
    plugins.forget()
    monkeypatch.setattr(metadata, "entry_points", lambda: pytest.fail("that takes its time"))
    assert plugins.announced() == ()
    assert not source_types()
    assert not channel_types()
    assert len(rules.everybodys()) == len(rules.shipped())
    plugins.forget()


def test_an_installed_plugin_is_found_by_its_metadata(tmp_path, monkeypatch):
    info = tmp_path / "cxdigest_reed-2.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: cxdigest-reed\nVersion: 2.0\n")
    (info / "entry_points.txt").write_text("[cxdigest.formats]\nreed = reed:FORMAT\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    plugins.forget()
    (found,) = plugins.origins("formats")
    assert str(found) == "format reed of the plugin cxdigest-reed 2.0"
    monkeypatch.undo()
    plugins.forget()


# -- broken ---------------------------------------------------------------------------------------

MADE = "from cxdigest.extract.format import MailFormat\n"
CANNOT_BE_USED = {
    "cannot be imported": ("import nowhere_at_all", "formats", "No module named 'nowhere_at_all'"),
    "ends the program": ("raise SystemExit(3)", "formats", "SystemExit: 3"),
    "is no record": ("IT = 'format'", "formats", "is a str, no cxdigest.extract.format.MailFormat"),
    "is half a record": (
        f"{MADE}IT = MailFormat(name='wreck', recognises=None, read=None)",
        "formats",
        "must be functions",
    ),
    "has another name": (
        f"{MADE}IT = MailFormat(name='linked', recognises=str, read=str)",
        "formats",
        "calls itself 'linked', its entry point 'wreck'",
    ),
    "is no type of source": (
        "from cxdigest.config.plugged import SourceType\nIT = SourceType(keys=dict, make=dict)",
        "sources",
        "is no whole type of source",
    ),
    "is no pack": ("IT = ('wreck.yaml', 'text')", "packs", "is no whole pack"),
    "is a broken pack": ("IT = ('wreck.yaml', b'pack: [')", "packs", "wreck.yaml:1"),
    "takes a rule's id": (
        "import cxdigest.rules as r\nIT = ('wreck.yaml', dict(r.shipped())['support.yaml'])",
        "packs",
        "this id is taken",
    ),
    "changes settings": (
        "IT = ('wreck.yaml', b'pack: wreck\\nsettings: {margin: {title: 1, snippet: 1, full: 1}}')",
        "packs",
        "it has settings",
    ),
}


@pytest.mark.parametrize("fault", CANNOT_BE_USED)
def test_a_plugin_that_cannot_be_used_is_named_with_its_package(fault, home):
    code, group, why = CANNOT_BE_USED[fault]
    with broken_plugin(home, code, group):
        done = call(home, "plugins")
        assert done.returncode == 1
        assert "of cxdigest-wreck 1.0: left out" in done.stdout
        assert why in done.stdout
        (told,) = lines(call(home, "plugins", "--json"))
        assert not told["loaded"]
        assert why in str(told["problem"])
        # The rest works as if it was not there.
        rest = lines(call(home, "extract", "--json", "mails/one.eml"))
        assert len(rest) == 2


def test_a_name_that_is_taken_stays_with_whom_it_was(home):
    code = f"{MADE}IT = MailFormat(name='linkedin', recognises=lambda _: True, read=print)"
    with broken_plugin(home, code, "formats", name="linkedin"):
        done = call(home, "plugins")
    assert done.returncode == 1
    assert "cxdigest itself has one of this name" in done.stdout


def test_of_two_plugins_with_one_name_the_second_is_left_out(home):
    (home / "wreck.py").write_text(f"{MADE}IT = MailFormat(name='tide', recognises=str, read=str)")
    points = [point("formats", "tide", "wreck:IT", dist) for dist in ("cxdigest-b", "cxdigest-a")]
    with plugged(*points, folder=home):
        assert extract.names().count("tide") == 1
        (left,) = plugins.broken()
    assert left.origin.distribution == "cxdigest-b"
    assert "the plugin cxdigest-a has one of this name" in left.why


FAULTY_FORMATS = {
    "breaks when it looks": "recognises=lambda mail: mail.nothing, read=lambda mail: None",
    "breaks when it reads": "recognises=lambda mail: True, read=lambda mail: 1 / 0",
    "gives nonsense": "recognises=lambda mail: True, read=lambda mail: ['a job']",
    "ends the program": "recognises=lambda mail: True, read=lambda mail: exit(4)",
    "prints": "recognises=lambda mail: print('looking'), read=lambda mail: None",
}


@pytest.mark.parametrize("fault", FAULTY_FORMATS)
def test_a_format_that_breaks_hides_no_posting_and_keeps_json_whole(fault, home):
    code = f"print('hello')\n{MADE}IT = MailFormat(name='wreck', {FAULTY_FORMATS[fault]}, domains=('ternjobs.example',))"
    with broken_plugin(home, code, "formats"):
        done = call(home, "extract", "--json", "mails/one.eml")
    assert [one["title"] for one in lines(done)] == [
        "Customer Experience Manager",
        "Customer Experience Designer",
    ]
    assert "hello" in done.stderr


def test_an_alert_that_only_a_broken_format_claims_counts_as_unreadable(home):
    (home / "mails" / "one.eml").write_text(MAIL.split("\n\n", maxsplit=1)[0] + "\n\nHello.\n")
    code = (
        f"{MADE}IT = MailFormat(name='wreck', recognises=lambda mail: True, read=lambda mail: 1/0)"
    )
    with broken_plugin(home, code, "formats"):
        done = call(home, "extract", "--explain", "mails/one.eml")
    assert "the format wreck of the plugin cxdigest-wreck 1.0 failed: ZeroDivisionError" in (
        done.stdout + done.stderr
    )
    assert "unreadable" in done.stdout + done.stderr


TYPES = """\
from datetime import timedelta
from typing import Annotated, Literal
from pydantic import Field
from cxdigest.config.keys import Polled, Sending, raw
from cxdigest.config.plugged import ChannelType, SourceType
from cxdigest.config.values import FilePath, Span

class Source(Polled):
    type: Literal["noticeboard"] = Field(description="The word.")
    path: FilePath = Field(description="The file.")
    every: Annotated[timedelta, Span("minutes", 1, 99)] = Field(default=raw(5), description="Pause.")

class Channel(Sending):
    type: Literal["logbook"] = Field(description="The word.")
    path: FilePath = Field(description="The file.")

class Breaks:
    name = "board"
    def fetch(self, cursor, *, now, known):
        {fetch}
    def send(self, delivery):
        {send}

SOURCE = SourceType(keys=Source, make=lambda name, keys, tools: {source})
CHANNEL = ChannelType(keys=Channel, make=lambda name, keys, tools: {channel})
"""
WELL = {
    "fetch": "return iter(())",
    "send": "from cxdigest.model import Receipt; return Receipt(detail='done')",
    "source": "Breaks()",
    "channel": "Breaks()",
}
FAULTY_SOURCES = {
    "cannot be made": {"source": "1 / 0"},
    "breaks": {"fetch": "raise RuntimeError('no tide')"},
    "breaks late": {"fetch": "yield from [1 / 0]"},
    "gives nonsense": {"fetch": "yield 'a batch'"},
    "ends the program": {"fetch": "yield exit(7)"},
}


def with_types(home: Path, **how: str) -> ExitStack:
    code = TYPES
    for part, words in {**WELL, **how}.items():
        code = code.replace(f"{{{part}}}", words)
    (home / "wreck.py").write_text(code, "utf-8")
    stack = ExitStack()
    points = (
        point("sources", "noticeboard", "wreck:SOURCE", "cxdigest-wreck"),
        point("channels", "logbook", "wreck:CHANNEL", "cxdigest-wreck"),
    )
    stack.enter_context(plugged(*points, folder=home))
    return stack


@pytest.mark.parametrize("fault", FAULTY_SOURCES)
def test_a_source_that_breaks_fails_its_poll_by_the_plugins_name(fault, home):
    with with_types(home, **FAULTY_SOURCES[fault]):
        keys = load(home / "config.yaml", {}).sources["board"]
        made = makers.source("board", keys, tools=None)  # type: ignore[arg-type]  # none is used
        with pytest.raises(SourceError) as caught:
            list(made.fetch({}, now=datetime(2026, 11, 20, 7, tzinfo=UTC), known=bool))
    assert "board: the type of source noticeboard of the plugin cxdigest-wreck 1.0 failed" in str(
        caught.value
    )
    assert caught.value.outcome == "unreadable"


def test_where_a_source_breaks_the_others_go_on_and_json_stays_json(home):
    with with_types(home, fetch="print('ahoy'); raise RuntimeError('no tide')"):
        done = call(home, "run", "--once", "--json")
        assert done.returncode == 1
        assert lines(done)  # nothing but JSON
        assert "plugin cxdigest-wreck 1.0 failed: RuntimeError: no tide" in done.stdout
        assert len(lines(call(home, "export", "--json"))) == 2


def test_a_source_whose_plugin_cannot_be_loaded_is_named_in_its_place(home):
    points = [
        point("sources", "noticeboard", "nowhere_at_all:IT", "cxdigest-wreck"),
        point("channels", "logbook", "nowhere_at_all:IT", "cxdigest-wreck"),
    ]
    with plugged(*points, folder=home):
        done = call(home, "run", "--once")
        assert done.returncode == 1
        assert "type of source noticeboard of the plugin cxdigest-wreck 1.0 is left out" in (
            done.stdout + done.stderr
        )
        assert len(lines(call(home, "export", "--json"))) == 2
        waiting = call(home, "deliveries")
        assert "type of channel logbook of the plugin cxdigest-wreck" in waiting.stdout
    with with_types(home):
        assert call(home, "deliveries", "retry", lines(call(home, "deliveries", "--json"))[0]["id"])


def test_a_channel_that_breaks_is_named_and_its_delivery_tried_again(home):
    with with_types(home, send="raise RuntimeError('no ink')"):
        done = call(home, "run", "--once", "--json")
        assert done.returncode == 1
        (row,) = lines(call(home, "deliveries", "--json"))
    assert row["state"] == "waiting"
    assert (
        "type of channel logbook of the plugin cxdigest-wreck 1.0 failed: RuntimeError: no ink"
        in str(row)
    )


def test_what_a_plugin_prints_does_not_stand_between_answers(capsys):
    said = io.StringIO()
    with redirect_stdout(said):
        with plugins.aside.printing_aside():
            print("ahoy")
        print("answer")
    assert said.getvalue() == "answer\n"
    assert capsys.readouterr().err == "ahoy\n"
    assert sys.stdout.writable()


# -- pages ----------------------------------------------------------------------------------------

PAGE = """\
from fastapi import APIRouter
from starlette.responses import PlainTextResponse
from cxdigest.web.plugged import ConsolePage
router = APIRouter()
@router.{method}("{path}")
def page():
    return PlainTextResponse("Ahoy")
IT = ConsolePage(name="wreck", router=router, doors={doors})
"""
UNLOCKED = {
    "has no door": ("get", "/", "{}", "its doors are not those of its routes: GET /"),
    "has an unknown door": ("get", "/", "{'GET /': 'sailors'}", "no known door: 'sailors'"),
    "names a profile and lets everybody in": (
        "get",
        "/{profile}",
        "{'GET /{profile}': 'everybody'}",
        "GET /{profile}: an address with {profile}, and no other,",
    ),
    "changes something without a proof": (
        "post",
        "/",
        "{'POST /': 'admin'}",
        "POST / changes something and takes no Sent",
    ),
}


@pytest.mark.parametrize("fault", UNLOCKED)
def test_a_page_that_does_not_say_who_may_come_in_is_left_out(fault, home):
    method, path, doors, why = UNLOCKED[fault]
    code = PAGE.replace("{method}", method).replace("{path}", path).replace("{doors}", doors)
    with broken_plugin(home, code, "pages"):
        assert not pages.pages()
        assert not list(pages.routers())
        (left,) = plugins.broken("pages")
    assert why in str(left)
    assert "cxdigest-wreck" in str(left)


def test_a_page_that_breaks_is_named_and_cannot_change_the_policy(home):
    code = (
        PAGE.replace("{method}", "get")
        .replace("{path}", "/")
        .replace("{doors}", "{'GET /': 'everybody'}")
    )
    weak = "headers={'Content-Security-Policy': 'default-src *'}"
    code = code.replace('"Ahoy")', f'"Ahoy", {weak}) if not AGROUND else 1 / 0') + "AGROUND = []\n"
    with broken_plugin(home, code, "pages"):
        app = FastAPI()
        for router in pages.routers():
            app.include_router(router)
        app.dependency_overrides = {visitor_of: lambda: None}
        answer = asked(app, "/plugins/wreck/")
        assert answer.text == "Ahoy"
        assert answer.headers["content-security-policy"] == CONSOLE
        sys.modules["wreck"].AGROUND.append("yes")  # type: ignore[attr-defined]
        with pytest.raises(PluginError, match="page wreck of the plugin cxdigest-wreck"):
            asked(app, "/plugins/wreck/")


def asked(app: FastAPI, path: str) -> httpx.Response:
    async def answer() -> httpx.Response:
        way = httpx.ASGITransport(Guard(app))
        async with httpx.AsyncClient(transport=way, base_url="http://console") as client:
            return await client.get(path)

    return run(answer())
