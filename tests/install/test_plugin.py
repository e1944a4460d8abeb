"""The example of a plugin, as a wheel in an environment of its own: one of each works."""

from __future__ import annotations

import json

from tests.test_plugins import CONFIG, MAIL, NOTICES


def test_a_plugin_that_is_installed_is_found_and_works(with_plugin, tmp_path):
    told = [
        json.loads(one)
        for one in with_plugin.call(tmp_path, "plugins", "--json").stdout.splitlines()
    ]
    assert {one["group"]: one["name"] for one in told} == {
        "formats": "harbour",
        "sources": "noticeboard",
        "channels": "logbook",
        "packs": "harbour",
        "pages": "harbour",
    }
    assert all(one["loaded"] and one["distribution"] == "cxdigest-harbour" for one in told)
    (tmp_path / "config.yaml").write_text(CONFIG, "utf-8")
    (tmp_path / "notices.txt").write_text(NOTICES, "utf-8")
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "one.eml").write_text(MAIL, "utf-8")
    done = with_plugin.call(tmp_path, "run", "--once", "--json")
    assert done.returncode == 0, done.stderr
    assert " kit kit: " in (tmp_path / "log.txt").read_text("utf-8")
