"""A coach, three clients and eight days: everything that people see of cxdigest, with real parts.

A mailbox (Dovecot), a mail server (Postfix), the store, the pages on their port and the commands are
real; hosts on the web are played by a local server, and the clock is the test's own.
"""

from __future__ import annotations

import functools
import json
import re
from contextlib import ExitStack

import pytest
import yaml

from cxdigest import app
from cxdigest.config import load
from cxdigest.web.beside import beside
from tests.acceptance.conftest import Instance
from tests.acceptance.people import (
    PUBLIC,
    Practice,
    alert,
    assert_well_formed,
    card,
    forwarded,
    link_in,
    shows,
    texts,
    under,
)
from tests.acceptance.test_main_job import part
from tests.asking import asking
from tests.pipeline.test_pages import json_ld
from tests.town import Road

HEAD, JOURNEY, DESK = (
    "Head of Customer Experience",
    "Customer Journey Manager",
    "Customer Experience Call Agent",
)
PHONES, VOICE, DESIGN = (
    "Customer Experience Lead, Call Center",
    "Voice of the Customer Manager",
    "Customer Experience Designer",
)
PATIENT, MEMBER = "Patient Experience Lead", "Member Experience Strategist"
RESEARCH, INSIGHT = "Customer Research Partner", "Customer Insight Lead"
STRATEGIST = "Client Experience Partner"
CAREERS = "https://careers.quillfeather.example/jobs"
CALLS = (
    "<p>You answer inbound calls and emails of our customers, handle complaints and refunds, log "
    "every ticket and keep to the service level. You work in shifts in our contact centre and meet "
    "targets for handling time. Requirements: a friendly voice on the phone, a year in a call centre, "
    "and typing at speed. We offer paid training and a bonus for every month. Apply now.</p>"
)
BOARD = "https://board.example/jobs/view"


def client(name: str, *, to: list[str], **more: object) -> dict[str, object]:
    said = {
        "name": name.title(), "sources": ["intake"], "send_at": "07:00", "time_zone": "UTC",
        "deliver": [{"channel": "mail", "to": to}], "coach": "berta",
        "review": {"wait": 60, "otherwise": "send"}, "pages_per_day": 20,
    }  # fmt: skip
    return said | more


def configuration(practice: Practice) -> dict[str, object]:
    people, intake = practice.people, practice.intake
    login = {"user": intake.name, "password": intake.password}
    anna = client(
        "anna", to=[people["anna"].name], weekly="tue",
        wishes={"places": ["Leeds"], "avoid": ["call center"], "hide": ["avoid"]},
    )  # fmt: skip
    anna["deliver"][0]["cc"] = [people["berta"].name]
    ben = client(
        "ben", to=[people["ben"].name, "refused-ben@mail.example"], addresses=["ben@home.example"]
    )
    return {
        "store": {"url": "store.sqlite"},
        "net": {"pace": 0},
        "sources": {
            "intake": {
                "type": "mailbox", "host": "127.0.0.1", "port": practice.dovecot.imaps_port,
                "ca_file": practice.dovecot.cafile, "intake": True, "since": 3650, "every": 5, **login,
            },
        },
        "channels": {
            "mail": {
                "type": "smtp", "host": "127.0.0.1", "port": practice.postfix.submission_port,
                "security": "starttls", "ca_file": practice.postfix.cafile,
                "sender": "Berta Lindqvist <digest@mail.example>", **login,
            }
        },
        "profiles": {"anna": anna, "ben": ben},
        "coaches": {
            "berta": {
                "name": "Berta Lindqvist", "send_at": "09:00", "time_zone": "UTC",
                "deliver": [{"channel": "mail", "to": [people["berta"].name]}],
            }
        },
        "pages": {"never": ["board.example"]},
        "web": {"listen": "127.0.0.1:8080", "public_url": PUBLIC},
        "feedback": {"to": intake.name},
    }  # fmt: skip


@pytest.fixture
def practice(tmp_path, web, dovecot, postfix, monkeypatch):
    web.page("/careers.quillfeather.example/jobs/1", json_ld(), kind="text/html; charset=utf-8")
    calls = json_ld(title=DESK, description=CALLS)
    web.page("/careers.quillfeather.example/jobs/3", calls, kind="text/html; charset=utf-8")
    web.page("/careers.quillfeather.example/jobs/2", "<title>Jobs</title>", kind="text/html")
    monkeypatch.setattr(app, "Http", functools.partial(app.Http, transport=Road(web)))
    made = Practice(
        web=web,
        instance=Instance(folder=tmp_path),
        dovecot=dovecot,
        postfix=postfix,
        intake=dovecot.user("intake"),
        people={name: dovecot.user(name) for name in ("anna", "ben", "cleo", "berta")},
    )
    made.instance.configure(**configuration(made))
    made.instance.config.chmod(0o600)
    settings = load(made.instance.config)
    with ExitStack() as stack:
        made.street = stack.enter_context(app.street(settings, clock=lambda: made.now))
        bound = beside(made.street, ("127.0.0.1", 0), public_url=settings.public_url)
        address = stack.enter_context(bound)
        made.pages = stack.enter_context(asking(address))
        yield made


def mails_come_in(practice: Practice) -> None:
    name, _, domain = practice.intake.name.partition("@")
    plus = f"{name}+anna@{domain}"
    practice.arrives(
        alert(
            card(JOURNEY, "Tarn & Vale", "Bristol", f"{BOARD}/1001"),
            card(HEAD, "Quillfeather", "Leeds", f"{CAREERS}/1"),
            card(DESK, "Gannet Water", "Leeds", f"{CAREERS}/3"),
            card(PHONES, "Ostler Motors", "Leeds", f"{BOARD}/1003"),
            key="anna-1", to=plus,
        ),
        sender="bounces@board.example", to=plus,
    )  # fmt: skip
    practice.arrives(
        alert(
            card(VOICE, "Halyard Mutual", "York", f"{BOARD}/2001"),
            card(DESIGN, "Moth Energy", "York", f"{BOARD}/2002"),
            card(STRATEGIST, "Larkfield Studio", "York", f"{CAREERS}/2"),
            key="ben-1", to="ben@home.example", more="X-Forwarded-For: ben@home.example\r\n",
        ),
        sender="bounces@board.example",
    )  # fmt: skip
    practice.arrives(
        forwarded(
            card(PATIENT, "Tamarisk Trust", "Hull", f"{BOARD}/3001"),
            card(MEMBER, "Open Meadow", "Hull", f"{BOARD}/3002"),
            key="cleo-1", by="cleo@home.example", to=practice.intake.name,
        ),
        sender="cleo@home.example",
    )  # fmt: skip


def cleo_comes_while_it_runs(practice: Practice) -> None:
    to = [practice.people["cleo"].name]
    cleo = client("cleo", to=to, addresses=["cleo@home.example"], empty_days="skip")
    file = practice.instance.folder / "cleo.yaml"
    file.write_text(yaml.safe_dump(cleo))
    added = practice.instance.call("profile", "add", "cleo", str(file))
    assert added.returncode == 0, added.stderr


def monday(practice: Practice) -> None:
    """All three digests wait for Berta: one is approved, one is changed, one goes by itself."""
    mails_come_in(practice)
    practice.at(0, 6, 50)
    cleo_comes_while_it_runs(practice)
    practice.at(0, 7)
    asked = {
        mail["Subject"].split(": ")[1].split(" ")[0]: mail for mail in practice.new("berta", 3)
    }
    assert set(asked) == {"Anna", "Ben", "Cleo"}
    for mail in asked.values():
        assert "Stop these mails" not in " ".join(texts(mail))
        assert ".invalid/" not in " ".join(texts(mail))
    links = {name: link_in(mail, "/review/") for name, mail in asked.items()}

    page = practice.get(links["Anna"])
    assert HEAD in page
    assert VOICE not in page
    practice.at(0, 7, 5)
    assert not practice.dovecot.mails(practice.people["anna"])
    assert "goes out now" in practice.press(links["Anna"], do="approve", note="")
    page = practice.get(links["Ben"])
    number = re.search(rf'value="(\d+)"[^>]*> <span dir="auto">{DESIGN}', page)[1]
    practice.press(
        links["Ben"], do="approve", note="The first one is close to what you said.", drop=number
    )
    practice.at(0, 7, 10)

    (anna,), (ben,) = practice.new("anna"), practice.new("ben")
    (copy,) = practice.new("berta")
    assert not practice.dovecot.mails(practice.people["cleo"])
    practice.at(0, 8, 1)
    (cleo,) = practice.new("cleo")
    shows(anna, HEAD, JOURNEY, DESK, without=(PHONES, VOICE, DESIGN, PATIENT, MEMBER))
    shows(
        ben,
        VOICE,
        "The first one is close to what you said.",
        without=(DESIGN, HEAD, JOURNEY, DESK, PATIENT),
    )
    shows(cleo, PATIENT, MEMBER, without=(HEAD, JOURNEY, DESK, VOICE, DESIGN))
    shows(anna, "1 with a title word that you avoid")
    assert_well_formed(practice, anna, ben, cleo)
    assert copy["Message-ID"] != anna["Message-ID"]
    assert practice.people["berta"].name in copy["Cc"]
    practice.mail = {"anna": anna, "ben": ben, "cleo": cleo, "copy": copy}

    practice.at(0, 9)
    (told,) = practice.new("berta")
    shows(
        told,
        "refused-ben@mail.example could not be sent over mail: ",
        "No such mailbox here",
        "Cleo",
    )


def readers_say_words(practice: Practice) -> None:
    """Anna by the pages, Ben by a mail that goes through Postfix into the polled mailbox."""
    genuine = under(practice.mail["anna"], DESK, "Say it is genuine")
    hide = under(practice.mail["anna"], JOURNEY, "Hide employer")
    for link in (genuine, hide):
        assert "button" in practice.get(link)
    assert practice.told("feedback", "list") == []
    for link in (genuine, hide):
        assert "kept" in practice.press(link)
    token = under(practice.mail["ben"], VOICE, "Not for me").rpartition("/")[2]
    reader = practice.people["ben"].name
    practice.arrives(
        f"From: {reader}\r\nTo: {practice.intake.name}\r\nSubject: cxdigest {token}\r\n"
        "Message-ID: <word@mail.example>\r\n\r\n",
        sender=reader,
    )


def tuesday(practice: Practice) -> None:
    """What the words changed is told; Anna's is the weekly edition; Cleo has no news and no mail."""
    name, _, domain = practice.intake.name.partition("@")
    plus = f"{name}+anna@{domain}"
    practice.arrives(
        alert(
            card(RESEARCH, "Sandpiper", "Bristol", f"{BOARD}/1103"),
            card("Service Designer", "Tarn & Vale", "Leeds", f"{BOARD}/1101"),
            card(INSIGHT, "Brambling", "Leeds", f"{BOARD}/1102"),
            key="anna-2", to=plus,
        ),
        sender="bounces@board.example", to=plus,
    )  # fmt: skip
    practice.at(1, 7)
    assert len(practice.new("berta", 2)) == 2
    practice.at(1, 8, 1)
    (anna,), (ben,), (copy,) = practice.new("anna"), practice.new("ben"), practice.new("berta")
    shows(anna, INSIGHT, DESK, without=("Service Designer", VOICE))
    shows(anna, "What your corrections changed", "counts as customer experience now", "Tarn & Vale")
    for said in texts(anna):
        assert said.index(INSIGHT) < said.index(RESEARCH), "who wishes for Leeds sees it first"
    shows(ben, "What your corrections changed", "It is not shown to you again.", without=(DESIGN,))
    (picture,) = [one for one in anna.walk() if one.get_content_type() == "image/png"]
    cid = picture["Content-ID"].strip("<>")
    html = part(anna, "html")
    assert re.search(
        rf'<img[^>]*src="cid:{re.escape(cid)}"[^>]*alt="[^"]{{20}}', html
    ) or re.search(rf'<img[^>]*alt="[^"]{{20,}}"[^>]*src="cid:{re.escape(cid)}"', html)
    assert picture.get_content()[:4] == b"\x89PNG"
    assert not [one for one in ben.walk() if one.get_content_type().startswith("image/")]
    assert_well_formed(practice, anna, ben, copy)
    practice.at(1, 9)
    practice.new("berta")
    assert not practice.dovecot.mails(practice.people["cleo"])[1:]
    practice.mail["anna"] = anna


def anna_leaves(practice: Practice) -> None:
    """Her mail program's button: one POST, as RFC 8058 says."""
    link = re.search(r"<(https://[^>]+)>", practice.mail["anna"]["List-Unsubscribe"])[1]
    practice.get(link)
    assert "ended" in practice.press(link, **{"List-Unsubscribe": "One-Click"})


def the_monday_after(practice: Practice) -> None:
    """Six days off; Anna's copy still goes to Berta, with what was posted again and what is closed."""
    name, _, domain = practice.intake.name.partition("@")
    plus = f"{name}+anna@{domain}"
    again = alert(card(HEAD, "Quillfeather", "Leeds", f"{CAREERS}/9"), key="anna-3", to=plus)
    practice.arrives(again, sender="bounces@board.example", to=plus)
    del practice.web.plays["/careers.quillfeather.example/jobs/2"]
    practice.at(7, 7)
    assert len(practice.new("berta", 2)) == 2
    practice.at(7, 8, 1)
    (copy,), (ben,) = practice.new("berta"), practice.new("ben")
    for mail in (copy, ben):
        shows(mail, "No digest", "this computer was off or cxdigest was not running")
    shows(copy, "Seen again", HEAD, "posted again today", without=(STRATEGIST, VOICE, MEMBER))
    shows(ben, "Closed since", STRATEGIST, without=(HEAD, VOICE, MEMBER))
    assert len(practice.dovecot.mails(practice.people["anna"])) == practice.read["anna"]
    practice.at(7, 9)
    (told,) = practice.new("berta")
    shows(told, f"{practice.people['anna'].name} gets no more mails since Tue 3 Mar")


def each_sees_only_what_is_theirs_elsewhere(practice: Practice) -> None:
    """The feed by its secret address, and the table."""
    mine = {
        "anna": {HEAD, JOURNEY, DESK, PHONES, "Service Designer", INSIGHT, RESEARCH},
        "cleo": {PATIENT, MEMBER},
    }
    for name, titles in mine.items():
        rows = practice.told("export", "--profile", name)
        assert {row["title"] for row in rows} == titles
    address = practice.command("feed", "address", "cleo").split()[1]
    shown = {item["title"] for item in json.loads(practice.get(address))["items"]}
    assert shown == mine["cleo"]


def cleo_goes(practice: Practice) -> None:
    """Nothing of her is left, and what is everybody else's is."""
    told = practice.told("profile", "erase", "cleo", "--yes")
    assert told[0]["alerts"] == 1
    assert told[0]["digests"] >= 1
    (kept,) = practice.instance.folder.glob("store.sqlite")
    raw = kept.read_bytes()
    assert b"cleo" not in raw
    assert MEMBER.encode() not in raw
    assert HEAD.encode() in raw


def test_a_coach_and_three_clients(practice: Practice):
    monday(practice)
    readers_say_words(practice)
    tuesday(practice)
    anna_leaves(practice)
    the_monday_after(practice)
    each_sees_only_what_is_theirs_elsewhere(practice)
    cleo_goes(practice)
