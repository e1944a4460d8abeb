"""The clients: listed by what they need, made and changed by form, and nobody's but their own."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import httpx
import pytest
import yaml

from cxdigest.config import ProfileConfig
from cxdigest.console.clients import importing
from cxdigest.console.clients.form_fields import NAME_FIELD, fields_for
from cxdigest.console.instance.users import digest_of
from cxdigest.pipeline import compose_waiting
from cxdigest.store import User
from cxdigest.web.who import Visitor, csrf_of
from tests.web.console.instance import Console

EVIL = '<script>alert("x")</script>'


class Person:
    """One who is signed in, and asks as a browser does."""

    def __init__(self, console: Console, name: str, **scope: str) -> None:
        self.console, self.secret = console, f"what {name} holds".replace(" ", "-")
        user = User(name=name, made=console.now, changed=console.now, **scope)
        assert console.store.add_user(user)
        ends = console.now + timedelta(days=1)
        assert console.store.begin_session(digest_of(self.secret), user, now=console.now, ends=ends)
        self.visitor = Visitor(
            name=name, role=user.role, way="session", session=digest_of(self.secret)
        )

    @property
    def cookie(self) -> dict[str, str]:
        return {"Cookie": f"cxdigest={self.secret}"}

    def get(self, path: str) -> httpx.Response:
        return self.console.get(path, headers=self.cookie)

    def post(self, path: str, **form: object) -> httpx.Response:
        data = {"csrf": csrf_of(self.visitor, self.console.desk), **form}
        headers = {"Cookie": f"cxdigest={self.secret}"}
        return self.console.client.post(path, data=data, headers=headers)


def filled(key="cleo", **more) -> dict[str, object]:
    """The form of a new client, as a browser sends it."""
    return {
        "profile": key,
        "name": "Cleo Marsh",
        "sources": ["bens"],
        "deliver": f"out: {key}@home.example",
        "time_zone": "Europe/Vienna",
        "send_at": "06:45",
        "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        "lookback": "14",
        "pages_per_day": "50",
        "language": "",
        "dates": "",
        "empty_days": "send",
        "read_pages": "yes",
        "wishes.salary_unknown": "yes",
        "review.wait": "120",
        **more,
    }


def add(console: Console, key="cleo", **more) -> None:
    answer = console.post("/clients/new", **filled(key, **more))
    assert "is added" in console.follow(answer).text


def composed(console: Console) -> None:
    """Make everybody's digest of today, of what is judged already."""
    compose_waiting(console.street.present(), everything=True)


def stored(console: Console, name="cleo") -> dict:
    return dict(console.store.definitions([name])[name])


def form_of(page: httpx.Response) -> dict[str, object]:
    """What a browser would send of the form of settings if nothing was touched."""
    html = page.text.partition("<main")[2]
    form: dict[str, object] = {}
    for tag in re.findall(r"<input [^>]*>", html):
        named = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if named.get("type") == "checkbox" and " checked" not in tag:
            continue
        form.setdefault(named["name"], []).append(unescape(named.get("value", "")))
    for name, text in re.findall(
        r'<textarea [^>]*name="([^"]*)"[^>]*>\n(.*?)</textarea>', html, re.DOTALL
    ):
        form[name] = unescape(text)
    for name, options in re.findall(
        r'<select id="[^"]*" name="([^"]*)"[^>]*>(.*?)</select>', html, re.DOTALL
    ):
        chosen = re.findall(r'<option value="([^"]*)" selected', options)
        form[name] = unescape(chosen[0]) if chosen else ""
    return form


def test_a_client_added_by_form_is_kept_as_its_fields_say_and_no_more(console):
    add(console, **{"wishes.places": "Wien\r\nDACH\r\n", "weekly": "mon"})
    assert stored(console) == {
        "name": "Cleo Marsh",
        "sources": ["bens"],
        "deliver": [{"channel": "out", "to": ["cleo@home.example"]}],
        "time_zone": "Europe/Vienna",
        "send_at": "06:45",
        "wishes": {"places": ["Wien", "DACH"]},
        "weekly": "mon",
    }
    assert "Cleo Marsh" in console.get("/clients").text


def test_every_key_of_a_profile_has_a_field(console):
    asked = {one.key.partition(".")[0] for one in fields_for("admin", console.config)}
    assert asked == set(ProfileConfig.model_fields)
    assert NAME_FIELD.key not in ProfileConfig.model_fields


def test_what_nobody_touches_stays_as_it_was_written(console):
    odd = {
        "name": "Cleo",
        "sources": ["bens"],
        "send_at": "6:45",
        "time_zone": "Europe/Vienna",
        "days": ["fri", "mon"],
        "deliver": [
            {"channel": "out", "to": ["a"]},
            {"channel": "out", "to": ["b"], "cc": ["c"]},
        ],
        "wishes": {"titles": ["x"], "salary_from": 60000},
        "review": {"wait": 30},
        "coach": "berta",
        "show": {"sales": "count"},
        "lookback": 7,
    }
    console.store.enrol({"cleo": odd}, now=console.now)
    form = form_of(console.get("/clients/cleo/edit"))
    form["days"] = ["fri", "mon"]
    answer = console.post("/clients/cleo/edit", **form)
    assert answer.headers["location"] == "/clients/cleo?done=same"
    assert stored(console) == odd
    console.post("/clients/cleo/edit", **{**form, "lookback": "9"})
    assert stored(console) == {**odd, "lookback": 9}


def test_problems_stand_beside_their_fields_and_nothing_is_kept(console):
    wrong = {
        "time_zone": "Vienna",
        "deliver": "nobody@home.example",
        "lookback": "many",
        "wishes.titles": "chat",
        "wishes.avoid": "chat",
        "sources": [],
    }
    answer = console.post("/clients/new", **filled("Cleo M", **wrong))
    assert answer.status_code == 422
    beside = dict(re.findall(r'id="error-([\w.]+)"[^>]*>(.*?)</span>', answer.text))
    assert beside.keys() == {
        "profile", "time_zone", "deliver", "lookback", "wishes.avoid", "sources",
    }  # fmt: skip
    assert "Europe/Vienna" in beside["time_zone"]
    assert form_of(answer)["time_zone"] == ["Vienna"]
    assert not console.store.definitions()


@pytest.mark.parametrize("name", ["ada", "new", "import", "export"])
def test_a_name_that_is_taken_or_a_word_of_the_console_is_refused(console, name):
    answer = console.post("/clients/new", **filled(name))
    assert answer.status_code == 422
    assert 'id="error-profile"' in answer.text
    assert not console.store.definitions()


def test_who_edits_what_another_changed_meanwhile_loses_nothing_and_overwrites_nothing(console):
    add(console)
    opened = form_of(console.get("/clients/cleo/edit"))
    console.post("/clients/cleo/edit", **{**opened, "lookback": "3"})
    answer = console.post("/clients/cleo/edit", **{**opened, "name": "Cleo Hill", "lookback": "5"})
    assert answer.status_code == 422
    assert "Somebody else changed these settings" in answer.text
    assert "the other&#39;s: 3" in answer.text
    assert stored(console)["lookback"] == 3
    again = form_of(answer)
    assert again["name"] == ["Cleo Hill"]
    assert console.post("/clients/cleo/edit", **again).status_code == 303
    assert stored(console)["lookback"] == 5


def test_the_whole_can_be_written_as_yaml(console):
    add(console)
    page = console.get("/clients/cleo/edit?as_yaml=1")
    form = form_of(page)
    form["yaml"] = str(form["yaml"]).replace("Cleo Marsh", "Cleo Hill")
    assert console.post("/clients/cleo/edit", **form).status_code == 303
    assert stored(console)["name"] == "Cleo Hill"
    form = form_of(console.get("/clients/cleo/edit?as_yaml=1"))
    answer = console.post("/clients/cleo/edit", **{**form, "yaml": "name: Cleo\nsauces: [bens]\n"})
    assert answer.status_code == 422
    assert "what you wrote:2" in answer.text
    assert "sauces: [bens]" in answer.text
    answer = console.post("/clients/cleo/edit", **{**form, "yaml": "profiles: {ada: {name: A}}"})
    assert "is about ada, not about cleo" in answer.text


def test_what_the_configuration_declares_is_shown_and_not_changed(console):
    page = console.get("/clients/ben/edit")
    assert "declared in" in page.text
    assert '<form method="post" action="/clients/ben/edit"' not in page.text
    answer = console.post("/clients/ben/edit", **filled("ben"), changed="")
    assert answer.status_code == 422
    assert not console.store.definitions()


def test_an_import_shows_what_would_change_before_it_is_done(console):
    add(console)
    text = console.get("/clients/cleo/export").text
    people = yaml.safe_load(text)["profiles"]
    finn = {**people["cleo"], "name": "Finn"}
    both = yaml.safe_dump({"profiles": {"cleo": {**people["cleo"], "lookback": 3}, "finn": finn}})
    page = console.post("/clients/import", text=both)
    assert "Nothing is changed yet" in page.text
    assert stored(console) == people["cleo"]
    assert "finn" not in console.store.definitions()
    seen = re.search(r'name="seen" value="(\w+)"', page.text)
    assert seen
    done = console.post("/clients/import", text=both, seen=seen[1])
    assert "are taken in" in console.follow(done).text
    assert stored(console)["lookback"] == 3
    assert stored(console, "finn") == finn
    late = console.post("/clients/import", text=text, seen=seen[1])
    assert "changed one of these profiles meanwhile" in late.text
    assert stored(console)["lookback"] == 3


def sent(who: Person, name: str, table: str, **form: str) -> httpx.Response:
    """Send *table* as a file to the page of imports."""
    return who.console.client.post(
        "/clients/import",
        data={"csrf": csrf_of(who.visitor, who.console.desk), **form},
        files={"file": (name, table.encode("utf-8-sig"))},
        headers=who.cookie,
    )


def test_a_coach_takes_in_a_table_of_clients_line_by_line(console, berta):
    berta.post("/clients/new", **filled())
    assert "A YAML file, or a table (CSV)" in berta.get("/clients/import").text
    head = "Name;Key;E-Mail;Uhrzeit;Sprache;Telefon\n"
    wrong = "Finn Roth;finn;finn@x.example;7:30;Deutsch;030\nMia;mia;mia@x.example;25:00;;\n"
    page = sent(berta, "mine.csv", head + wrong)
    assert page.status_code == 422
    assert "mine.csv:3: mia.send_at: " in page.text
    assert "Line 2: Finn Roth (finn)" in page.text
    assert "Line 3" not in page.text, "it is not right"
    assert 'name="seen"' not in page.text
    right = "Finn Roth;finn;finn@x.example;7:30;Deutsch;\nCleo Marsh;cleo;;8:15;;\n"
    page = sent(berta, "mine.csv", head + right, coach="carl")
    assert page.status_code == 200, page.text
    assert "Line 2: Finn Roth" in page.text
    assert "Line 3: Cleo Marsh" in page.text
    assert "Nothing is made of the columns Telefon." in page.text
    assert set(console.store.definitions()) == {"cleo"}, "nothing is changed yet"
    form = form_of(page) | {
        "text": re.search(r"<textarea[^>]*hidden[^>]*>\n(.*?)</textarea>", page.text, re.DOTALL)[1]
    }
    form.pop("csrf")
    before = stored(console)
    answer = berta.post("/clients/import", **{key: unescape(one) for key, one in form.items()})
    assert answer.status_code == 303, answer.text
    assert stored(console) == {**before, "send_at": "08:15"}
    finn = stored(console, "finn")
    assert (finn["language"], finn["coach"], finn["sources"]) == ("de", "berta", ["bens"])
    assert console.desk.profile("finn").language == "de"


def test_more_than_a_page_can_look_at_in_time_is_refused_in_words(console, berta, monkeypatch):
    rows = "".join(f"Kim {n};kim{n}@x.example\n" for n in range(10_000))
    assert "more than 5,000 clients" in sent(berta, "t.csv", f"Name;E-Mail\n{rows}").text
    monkeypatch.setattr(importing, "MOST", 2)
    page = sent(berta, "t.csv", "Name;E-Mail\n" + "".join(rows.splitlines(keepends=True)[:3]))
    assert (page.status_code, "These are more than 2 clients" in page.text) == (422, True)
    three = yaml.safe_dump({"profiles": {name: _plain(name) for name in ("xa", "yb", "zc")}})
    page = berta.post("/clients/import", text=three)
    assert (page.status_code, "These are more than 2 profiles" in page.text) == (422, True)


def test_a_table_says_nothing_of_others_and_is_no_way_to_what_is_theirs(console, berta):
    console.store.enrol({"zoe": _plain("Zoe Secret")}, now=console.now)
    page = sent(berta, "t.csv", "Name,Key,E-Mail\nMine,zoe,a@x.example\n")
    assert (page.status_code, "Zoe Secret" in page.text) == (422, False)
    assert "t.csv:2: zoe: is taken" in page.text
    table = "Name,E-Mail\nYan,y@x.example\n"
    page = sent(berta, "t.csv", table, source="inbox")
    assert (page.status_code, "Choose a source that there is." in page.text) == (422, True)
    root = Person(console, "chief", role="admin")
    page = sent(root, "t.csv", table)
    assert "Choose whose clients the table holds." in page.text, "an admin has none of their own"
    page = sent(root, "t.csv", table, coach="berta")
    assert "t.csv:2: yan.sources: is empty" in page.text
    assert '<option value="berta" selected>' in page.text, "what was chosen stays"
    page = sent(root, "t.csv", table, coach="berta", source="inbox")
    assert (page.status_code, "Line 2: Yan" in page.text) == (200, True)
    page = sent(root, "t.csv", "Name,Name\n")
    assert page.status_code == 422
    large = "Name,E-Mail\n" + "x,y@x.example\n" * 100_000
    assert len(sent(root, "t.csv", large, coach="berta").content) < 20_000


def test_a_file_that_is_not_right_is_taken_in_not_at_all(console):
    files = {"file": ("people.yaml", b"profiles:\n  finn: {name: Finn}\n  ada: {name: Eve}\n")}
    page = console.client.post("/clients/import", data={"csrf": console.csrf}, files=files)
    assert page.status_code == 422
    assert "the file:2: profiles.finn.sources: is missing" in page.text
    assert "the file:3: profiles.ada: is declared in" in page.text
    assert not console.store.definitions()


def test_a_file_of_monstrous_size_is_refused_and_not_sent_back(console):
    files = {"file": ("people.yaml", b"profiles:\n" + b"  # nobody\n" * 100_000)}
    page = console.client.post("/clients/import", data={"csrf": console.csrf}, files=files)
    assert page.status_code == 422
    assert "cxdigest profile import" in page.text
    assert len(page.content) < 10_000


def test_an_export_holds_nobody_elses(console):
    add(console)
    add(console, "finn")
    export = console.get("/clients/finn/export")
    assert export.headers["content-disposition"] == 'attachment; filename="finn.yaml"'
    assert list(yaml.safe_load(export.text)["profiles"]) == ["finn"]


@pytest.fixture
def berta(console) -> Person:
    Person(console, "root", role="admin")
    return Person(console, "berta", role="coach", coach="berta")


def test_a_coach_adds_own_clients_alone_with_sources_of_own_clients(console, berta):
    page = berta.get("/clients/new")
    assert "inbox" not in page.text
    assert 'name="coach"' not in page.text
    assert 'name="packs"' not in page.text
    refused = berta.post("/clients/new", **filled(sources=["inbox"], coach="carl"))
    assert refused.status_code == 422
    assert berta.post("/clients/new", **filled(coach="carl")).status_code == 303
    assert stored(console)["coach"] == "berta"
    assert "Cleo Marsh" in berta.get("/clients").text
    assert "Ada" not in berta.get("/clients").text


def test_a_coach_exports_own_clients_alone(console, berta):
    berta.post("/clients/new", **filled())
    console.store.enrol({"zoe": _plain("Zoe")}, now=console.now)
    assert list(yaml.safe_load(berta.get("/clients/export").text)["profiles"]) == ["cleo"]
    assert berta.get("/clients/zoe/export").status_code == 404


def test_a_coach_is_not_let_past_the_form_by_yaml_or_import(console, berta):
    berta.post("/clients/new", **filled())
    before = stored(console)
    for change in (
        {"sources": ["inbox"]},
        {"coach": "carl"},
        {"packs": ["/etc/passwd"]},
        {"templates": "/etc"},
    ):
        text = yaml.safe_dump({**before, **change})
        changed = form_of(berta.get("/clients/cleo/edit?as_yaml=1"))["changed"]
        answer = berta.post("/clients/cleo/edit", yaml=text, changed=changed)
        assert answer.status_code == 422, change
        whole = yaml.safe_dump({"profiles": {"cleo": {**before, **change}}})
        answer = berta.post("/clients/import", text=whole)
        assert answer.status_code == 422, change
        assert 'name="seen"' not in answer.text
        assert "no such" not in answer.text
    assert stored(console) == before


def test_nothing_is_said_of_anothers_client_when_a_coach_imports_its_name(console, berta):
    secret = {
        **yaml.safe_load(yaml.safe_dump(_plain("Zoe Secret"))),
        "addresses": ["z@zoe.example"],
    }
    console.store.enrol({"zoe": secret}, now=console.now)
    text = yaml.safe_dump(
        {
            "profiles": {
                "zoe": _plain("Mine"),
                "yan": {**_plain("Yan"), "addresses": ["z@zoe.example"]},
            }
        }
    )
    answer = berta.post("/clients/import", text=text)
    assert answer.status_code == 422
    assert "Zoe Secret" not in answer.text
    assert "is taken" in answer.text
    assert "is an address of another person as well" in unescape(answer.text)


def test_a_coach_cannot_take_the_name_of_somebody_who_was_removed(console, berta):
    console.store.enrol({"gone": _plain("Gone")}, now=console.now)
    console.store.discharge("gone")
    answer = berta.post("/clients/new", **filled("gone"))
    assert answer.status_code == 422
    assert "was somebody&#39;s before" in answer.text


def _plain(name: str) -> dict:
    return {
        "name": name,
        "sources": ["bens"],
        "deliver": [{"channel": "out", "to": ["x@home.example"]}],
        "time_zone": "Europe/Vienna",
    }


def test_a_client_changes_own_wishes_and_nothing_else(console):
    add(console)
    Person(console, "root", role="admin")
    cleo = Person(console, "cleo", role="client", profile="cleo")
    assert cleo.get("/clients").status_code == 403
    assert (
        '<a href="/clients/cleo" aria-current="page">My settings</a>'
        in cleo.get("/clients/cleo").text
    )
    before = stored(console)
    form = form_of(cleo.get("/clients/cleo/edit"))
    assert {key.partition(".")[0] for key in form} <= {
        "csrf", "changed", "language", "wishes", "hide_employers", "send_at", "days",
    }  # fmt: skip
    more = {"sources": "inbox", "coach": "berta", "packs": "x", "name": "Eve", "yaml": "name: Eve"}
    form |= {"wishes.places": "Linz", "hide_employers": "Acme", "send_at": "05:30", **more}
    form |= {"language": "de"}
    form.pop("csrf")
    assert cleo.post("/clients/cleo/edit", **form).status_code == 303
    assert stored(console) == {
        **before,
        "language": "de",
        "wishes": {"places": ["Linz"]},
        "hide_employers": ["Acme"],
        "send_at": "05:30",
    }


def test_who_waits_stands_first_and_is_approved_right_there(console):
    reviewed = {"coach": "berta", "review": "send"}
    add(console, **reviewed)
    composed(console)
    page = console.get("/clients")
    names = re.findall(r'<h2><a href="/clients/([^"]*)"', page.text)
    assert names[0] == "cleo"
    assert "Without a word from you it is sent at" in page.text
    waiting = re.search(r'name="digest" value="([^"]+)"', page.text)
    assert waiting
    answer = console.post("/clients/cleo/review", digest=waiting[1], do="approve", list="1")
    assert "is approved" in console.follow(answer).text
    assert console.store.review(waiting[1]).state == "ready"
    late = console.post("/clients/cleo/review", digest=waiting[1], do="hold")
    assert late.status_code == 409
    others = console.post("/clients/ben/review", digest=waiting[1], do="hold")
    assert others.status_code == 409


def test_a_review_keeps_note_and_what_is_left_out_unless_another_changed_it(console):
    add(console, coach="berta", review="hold")
    composed(console)
    page = console.get("/clients/cleo/review")
    form = form_of(page)
    form.pop("drop", None)
    changed = {**form, "note": f"Read this {EVIL}", "drop": "1", "do": "save"}
    assert "are kept" in console.follow(console.post("/clients/cleo/review", **changed)).text
    one = console.store.review_of("cleo")
    assert one.note == f"Read this {EVIL}"
    assert len(one.dropped) == 1
    late = console.post("/clients/cleo/review", **{**form, "note": "Mine", "do": "approve"})
    assert late.status_code == 409
    assert "Somebody else changed this digest" in late.text
    assert ">\nMine</textarea>" in late.text
    assert console.store.review_of("cleo") == one
    for shown in (late, console.get("/clients"), console.get("/clients/cleo/review")):
        assert EVIL not in shown.text


def test_what_waits_is_not_shown_to_its_reader(console):
    add(console, coach="berta", review="hold")
    composed(console)
    Person(console, "root", role="admin")
    cleo = Person(console, "cleo", role="client", profile="cleo")
    page = cleo.get("/clients/cleo").text
    assert "Waits for you" not in page
    assert "/archive/cleo/" not in page
    assert "genuine</li>" not in page
    assert cleo.get("/clients/cleo/review").status_code == 403


def test_strange_words_are_text_wherever_they_stand(console):
    posting = next(iter(_postings(console)))
    add(console, "evil", name=EVIL, hide_employers=EVIL)
    console.store.record_feedback(
        "evil", posting, "hide-employer", way="mail", sender=EVIL, now=console.now
    )
    composed(console)
    sent = console.store.deliveries("evil")[0]
    console.store.record_bounce(sent.id, words=f"5.1.1 {EVIL}", now=console.now)
    console.store.pause_recipient("evil", "out", "evil@home.example", why=EVIL, now=console.now)
    for path in ("/clients", "/clients/evil", "/clients/evil/edit", "/clients/evil/remove"):
        page = console.get(path)
        assert "<script>alert" not in page.text, path
        assert "&lt;script&gt;alert" in page.text, path


def _postings(console: Console) -> list[str]:
    ben = console.street.present().profile("ben")
    rules = console.street.fingerprint("ben")
    since = console.now - ben.lookback
    found = console.store.candidates("ben", ben.sources, fingerprint=rules, since=since)
    return [one.posting.id for one in found]


def test_words_are_taken_back_and_recipients_taken_on_again(console):
    posting = _postings(console)[0]
    number = console.store.record_feedback(
        "ben", posting, "not-for-me", way="mail", sender="", now=console.now
    )
    console.store.pause_recipient("ben", "out", "ben@home.example", why="Asked.", now=console.now)
    page = console.get("/clients/ben")
    assert "Take back" in page.text
    assert "No more mails since" in page.text
    wrong = console.post(f"/clients/ada/feedback/{number}/undo")
    assert wrong.headers["location"] == "/clients/ada"
    assert console.store.feedback_rows("ben")[0].undone is None
    done = console.post(f"/clients/ben/feedback/{number}/undo")
    assert "taken back" in console.follow(done).text
    assert console.store.feedback_rows("ben")[0].undone
    console.post("/clients/ben/recipients/resume", channel="out", address="ben@home.example")
    assert not console.store.pauses("ben")


def test_a_paused_client_is_told_apart_and_resumed(console):
    add(console)
    assert "No digest is made" in console.follow(console.post("/clients/cleo/pause")).text
    assert "Cleo" in console.get("/clients?only=paused").text
    assert "Ben" not in console.get("/clients?only=paused").text
    console.post("/clients/cleo/resume")
    assert "No client is called so" in console.get("/clients?only=paused").text


def test_clients_are_found_by_name(console):
    page = console.get("/clients?q=OKAF").text
    assert "Ben Okafor" in page
    assert "Ada" not in page.partition("<main")[2]


def test_removing_and_erasing_ask_for_the_name(console):
    add(console)
    composed(console)
    for way in ("remove", "erase"):
        assert console.post(f"/clients/cleo/{way}", typed="clea").status_code == 422
    assert stored(console)
    console.post("/clients/cleo/remove", typed="cleo")
    assert not console.store.definitions()
    assert console.store.has_profile("cleo")
    add(console)
    page = console.post("/clients/cleo/erase", typed="cleo")
    assert "What stays" in page.text
    assert "In backups that you made elsewhere" in page.text
    assert not console.store.has_profile("cleo")
    assert console.get("/clients/cleo").status_code == 404


def test_stored_settings_that_are_not_right_are_named_and_can_be_mended(console):
    console.store.enrol({"cleo": {**_plain("Cleo"), "time_zone": "Nowhere"}}, now=console.now)
    assert "The settings of cleo are not right" in console.get("/clients").text
    form = form_of(console.get("/clients/cleo/edit"))
    assert console.post("/clients/cleo/edit", **{**form, "time_zone": "Europe/Vienna"}).is_redirect
    assert stored(console)["time_zone"] == "Europe/Vienna"
    assert "are not right" not in console.get("/clients").text


def test_a_thousand_clients_cost_no_more_queries_than_three(console):
    from sqlalchemy import event

    seen: list[str] = []
    engine = console.store._database.engine

    def count(*told):
        seen.append(told[2])

    event.listen(engine, "before_cursor_execute", count)
    console.get("/clients")
    few = len(seen)
    people = {f"c-{number}": _plain(f"Person {number}") for number in range(120)}
    console.store.enrol(people, now=console.now)
    console.get("/clients")
    seen.clear()
    page = console.get("/clients")
    event.remove(engine, "before_cursor_execute", count)
    assert page.text.count('<li class="card') == 50
    assert "Page 1 of 3" in page.text
    assert len(seen) <= few
