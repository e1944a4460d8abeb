"""What docs/api.md shows works as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

from cxdigest.console.instance.users import make_token
from cxdigest.store import User
from cxdigest.web.api.root import api
from tests.web.console.instance import EXAMPLES, put_instance, served

PAGE = Path(__file__).parents[3] / "docs" / "api.md"


def test_the_snippets_of_the_page_run_in_their_order(tmp_path, capsys):
    with served(put_instance(tmp_path)) as console:
        user = User(name="ada", role="client", profile="ada", made=console.now, changed=console.now)
        assert console.store.add_user(
            User(name="root", role="admin", made=console.now, changed=console.now)
        )
        assert console.store.add_user(user)
        known = {
            "site": str(console.client.base_url).rstrip("/"),
            "token": make_token(console.store, "ada", "a program", now=console.now),
            "profile": "ada",
            "alert": next(EXAMPLES.glob("04-*")).read_bytes(),
        }
        for snippet in re.findall(
            r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL
        ):
            exec(compile(snippet, str(PAGE), "exec"), known)
        known["api"].close()
        assert len(known["titles"]) == known["page"]["total"]
        assert console.store.feedback_rows("ada")[0].undone
    assert capsys.readouterr().out


def test_each_status_of_the_description_is_told():
    rows = re.findall(r"^\| ([0-9, ]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    described = api(None).openapi()["paths"]["/me"]["get"]["responses"]
    assert {int(one) for row in rows for one in row.split(",")} == {
        int(status) for status in described if int(status) >= 400
    }
