"""What a person sees of merged sightings, and how they take it back."""

from __future__ import annotations

import json

import pytest

from cxdigest.cli.postings.explain import explain
from cxdigest.cli.postings.unmerge import unmerge
from cxdigest.errors import WrongUseError
from tests.ready import ready_store
from tests.store.openings.test_merging import COPY, ELSEWHERE, OWN, ROLE, identify, ids
from tests.store.world import DAY, NOW, read, take_in


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(
        "store: {url: cxdigest.sqlite}\n"
        "profiles: {ada: {name: Ada, sources: [saved], time_zone: UTC,"
        " deliver: [{channel: files, to: [ada@x.example]}]}}\n"
        "sources: {saved: {type: folder, path: .}}\n"
        "channels: {files: {type: folder, path: out}}\n"
    )
    return path


@pytest.fixture
def merged(tmp_path, config):
    """ROLE, its COPY a day later, and one in another city."""
    store = ready_store(tmp_path / "cxdigest.sqlite")
    take_in(store, read("a", ROLE, ELSEWHERE))
    take_in(store, read("b", COPY, now=NOW + DAY), now=NOW + DAY)
    identify(store)
    yield store
    store.close()


def test_explain_shows_the_sightings_why_they_are_one_and_how_to_undo_it(merged, config, capsys):
    role, copy = ids(ROLE, COPY)
    assert explain(config, role, packs=[], json=False) == 0
    said = capsys.readouterr().out
    assert f"Posting {role}, seen 2 times:" in said
    assert "2026-11-21 07:30 UTC in inbox (indeed, linkedin:11)" in said
    assert "merged: The same title, employer and place (title as" in said
    assert "company as shown: Lumen & Tide\n" in said
    assert COPY.url in said
    assert f"If that is another opening: cxdigest unmerge {role} {copy}" in said


def test_explain_finds_a_posting_by_an_id_that_was_merged_into_it(merged, config, capsys):
    role, copy = ids(ROLE, COPY)
    assert explain(config, copy, packs=[], json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["id"] == role
    assert [one["key"] for one in told["sightings"]] == [role, copy]
    assert [bool(one["merged"]) for one in told["sightings"]] == [False, True]
    explain(config, copy, packs=[], json=False)
    assert f"{copy} was merged into this posting." in capsys.readouterr().out


def test_a_link_through_a_tracker_is_not_shown(tmp_path, config, capsys):
    store = ready_store(tmp_path / "cxdigest.sqlite")
    link = "https://elinks.dice.com/a/sc/secret"
    take_in(store, read("a", type(ROLE)(format="dice", title="CX Lead", url=link, opaque=True)))
    (one,) = store.every_posting()
    store.close()
    explain(config, one.id, packs=[], json=False)
    explain(config, one.id, packs=[], json=True)
    assert "secret" not in capsys.readouterr().out


@pytest.mark.parametrize("how", ["posting", "link", "member", "both"])
def test_unmerge_parts_what_can_only_be_meant(merged, config, capsys, how):
    role, copy = ids(ROLE, COPY)
    wanted = {"posting": role, "link": ROLE.url, "member": copy, "both": role}[how]
    assert unmerge(config, wanted, copy if how == "both" else "", json=False) == 0
    assert capsys.readouterr().out == (
        f"{copy} is a posting of its own again, apart from {role} for good.\n"
    )
    identify(merged)
    assert merged.known_as(copy) == copy


def test_unmerge_asks_which_where_there_are_several(merged, config, capsys):
    take_in(merged, read("c", OWN, now=NOW + 2 * DAY), now=NOW + 2 * DAY)
    identify(merged)
    role, copy, own = ids(ROLE, COPY, OWN)
    with pytest.raises(WrongUseError, match="say which of its sightings") as refused:
        unmerge(config, role, "", json=False)
    assert copy in str(refused.value)
    assert own in str(refused.value)
    assert unmerge(config, role, own, json=True) == 0
    assert json.loads(capsys.readouterr().out) == {"parted": own, "from": role}


def test_unmerge_of_what_is_not_merged_says_so(merged, config):
    (elsewhere,) = ids(ELSEWHERE)
    with pytest.raises(WrongUseError, match="nothing is merged into this posting"):
        unmerge(config, elsewhere, "", json=False)
    with pytest.raises(WrongUseError, match="nothing is merged into this posting"):
        unmerge(config, elsewhere, elsewhere, json=False)
    with pytest.raises(WrongUseError, match="no stored posting has this link or id"):
        unmerge(config, "https://nowhere.example/", "", json=False)
    with pytest.raises(WrongUseError, match=f"{elsewhere}: not merged into"):
        unmerge(config, ids(ROLE)[0], elsewhere, json=False)
