"""Who gets digests now: the configuration's people and the store's, read anew at each turn."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from cxdigest import app
from cxdigest.cli.instance.health import missing_digests
from cxdigest.config import load
from cxdigest.errors import PackError
from cxdigest.model import Posting, Recipient, Wishes
from cxdigest.pipeline import turn
from cxdigest.roll import Roll
from cxdigest.rules import judge
from tests.ready import put_store, ready_store

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PACK = """pack: mine
about: Windmills.
language: en
groups: {mine.words: 9}
rules:
  - id: mine.windmill
    kind: other
    group: mine.words
    points: 9
    match: [(windmill)]
    reason: Windmills are no customers.
    examples: {hit: [Mend the windmill], miss: [Mend the mill]}
"""


def person(name="Anna", **more):
    return {
        "name": name,
        "sources": ["saved"],
        "time_zone": "Europe/Berlin",
        "read_pages": False,
        "deliver": [{"channel": "out", "to": [f"{name.lower()}@example.org"]}],
        **more,
    }


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "saved").mkdir()
    configure(tmp_path)
    return tmp_path


def configure(home: Path, **more) -> None:
    put_store(home / "store.sqlite")
    config = {
        "store": {"url": "store.sqlite"},
        "sources": {"saved": {"type": "folder", "path": "saved"}},
        "channels": {"out": {"type": "folder", "path": "out"}},
        "profiles": {"ada": person("Ada")},
    }
    (home / "config.yaml").write_text(yaml.safe_dump(config | more), "utf-8")


@pytest.fixture
def store(home):
    opened = ready_store(home / "store.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def roll(home, store):
    return Roll(load(home / "config.yaml"), store)


def names(roll) -> dict[str, bool]:
    return {one.name: one.paused for one in roll.profiles()}


def test_a_profile_says_to_the_street_what_its_settings_say(home, store):
    keys = {
        "deliver": [{"channel": "out", "to": ["a@example.org"], "cc": ["c@example.org"]}],
        "wishes": {"places": ["Wien"], "salary_from": 50000, "hide": ["places"]},
        "hide_employers": ["Acme Ltd"],
        "show": {"sales": "count"},
        "empty_days": "skip",
        "weekly": "fri",
        "dates": "de-AT",
        "addresses": ["Anna@example.org"],
    }
    store.enrol({"anna": person(**keys)}, now=NOW)
    _, anna = Roll(load(home / "config.yaml"), store).profiles()
    assert anna.recipients == (
        Recipient("out", "a@example.org", "to"),
        Recipient("out", "c@example.org", "cc"),
    )
    assert anna.wishes == Wishes(places=("Wien",), salary_from=50000, hide=frozenset({"places"}))
    assert (anna.hidden, anna.show) == (("Acme Ltd",), {"sales": "count"})
    assert (anna.send_empty, anna.weekly, anna.locale) == (False, 4, "de_AT")
    assert (anna.addresses, anna.stored, anna.paused) == (("anna@example.org",), True, False)


def test_changes_in_the_store_are_seen_at_the_next_look(roll, store):
    assert names(roll) == {"ada": False}
    store.enrol({"anna": person(), "ben": person("Ben")}, now=NOW)
    assert names(roll) == {"ada": False, "anna": False, "ben": False}
    store.pause_profile("anna", now=NOW)
    store.pause_profile("ada", now=NOW)
    store.enrol({"ben": person("Ben", paused=True)}, now=NOW + timedelta(seconds=1))
    assert names(roll) == {"ada": True, "anna": True, "ben": True}
    store.resume_profile("anna", now=NOW)
    store.discharge("ben")
    assert names(roll) == {"ada": True, "anna": False}


def test_a_stored_profile_that_is_not_right_any_more_is_named_once_and_stops_nobody(
    home, roll, store, caplog
):
    caplog.set_level(logging.WARNING)
    store.enrol({"anna": person(sources=["gone"]), "ben": person("Ben")}, now=NOW)
    assert names(roll) == {"ada": False, "ben": False}
    assert names(roll) == {"ada": False, "ben": False}
    (told,) = roll.problems
    assert str(told).startswith(
        'stored profiles: profiles.anna.sources[1]: there is no source "gone"; '
    )
    assert len([one for one in caplog.records if "gone" in one.getMessage()]) == 1
    store.enrol({"anna": person()}, now=NOW + timedelta(seconds=1))
    assert "anna" in names(roll)
    assert roll.problems == ()


def test_a_name_that_the_configuration_declares_is_the_configurations(roll, store):
    store.enrol({"ada": person("Eve")}, now=NOW)
    (ada,) = roll.profiles()
    assert (ada.heading, ada.stored) == ("Ada", False)
    assert "declares a profile of that name" in str(roll.problems[0])


def test_an_address_belongs_to_one_person(roll, store):
    both = {"anna": person(addresses=["x@example.org"]), "ben": person(addresses=["X@example.org"])}
    store.enrol(both, now=NOW)
    assert names(roll) == {"ada": False, "anna": False}
    assert "is an address of anna as well" in str(roll.problems[0])


def test_people_with_the_same_packs_share_their_rules(home, roll, store):
    (home / "mine.yaml").write_text(PACK)
    both = {"anna": person(packs=["mine.yaml"]), "ben": person("Ben", packs=["mine.yaml"])}
    store.enrol(both, now=NOW)
    roll.profiles()
    assert set(roll.own_rules) == {"anna", "ben"}
    assert roll.own_rules["anna"] is roll.own_rules["ben"]
    assert roll.own_rules["anna"].fingerprint != roll.shared_rules().fingerprint


def test_a_pack_that_breaks_while_the_program_runs_leaves_the_rules_as_they_were(home, roll, store):
    (home / "mine.yaml").write_text(PACK)
    store.enrol({"anna": person(packs=["mine.yaml"])}, now=NOW)
    roll.profiles()
    before = roll.own_rules["anna"]
    (home / "mine.yaml").write_text("rules: nonsense\n")
    assert "anna" in names(roll)
    assert roll.own_rules["anna"] is before
    assert "its rules cannot be used" in str(roll.problems[0])
    (home / "mine.yaml").write_text(PACK)
    roll.profiles()
    assert roll.problems == ()


def test_what_a_turn_finds_stays_while_a_page_asks_who_there_is(home, roll, store):
    (home / "mine.yaml").write_text(PACK, "utf-8")
    own = {"packs": [str(home / "mine.yaml")], "read_pages": True}
    store.enrol({"anna": person(**own), "ben": person("Ben")}, now=NOW)
    roll.profiles()
    pages = threading.Thread(target=lambda: [roll.profiles() for _ in range(50)])
    pages.start()
    missed = 0
    while pages.is_alive():
        missed += "anna" not in roll.own_rules or "anna" not in roll.per_day
    assert not missed
    store.discharge("anna")
    roll.profiles()
    assert "anna" not in roll.own_rules
    assert "anna" not in roll.per_day


def test_a_broken_pack_keeps_a_stored_profile_out_and_refuses_a_declared_one(home, store):
    (home / "mine.yaml").write_text("rules: nonsense\n")
    store.enrol({"anna": person(packs=["mine.yaml"])}, now=NOW)
    assert names(Roll(load(home / "config.yaml"), store)) == {"ada": False}
    configure(home, profiles={"ada": person("Ada", packs=["mine.yaml"])})
    with pytest.raises(PackError):
        Roll(load(home / "config.yaml"), store).profiles()


def test_templates_are_a_persons_own_else_the_coachs(home, store):
    for folder in ("own", "brand"):
        (home / folder).mkdir()
    coach = {"name": "Berta", "deliver": person()["deliver"], "time_zone": "Europe/Berlin"}
    configure(home, coaches={"berta": coach | {"templates": "brand"}})
    people = {"anna": person(coach="berta"), "ben": person(coach="berta", templates="own")}
    store.enrol(people, now=NOW)
    roll = Roll(load(home / "config.yaml"), store)
    _, anna, ben = roll.profiles()
    assert (Path(anna.templates).name, Path(ben.templates).name) == ("brand", "own")
    assert set(roll.branded) == {"anna", "ben"}


def test_a_turn_makes_the_digest_of_who_was_added_while_the_program_ran(home, store):
    with app.street(load(home / "config.yaml"), clock=lambda: NOW) as street:
        first = turn(street, everything=False)
        assert {one.profile for one in first.composed} == {"ada"}
        store.enrol({"anna": person()}, now=NOW)
        second = turn(street, everything=False)
    assert {one.profile for one in second.composed} == {"anna"}
    assert list((home / "out").glob("*anna*.eml"))


def test_health_misses_the_digest_of_a_stored_person_and_not_that_of_a_paused_one(home, store):
    settings = load(home / "config.yaml")
    store.enrol({"anna": person(), "ben": person("Ben", paused=True)}, now=NOW)
    store.pause_profile("ada", now=NOW)
    (missing,) = missing_digests(settings, store, now=NOW, grace=timedelta())
    assert missing.startswith("The digest of anna for 2026-11-21 was due")


SIREN = PACK.replace("windmill", "siren").replace("pack: mine", "pack: sirens")
TITLE = "Mend the windmill of our siren"


def fired(rules) -> set[str]:
    found = judge(Posting(id="1", title="Clerk", snippet=TITLE), rules)
    return {one.rule for one in found.evidence if one.rule.startswith("mine.")}


def test_stored_packs_are_in_force_from_the_next_turn_on_for_whom_they_are(roll, store):
    store.enrol({"anna": person()}, now=NOW)
    roll.profiles()
    before = roll.shared.fingerprint
    store.save_pack("", PACK, seen=0, by="you", now=NOW)
    store.save_pack("anna", SIREN, seen=0, by="you", now=NOW)
    roll.profiles()
    assert roll.shared.fingerprint != before
    assert fired(roll.shared) == {"mine.windmill"}
    assert fired(roll.own_rules["anna"]) == {"mine.windmill", "mine.siren"}
    assert "ada" not in roll.own_rules
    assert [name for name, _ in roll.packs_beside("anna")] == ["the stored pack"]
    assert roll.packs_beside("") == ()
    store.save_pack("", "", seen=1, by="you", now=NOW)
    store.save_pack("anna", "", seen=1, by="you", now=NOW)
    roll.profiles()
    assert roll.shared.fingerprint == before
    assert roll.own_rules == {}


def test_a_stored_pack_that_cannot_be_read_is_left_out_told_and_stops_nobody(roll, store, caplog):
    store.enrol({"anna": person()}, now=NOW)
    store.save_pack("anna", SIREN, seen=0, by="you", now=NOW)
    store.save_pack("", "pack: of-tomorrow\nrooms: []\n", seen=0, by="you", now=NOW)
    with caplog.at_level(logging.WARNING):
        assert names(roll) == {"ada": False, "anna": False}
        assert names(roll) == {"ada": False, "anna": False}
    assert caplog.text.count("the stored pack is left out: the stored pack:2") == 1
    assert [one.where for one in roll.problems] == ["the stored pack"]
    assert fired(roll.own_rules["anna"]) == {"mine.siren"}
    assert roll.packs_beside("anna") == ()
    store.save_pack("", PACK, seen=1, by="you", now=NOW)
    roll.profiles()
    assert roll.problems == ()
    assert fired(roll.shared) == {"mine.windmill"}


def test_saved_rules_judge_what_is_stored_at_the_next_turn(home):
    with app.street(load(home / "config.yaml"), clock=lambda: NOW) as street:
        turn(street, everything=False)
        before = street.fingerprint("ada")
        street.store.save_pack("", PACK, seen=0, by="you", now=NOW)
        assert street.present().rules.fingerprint == street.fingerprint("ada") != before
