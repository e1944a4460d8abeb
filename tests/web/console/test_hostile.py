"""What strangers and hostile users send, and that it opens, stops and tells nothing."""

from __future__ import annotations

import socket

import pytest
from fastapi import Request

from cxdigest.web.caller import caller_of, is_passed_on
from cxdigest.web.first.reception import Reception
from cxdigest.web.first_code import FirstCode
from cxdigest.web.look import templates
from tests.web.console.instance import NOW, Console
from tests.web.console.test_who import PASSWORD, add, csrf_in, sign_in


def asking(headers=(), *, peer="127.0.0.1", version="1.1"):
    """A request as the server hands it on."""
    named = [(name.lower().encode(), value.encode()) for name, value in headers]
    scope = {"type": "http", "headers": named, "client": (peer, 50_000), "http_version": version}
    return Request(scope)


def in_parts(charset: str, **fields: bytes) -> dict[str, object]:
    """A form as some program sends it, in an encoding of its choice."""
    body = b"".join(
        b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in fields.items()
    )
    media = f"multipart/form-data; boundary=b{charset and '; charset='}{charset}"
    return {"content": body + b"--b--\r\n", "headers": {"Content-Type": media}}


# -- forms


@pytest.mark.parametrize(
    "charset", ["punycode", "idna", "unicode_escape", "undefined", "utf-7", "utf-16", "x" * 300]
)
def test_a_form_is_read_in_no_encoding_but_utf_8(charset: str, console: Console):
    form = in_parts(charset, name=b"a" * 30_000 + b"\\ud800", password=b"x")
    answer = console.client.post("/login", **form)
    assert answer.status_code == 415
    assert "UTF-8" in answer.text


def test_a_form_in_parts_signs_in_where_its_encoding_is_the_usual_one(console: Console):
    add(console)
    for charset in ("", "UTF-8", "utf8"):
        form = in_parts(charset, name=b"root", password=PASSWORD.encode())
        assert console.client.post("/login", **form).status_code == 303
        console.client.cookies.clear()


@pytest.mark.parametrize(
    "tried", ["[" * 20_000, '[{"title": "CX lead \\ud800", "snippet": "\\u0000"}]']
)
def test_postings_that_travel_in_a_form_break_no_page(tried: str, console: Console):
    assert console.post("/try", tried=tried).status_code == 200


def test_no_name_that_cannot_be_one_is_looked_up(console: Console):
    add(console)
    for name in ("root\0", "ro\u017ft", "root/..", "r" * 5000, "' OR 1=1 --", ""):
        assert sign_in(console, name=name).status_code == 403


# -- who asks


def test_a_port_behind_an_address_makes_nobody_another():
    def seen_as(named: str) -> str:
        return caller_of(asking([("X-Forwarded-For", named)]))

    assert seen_as("203.0.113.7:1000") == seen_as("8.8.8.8, 203.0.113.7:2000") == "203.0.113.7"
    assert seen_as("[2001:db8::1]:1000") == seen_as("2001:db8::2") == "2001:db8::/64"
    assert seen_as("unknown:1") == "unknown:1"


def test_what_a_silent_proxy_passes_on_is_not_this_machine(console: Console):
    assert is_passed_on(asking(version="1.0"))
    assert not is_passed_on(asking())
    where = (console.client.base_url.host, console.client.base_url.port)
    with socket.create_connection(where, 20) as line:
        line.sendall(b"GET /account HTTP/1.0\r\nHost: 127.0.0.1:8080\r\n\r\n")
        assert b" 303 " in line.recv(4096).partition(b"\r\n")[0]


# -- what is another's


def test_nobody_learns_which_postings_others_have(console: Console):
    """Berta's client Ben never saw this one; what she asks of it is as of one that is nowhere."""
    add(console, name="root")
    add(console, name="berta", role="coach", coach="berta")
    sign_in(console, name="berta")
    csrf = csrf_in(console.get("/account"))
    adas, nowhere = only_adas(console), "0" * 16

    def told(path: str, **form: str) -> tuple[int, str]:
        answer = console.client.post(path, data={"csrf": csrf, **form})
        return answer.status_code, answer.headers.get("location", "")

    for do in ("split", "merge", "say", "duties"):
        there, gone = (
            told(f"/postings/ben/{one}/{do}", key=one, other=one, say=f"applied:{one}")
            for one in (adas, nowhere)
        )
        assert there == gone == (404, ""), do
    absorbed = merged_by_ada(console)
    assert console.get(f"/postings/ben/{absorbed}").status_code == 404


def only_adas(console: Console) -> str:
    """The id of a posting that no source of Ben's showed."""
    with console.store._database.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT posting_id FROM sightings WHERE posting_id NOT IN "
            "(SELECT posting_id FROM sightings WHERE source = 'bens') ORDER BY posting_id"
        ).all()
    return rows[0][0]


def merged_by_ada(console: Console) -> str:
    """The id of a posting that is part of another now, both of Ada's alone."""
    with console.store._database.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT DISTINCT posting_id FROM sightings WHERE posting_id NOT IN "
            "(SELECT posting_id FROM sightings WHERE source = 'bens') ORDER BY posting_id"
        ).all()
    one, other = rows[0][0], rows[1][0]
    made = console.store.merge_by_hand(one, other, now=console.now)
    return other if made == one else one


# -- the first start


def reception(tmp_path) -> Reception:
    return Reception(
        path=tmp_path / "config.yaml",
        address=("0.0.0.0", 1),
        templates=templates(),
        clock=lambda: NOW,
        http=None,  # type: ignore[arg-type] - asks for nothing
        code=FirstCode(),
    )


def test_strangers_who_look_in_push_nobody_out_who_showed_the_code(tmp_path):
    desk = reception(tmp_path)
    mine = desk.let_in()
    for _ in range(50):
        desk.sitting(asking())
    held = [("Cookie", "=".join(desk.cookie(mine)))]
    assert desk.sitting(asking(held)) is mine


def test_who_put_a_cookie_into_a_browser_is_not_let_in_with_it(tmp_path):
    desk = reception(tmp_path)
    put = desk.sitting(asking())
    mine = desk.let_in()
    assert mine.let_in
    assert mine.token != put.token
    assert not desk.sitting(asking([("Cookie", "=".join(desk.cookie(put)))])).let_in


# -- every page


def test_nothing_that_a_person_sees_is_kept_by_anything_between(console: Console):
    add(console)
    sign_in(console)
    for path in ("/today/ada", "/postings/ada", "/archive/ada", "/numbers/ada", "/try", "/account",
                 "/numbers/ada/table.csv?of=kinds", "/archive/ada/2026-11-20/mail.html",
                 "/api/v1/me", "/nowhere"):  # fmt: skip
        answer = console.get(path)
        assert answer.headers["cache-control"] == "no-store", path
        assert "etag" not in answer.headers
