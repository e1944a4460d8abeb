"""Programs read and change by JSON what people do on pages; each of these is one such errand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cxdigest.console.instance.users import make_token
from cxdigest.store import User
from tests.asking import asking
from tests.web.console.doors import bens_posting
from tests.web.console.instance import EXAMPLES, Console, put_instance, served

_DUTIES = (
    "You map the journeys of our customers, run the voice of the customer programme and measure "
    "what they say of us. "
) * 5
_PACK = """
pack: mine
about: Rules of our own.
rules:
  - id: mine.nothing
"""


class Program:
    """One who asks with a token, as the documentation does."""

    def __init__(self, console: Console, who: str, **scope: Any) -> None:
        user = User(name=who, made=console.now, changed=console.now, **scope)
        assert console.store.add_user(user)
        token = make_token(console.store, who, "a program", now=console.now)
        self.client = asking(
            f"{str(console.client.base_url).rstrip('/')}/api/v1",
            headers={"Authorization": f"Bearer {token}"},
        )

    def __call__(self, method: str, path: str, *, status: int = 200, **more: Any) -> Any:
        answer = self.client.request(method, path, **more)
        assert answer.status_code == status, (answer.status_code, answer.text)
        return answer.json() if answer.content else None


@pytest.fixture(scope="module")
def console(tmp_path_factory) -> Iterator[Console]:
    with served(put_instance(tmp_path_factory.mktemp("api"))) as made:
        yield made


@pytest.fixture(scope="module")
def root(console) -> Iterator[Program]:
    made = Program(console, "root", role="admin")
    with made.client:
        yield made


def test_a_word_holds_at_once_and_is_taken_back(console, root):
    path = f"/profiles/ben/postings/{bens_posting(console)}"
    made = root("POST", f"{path}/feedback", json={"word": "applied"}, status=201)
    assert root("GET", path)["posting"]["said"] == [made]
    root("DELETE", f"{path}/feedback/{made['id']}", status=204)
    assert root("GET", path)["posting"]["said"] == []
    told = root("DELETE", f"{path}/feedback/{made['id']}", status=409)
    assert told["detail"] == "This word was taken back already."


def test_a_word_of_another_posting_is_not_taken_back(console, root):
    one, other = [each["id"] for each in root("GET", "/profiles/ben/postings")["postings"]][:2]
    made = root(
        "POST", f"/profiles/ben/postings/{one}/feedback", json={"word": "applied"}, status=201
    )
    root("DELETE", f"/profiles/ben/postings/{other}/feedback/{made['id']}", status=404)


def test_duties_that_are_sent_judge_and_are_forgotten_again(console, root):
    path = f"/profiles/ben/postings/{bens_posting(console)}"
    before = root("GET", path)["verdict"]["tier"]
    after = root("PUT", f"{path}/duties", json={"duties": _DUTIES})
    assert (after["verdict"]["tier"], after["pasted"]) == ("full", True)
    assert any(piece["marks"] for block in after["text"]["duties"] for piece in block["pieces"])
    assert root("DELETE", f"{path}/duties")["verdict"]["tier"] == before
    root("DELETE", f"{path}/duties", status=409)


def test_two_are_merged_and_split_again(console, root):
    one, other = [each["id"] for each in root("GET", "/profiles/ada/postings")["postings"]][:2]
    made = root("POST", f"/profiles/ada/postings/{one}/merge", json={"other": other})["posting"]
    found = root("GET", f"/profiles/ada/postings/{made}")
    keys = {member["key"] for member in found["members"]}
    assert keys >= {one, other}
    key = next(key for key in (one, other) if key != made)
    assert root("GET", f"/profiles/ada/postings/{key}")["posting"]["id"] == made  # as it is now
    apart = root("POST", f"/profiles/ada/postings/{made}/split", json={"key": key})["posting"]
    assert apart == key


def test_an_alert_that_is_sent_is_read_and_judged(console, root):
    alert = next(EXAMPLES.glob("04-*")).read_bytes()
    found = root("POST", "/extract", content=alert, headers={"Content-Type": "message/rfc822"})
    assert found["alerts"][0]["outcome"] == "read"
    assert all(one["verdict"]["kind"] for one in found["alerts"][0]["postings"])
    root("POST", "/extract", json={}, status=415)


def test_a_pack_is_checked_and_one_that_was_saved_since_is_not_overwritten(console, root):
    faults = root("POST", "/rules/check", json={"text": _PACK})["faults"]
    assert faults
    told = root("PUT", "/rules", json={"text": _PACK, "version": 0}, status=422)
    assert told["faults"] == faults
    fine = "pack: mine\nabout: Nothing yet.\nrules: []\n"
    if root("POST", "/rules/check", json={"text": fine})["faults"]:
        fine = ""
    assert root("PUT", "/rules", json={"text": fine, "version": 0})["version"] == 1
    told = root("PUT", "/rules", json={"text": "", "version": 0}, status=409)
    assert "root saved another version" in told["detail"]


def test_a_profile_is_added_changed_paused_and_removed(console, root):
    settings = dict(root("GET", "/profiles/ben/settings")["settings"])
    made = root("POST", "/profiles", json={"name": "dora", "settings": settings}, status=201)
    assert made["right"], made
    changed = {**settings, "name": "Dora Quist"}
    sent = {"settings": changed, "changed": made["changed"]}
    assert root("PUT", "/profiles/dora/settings", json=sent)["settings"]["name"] == "Dora Quist"
    root("PUT", "/profiles/dora/settings", json={**sent, "changed": "before"}, status=409)
    root("POST", "/profiles/dora/pause", status=204)
    assert root("GET", "/profiles/dora")["paused"]
    root("POST", "/profiles/dora/resume", status=204)
    root("DELETE", "/profiles/dora", status=204)
    root("GET", "/profiles/dora", status=404)
    root("DELETE", "/profiles/ben", status=409)  # the configuration declares him


def test_settings_that_are_wrong_are_told_one_by_one(root):
    told = root("POST", "/profiles", json={"name": "dora", "settings": {"sent": 1}}, status=422)
    assert {"profiles.dora.name", "profiles.dora.sent"} <= {one["key"] for one in told["faults"]}


def test_files_of_this_machine_are_told_to_admins_alone(console, root):
    settings = root("GET", "/profiles/ben/settings")["settings"]
    folder = console.folder / "own"
    folder.mkdir()
    named = {**settings, "templates": str(folder)}
    root("POST", "/profiles", json={"name": "elsa", "settings": named}, status=201)
    coach = Program(console, "berta", role="coach", coach="berta")
    found = coach("GET", "/profiles/elsa/settings")
    assert "templates" not in found["settings"]
    coach("PUT", "/profiles/elsa/settings", json={k: found[k] for k in ("settings", "changed")})
    assert root("GET", "/profiles/elsa/settings")["settings"]["templates"] == str(folder)
    coach.client.close()


def test_a_page_that_is_signed_in_learns_what_proves_its_changes(tmp_path):
    with served(put_instance(tmp_path)) as alone:  # on this machine, without a login
        proof = {"X-CSRF-Token": alone.get("/api/v1/me").json()["csrf"]}
        path = f"/api/v1/profiles/ben/postings/{bens_posting(alone)}/feedback"
        said = {"json": {"word": "applied"}}
        assert alone.client.post(path, **said).status_code == 403
        assert alone.client.post(path, **said, headers=proof).status_code == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"title": "CX \\ud800"}', 400),  # half a letter
        (b'{"title": NaN}', 400),
        (b"[" * 100_000, 400),
        (b'{"title": 1}', 422),
        (b'{"title": "CX lead", "more": 1}', 422),
    ],
)
def test_what_is_no_json_of_ours_is_refused(body: bytes, status: int, root):
    told = root(
        "POST", "/judge", content=body, headers={"Content-Type": "application/json"}, status=status
    )
    assert told["status"] == status
    assert told["detail"]


def test_what_an_address_does_not_take_is_said(root):
    answer = root.client.patch("/rules")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, PUT"
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_is_too_long_is_told_as_everything_that_is_wrong(root):
    told = root("POST", "/judge", content=b" " * 1_000_001, status=413)
    assert told["title"]
