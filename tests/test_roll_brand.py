"""Templates of people who are read while the program runs: a brand that breaks stops nobody."""

from __future__ import annotations

from cxdigest.config import load
from cxdigest.render.templates import brand_problem
from cxdigest.roll import Roll
from tests.ready import ready_store

CONFIG = """
sources: {alerts: {type: folder, path: alerts}}
channels: {out: {type: folder, path: out}}
profiles:
  ada:
    {name: Ada, sources: [alerts], time_zone: UTC, deliver: [{channel: out, to: [ada]}], coach: berta}
  ben:
    {name: Ben, sources: [alerts], time_zone: UTC, deliver: [{channel: out, to: [ben]}], coach: berta}
coaches:
  berta: {name: Berta, time_zone: UTC, deliver: [{channel: out, to: [berta]}], templates: brand}
"""


def test_a_brand_that_breaks_after_the_start_is_remembered_and_clients_share_one(tmp_path, caplog):
    (tmp_path / "brand").mkdir()
    (tmp_path / "config.yaml").write_text(CONFIG)
    settings = load(tmp_path / "config.yaml", {})
    (tmp_path / "brand" / "brand.yaml").write_text("nmae: Berta\n")
    store = ready_store(tmp_path / "cxdigest.sqlite")
    roll = Roll(settings, store)
    assert [one.name for one in roll.profiles()] == ["ada", "ben"]
    assert roll.branded["ada"] is roll.branded["ben"]
    assert 'brand.yaml:1: nmae: no such key; did you mean "name"?' in brand_problem(
        roll.branded["ada"]
    )
    assert len(caplog.records) == 1
    store.close()
