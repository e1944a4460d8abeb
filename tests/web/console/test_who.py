"""Who is let in, by which way, and how that ends."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from datetime import timedelta
from ipaddress import ip_network
from zoneinfo import ZoneInfo

import httpx
import pytest

from cxdigest.config.web import ProxyConfig
from cxdigest.console.instance import users
from cxdigest.web.first_code import FirstCode
from cxdigest.web.refusals import own_path
from cxdigest.web.tries import AT_ALL, OF_CALLER, OF_NAME, WITHIN, Tries
from tests.store.world import NOW
from tests.web.console.instance import Console, put_instance, served

PASSWORD = "correct horse battery"
OTHER = "staple of another kind"
KNOWN = users.Known(coaches=("berta",), profiles=("ada", "ben"))
LOCAL = ProxyConfig(addresses=["127.0.0.1"])


def add(console: Console, name="root", role="admin", **scope) -> None:
    users.add(
        console.store,
        name=name,
        role=role,
        password=PASSWORD,
        known=KNOWN,
        now=console.now,
        **scope,
    )


def sign_in(console: Console, name="root", password=PASSWORD, **more) -> httpx.Response:
    """What follows the form; the client keeps the cookie."""
    form = {"name": name, "password": password, **more.pop("form", {})}
    return console.client.post("/login", data=form, **more)


def is_in(answer: httpx.Response) -> bool:
    return answer.status_code == 303 and "signed=1" in answer.headers["location"]


def csrf_in(page: httpx.Response) -> str:
    return page.text.partition('name="csrf" value="')[2].partition('"')[0]


@contextmanager
def town(tmp_path, **desk):
    with served(put_instance(tmp_path / "instance"), **desk) as made:
        yield made


# -- alone on this machine


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "X-Real-IP", "Via", "CF-Connecting-IP",
     "X-Forwarded", "True-Client-IP", "X-Original-URL"],
)  # fmt: skip
def test_whatever_was_passed_on_is_not_this_machine(header: str, console: Console):
    assert console.get("/account").status_code == 200
    answer = console.get("/account", headers={header: "127.0.0.1"})
    assert answer.headers["location"] == "/login?next=%2Faccount"


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.example",
                                  "localhost:80@evil.example", "", "[::1", "10.0.0.1:8080"])  # fmt: skip
def test_a_name_that_leads_here_but_is_not_this_machines_opens_nothing(host: str, console: Console):
    assert console.get("/account", headers={"Host": host}).status_code in {303, 400}
    answer = console.client.post(
        "/users", data={"csrf": console.csrf, "name": "eve"}, headers={"Host": host}
    )
    assert answer.status_code in {303, 400}
    assert not console.store.has_users()


def test_this_machine_has_several_names(console: Console):
    for host in ("localhost", "localhost:8080", "127.0.0.1:9", "[::1]:8080", "LOCALHOST"):
        assert console.get("/account", headers={"Host": host}).status_code == 200


def test_a_request_without_the_name_of_a_host_opens_nothing(console: Console):
    where = (console.client.base_url.host, console.client.base_url.port)
    with socket.create_connection(where, 5) as line:
        line.sendall(b"GET /account HTTP/1.0\r\n\r\n")
        assert b" 303 " in line.recv(4096).partition(b"\r\n")[0]


def test_once_there_is_a_user_everybody_signs_in(console: Console):
    page = console.get("/users")
    assert "Add the first user: you" in page.text
    answer = console.post("/users", name="Root", role="admin", password=PASSWORD, again=PASSWORD)
    assert answer.headers["location"] == "/users?done=added"
    assert console.get("/users").headers["location"] == "/login?next=%2Fusers"
    assert is_in(sign_in(console))
    assert "root" in console.get("/users").text


def test_the_first_user_is_an_admin(console: Console):
    answer = console.post(
        "/users", name="ben", role="client", profile="ben", password=PASSWORD, again=PASSWORD
    )
    assert answer.status_code == 422
    assert "The first user must be an admin" in answer.text
    assert not console.store.has_users()


def test_off_this_machine_the_page_says_what_to_do(tmp_path):
    with town(tmp_path) as console:
        page = console.get("/login", headers={"Host": "digest.example"})
        assert "cxdigest user add NAME" in page.text
        assert 'action="/login' not in page.text


# -- the first admin


def test_the_code_of_the_log_makes_the_first_admin_once(tmp_path):
    code = FirstCode()
    with town(tmp_path, alone=False, first_code=code) as console:
        assert console.get("/").headers["location"] == "/login?next=%2F"
        page = console.get("/login")
        assert "Code from the log" in page.text
        assert code.words not in page.text
        form = {"code": code.words.upper().replace("-", " "), "name": "Root"}
        form |= {"password": "short", "again": "short"}
        answer = console.client.post("/login/first", data=form)
        assert "A password needs 12 letters" in answer.text
        form |= {"password": PASSWORD, "again": PASSWORD}
        assert is_in(console.client.post("/login/first", data=form))
        assert console.get("/account").status_code == 200
        console.client.cookies.clear()
        answer = console.client.post("/login/first", data={**form, "name": "eve"})
        assert answer.headers["location"] == "/login"
        assert [one.name for one in console.store.users()] == ["root"]


def test_a_wrong_code_opens_nothing_and_cannot_be_guessed_at(tmp_path):
    code = FirstCode()
    with town(tmp_path, alone=False, first_code=code) as console:
        form = {"name": "eve", "password": PASSWORD, "again": PASSWORD}
        for wrong in ["", "aaaaa-aaaaa-aaaaa-aaaaa", *map(str, range(OF_CALLER - 2))]:
            answer = console.client.post("/login/first", data={**form, "code": wrong})
            assert answer.status_code == 403
        answer = console.client.post("/login/first", data={**form, "code": code.words})
        assert answer.status_code == 429
        assert not console.store.has_users()
        console.now += WITHIN + timedelta(seconds=1)
        assert is_in(console.client.post("/login/first", data={**form, "code": code.words}))


def test_a_code_is_used_once_even_by_two_at_a_time():
    code = FirstCode()
    assert code.words not in repr(code)
    assert not code.use("")
    assert code.use(code.words)
    assert not code.use(code.words)
    code.give_back()
    assert code.is_right(code.words)


# -- signing in and out


def test_signing_in_leads_back_to_where_one_was(console: Console):
    add(console)
    where = console.get("/go?profile=ben&place=archive").headers["location"]
    assert where == "/login?next=%2Fgo%3Fprofile%3Dben%26place%3Darchive"
    answer = sign_in(console, form={"next": "/go?profile=ben&place=archive"})
    answer = console.get(answer.headers["location"])
    assert answer.headers["location"] == "/go?profile=ben&place=archive"


@pytest.mark.parametrize(
    "there",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:1",
     "/ok\n", "", "/login", "/logout", "///evil.example", "/%0d", "/\tevil.example", "/" + "x" * 3000],
)  # fmt: skip
def test_signing_in_leads_nowhere_else(there: str):
    assert own_path(there) in {"/", "/%0d"}


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(console: Console):
    add(console)
    wrong = sign_in(console, password=OTHER)
    nobody = sign_in(console, name="eve")
    assert wrong.status_code == nobody.status_code == 403
    assert wrong.text.replace("root", "eve") == nobody.text
    assert "set-cookie" not in wrong.headers


def test_the_cookie_is_kept_from_scripts_and_other_sites(console: Console):
    add(console)
    told = sign_in(console).headers["set-cookie"]
    assert told.startswith("cxdigest=")
    assert "HttpOnly" in told
    assert "SameSite=lax" in told
    assert "Secure" not in told
    secret = told.partition("=")[2].partition(";")[0]
    assert len(secret) == 43
    with console.store._database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM sessions").all()
    assert secret not in str(rows)


@pytest.mark.parametrize(
    "headers",
    [{"Host": "digest.example"}, {"X-Forwarded-Proto": "https"}, {"Origin": "https://127.0.0.1:PORT"}],
)  # fmt: skip
def test_beyond_this_machine_the_cookie_goes_by_https_alone(headers, console: Console):
    add(console)
    port = str(console.client.base_url.port)
    headers = {key: value.replace("PORT", port) for key, value in headers.items()}
    told = sign_in(console, headers=headers).headers["set-cookie"]
    assert told.startswith("__Host-cxdigest=")
    assert "Secure" in told
    assert "Path=/" in told
    assert "Domain" not in told


def test_a_plain_cookie_counts_on_this_machine_alone(console: Console):
    add(console)
    sign_in(console)
    held = {"Cookie": f"cxdigest={console.client.cookies['cxdigest']}"}
    assert console.get("/account", headers=held).status_code == 200
    assert console.get("/account", headers={**held, "Host": "digest.example"}).status_code == 303


def test_a_browser_that_keeps_no_cookie_is_told(console: Console):
    add(console)
    there = sign_in(console).headers["location"]
    console.client.cookies.clear()
    assert "your browser did not keep it" in console.get(there).text


def test_each_sign_in_is_a_new_session_and_ends_the_one_before(console: Console):
    add(console)
    sign_in(console)
    first = console.client.cookies["cxdigest"]
    sign_in(console)
    second = console.client.cookies["cxdigest"]
    assert first != second
    console.client.cookies.clear()
    held = {"Cookie": f"cxdigest={first}"}
    assert console.get("/account", headers=held).status_code == 303


def test_signing_out_ends_the_session_for_whoever_copied_it(console: Console):
    add(console)
    sign_in(console)
    copied = {"Cookie": f"cxdigest={console.client.cookies['cxdigest']}"}
    page = console.get("/account")
    assert 'action="/logout"' in page.text
    answer = console.client.post("/logout", data={"csrf": csrf_in(page)})
    assert answer.headers["location"] == "/login?out=1"
    assert "cxdigest" not in console.client.cookies
    assert console.get("/account", headers=copied).status_code == 303


def test_a_session_ends_by_itself(console: Console):
    add(console)
    sign_in(console)
    console.now += timedelta(days=6)
    assert console.get("/account").status_code == 200
    console.now += timedelta(days=8)
    assert console.get("/account").status_code == 303


def test_the_form_of_another_site_signs_nobody_in(console: Console):
    add(console)
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"},
                    {"Sec-Fetch-Site": "cross-site"}):  # fmt: skip
        answer = sign_in(console, headers=headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


# -- who tries many


def test_who_tries_many_passwords_waits_and_others_do_not(tmp_path):
    with town(tmp_path) as console:
        add(console)
        for _ in range(OF_CALLER):
            assert sign_in(console, password=OTHER).status_code == 403
        answer = sign_in(console)
        assert answer.status_code == 429
        assert "Wait ten minutes" in answer.text
        elsewhere = {"X-Forwarded-For": "203.0.113.7"}
        assert is_in(sign_in(console, headers=elsewhere))
        console.now += WITHIN + timedelta(seconds=1)
        assert is_in(sign_in(console))


def test_a_name_that_many_guess_at_is_open_to_who_never_tried_wrong():
    tries = Tries()
    for caller in range(OF_NAME):
        assert tries.may(f"c{caller}", "root", NOW)
    assert not tries.may("c1", "root", NOW), "one try each, then they wait"
    assert tries.may("c1", "other", NOW)
    assert tries.may("home", "root", NOW)
    assert not tries.may("home", "root", NOW), "the first was wrong"
    assert tries.may("home", "root", NOW + WITHIN + timedelta(seconds=1))


def test_who_was_right_before_is_kept_out_by_no_number_of_others():
    tries = Tries()
    assert tries.may("home", "root", NOW)
    tries.was_right("home", "root", NOW)
    for caller in range(AT_ALL):
        assert tries.may(f"c{caller}", "root", NOW)
    assert not tries.may("one more", "root", NOW)
    assert tries.may("home", "root", NOW)
    assert tries.may("home", "root", NOW), "a slip is no reason"
    assert tries.may("one more", "root", NOW + WITHIN + timedelta(seconds=1))


def test_a_right_password_takes_back_no_wrong_ones():
    tries = Tries()
    for _ in range(OF_CALLER - 1):
        assert tries.may("eve", "root", NOW)
    for _ in range(50):
        assert tries.may("eve", "eve", NOW)
        tries.was_right("eve", "eve", NOW)
    assert tries.may("eve", "root", NOW)
    assert not tries.may("eve", "root", NOW)


def test_who_tries_is_remembered_in_little():
    tries = Tries()
    for number in range(20_500):
        tries.may(f"c{number}", f"{number}" + "n" * 10_000, NOW)
    assert len(tries._callers) == 10_000
    assert len(tries._names) == 10_000
    assert max(map(len, tries._names)) == 64


def test_what_a_stranger_says_of_where_they_are_is_not_believed(tmp_path):
    with town(tmp_path, proxy=ProxyConfig(addresses=["10.0.0.1"]), alone=False) as console:
        add(console)
        # This machine may pass on; whom it names last is the caller.
        for number in range(OF_CALLER):
            way = {"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.9"}
            assert sign_in(console, password=OTHER, headers=way).status_code == 403
        way = {"X-Forwarded-For": "198.51.100.77, 203.0.113.9"}
        assert sign_in(console, headers=way).status_code == 429


# -- a proxy that signs in


def test_a_proxy_says_who_it_is(tmp_path):
    with town(tmp_path, proxy=LOCAL, alone=False) as console:
        add(console)
        add(console, "ben", "client", profile="ben")
        page = console.get("/account", headers={"X-Remote-User": "Ben"})
        assert "The proxy in front signs you in" in page.text
        assert "/logout" not in page.text
        assert console.get("/users", headers={"X-Remote-User": "ben"}).status_code == 403
        assert console.get("/users", headers={"X-Remote-User": "root"}).status_code == 200
        both = [("X-Remote-User", "ben"), ("X-Remote-User", "root")]
        assert console.get("/users", headers=both).status_code == 303
        assert console.get("/users", headers={"X-Remote-User": "ben, root"}).status_code == 303
        told = console.get("/login", headers={"X-Remote-User": "eve"}).text
        assert "Nobody has added a user of this name" in told


def test_only_the_proxy_is_believed(tmp_path):
    for proxy in (None, ProxyConfig(addresses=["10.0.0.1", "192.0.2.0/24"])):
        with town(tmp_path / str(bool(proxy)), proxy=proxy, alone=False) as console:
            add(console)
            assert console.get("/users", headers={"X-Remote-User": "root"}).status_code == 303
            way = {"X-Remote-User": "root", "X-Forwarded-For": "10.0.0.1"}
            assert console.get("/users", headers=way).status_code == 303


def test_networks_of_a_proxy_are_read():
    assert LOCAL.addresses == (ip_network("127.0.0.1/32"),)


# -- what is shown where something is not


def test_who_is_signed_in_sees_refusals_within_the_console(console: Console):
    page = console.get("/nothing")
    assert page.status_code == 404
    assert 'aria-label="Pages"' in page.text
    assert page.headers["Referrer-Policy"] == "same-origin"
    stranger = console.get("/nothing", headers={"Host": "digest.example"})
    assert stranger.status_code == 404
    assert 'aria-label="Pages"' not in stranger.text


def test_a_missing_field_of_an_address_is_a_page_not_json(console: Console):
    answer = console.get("/go")
    assert answer.status_code == 400
    assert "This could not be understood" in answer.text


def test_programs_are_answered_in_json(console: Console):
    add(console)
    answer = console.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is no such thing, or it is not yours to see.",
    }


def test_a_fragment_is_not_replaced_by_the_page_to_sign_in(console: Console):
    add(console)
    answer = console.get("/account", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login?next=%2Faccount"


# -- one's own account


def test_a_password_is_changed_by_who_knows_it_and_ends_all_else(console: Console):
    add(console)
    sign_in(console)
    elsewhere = console.client.cookies["cxdigest"]
    console.client.cookies.clear()
    sign_in(console)
    proof = csrf_in(console.get("/account"))
    form = {"csrf": proof, "old": OTHER, "password": OTHER, "again": OTHER}
    assert (
        "This is not your password so far"
        in console.client.post("/account/password", data=form).text
    )
    form |= {"old": PASSWORD, "again": PASSWORD}
    assert "not the same" in console.client.post("/account/password", data=form).text
    form |= {"again": OTHER}
    answer = console.client.post("/account/password", data=form)
    assert answer.headers["location"] == "/account?done=password"
    assert "Your password is changed" in console.get("/account?done=password").text
    old = {"Cookie": f"cxdigest={elsewhere}"}
    assert httpx.get(f"{console.client.base_url}/account", headers=old).status_code == 303
    assert not is_in(sign_in(console))
    assert is_in(sign_in(console, password=OTHER))


@pytest.mark.parametrize("ticked", [{"tokens": "yes"}, {}])
def test_tokens_end_with_the_password_unless_that_is_not_wished(console: Console, ticked):
    add(console)
    add(console, "ben", role="client", profile="ben")
    sign_in(console)
    assert "access token" not in console.get("/account").text.partition("Password</h2>")[2]
    proof = csrf_in(console.get("/account"))
    for who in ("root", "root", "ben"):
        users.make_token(console.store, who, "a program", now=console.now)
    assert 'name="tokens" type="checkbox" value="yes" checked' in console.get("/account").text
    assert "Also end 2 access tokens of programs" in console.get("/account").text
    assert "Also end 1 access token of a program" in console.get("/users/ben").text
    new = {"csrf": proof, "old": PASSWORD, "password": OTHER, "again": OTHER, **ticked}
    assert console.client.post("/users/ben/password", data=new).status_code == 303
    assert len(console.store.access_tokens("root")) == 2
    answer = console.client.post("/account/password", data=new)
    told = console.follow(answer).text
    assert ("your tokens have ended" in told) == bool(ticked)
    left = [len(console.store.access_tokens(who)) for who in ("root", "ben")]
    assert left == ([0, 0] if ticked else [2, 1])


def test_times_are_those_of_the_first_profile_and_it_is_said(console: Console):
    add(console)
    sign_in(console)
    page = console.get("/account").text
    there = console.now.astimezone(ZoneInfo("Europe/London"))
    assert "Times are those of Europe/London." in page
    assert f"{there:%Y, %H:%M}</time>" in page
    assert "(Europe/London)" in console.get("/users/root").text


def test_a_token_is_shown_once_and_ends(console: Console):
    add(console)
    sign_in(console)
    proof = csrf_in(console.get("/account"))
    page = console.client.post("/account/tokens", data={"csrf": proof, "label": "<b>script"})
    token = page.text.partition("cxd_")[2].partition("<")[0]
    assert len(token) == 43
    assert token not in console.get("/account").text
    assert "&lt;b&gt;script" in page.text
    (kept,) = console.store.access_tokens("root")
    assert console.store.user_of_token(users.digest_of(f"cxd_{token}"), now=console.now)
    path = f"/account/tokens/{kept.digest[:16]}/end"
    assert console.client.post(path, data={"csrf": proof}).status_code == 303
    assert console.store.access_tokens("root") == ()


def test_other_sessions_of_ones_own_are_ended(console: Console):
    add(console)
    sign_in(console)
    console.client.cookies.clear()
    sign_in(console)
    page = console.get("/account")
    assert "This browser" in page.text
    assert "Another browser" in page.text
    path = page.text.partition('action="/account/sessions/')[2].partition('"')[0]
    answer = console.client.post(f"/account/sessions/{path}", data={"csrf": csrf_in(page)})
    assert answer.status_code == 303
    assert "Another browser" not in console.get("/account").text


# -- others


def test_an_admin_adds_changes_and_removes_users(console: Console):
    add(console)
    sign_in(console)
    proof = csrf_in(console.get("/users"))
    form = {"csrf": proof, "name": "ben", "role": "client", "password": PASSWORD, "again": PASSWORD}
    assert "Say which profile" in console.client.post("/users", data=form).text
    console.client.post("/users", data={**form, "profile": "ben"})
    assert (
        "There is a user ben already"
        in console.client.post("/users", data={**form, "profile": "ben"}).text
    )
    assert "Client: the digest of ben" in console.get("/users").text
    scope = {"csrf": proof, "role": "coach", "coach": "berta", "profile": "ben"}
    assert console.client.post("/users/ben/role", data=scope).status_code == 303
    changed = console.store.user("ben")
    assert (changed.role, changed.coach, changed.profile) == ("coach", "berta", "")
    form = {"csrf": proof, "password": OTHER, "again": OTHER}
    assert console.client.post("/users/ben/password", data=form).status_code == 303
    assert users.let_in(console.store, "ben", OTHER)
    assert "Tick the box" in console.client.post("/users/ben/remove", data={"csrf": proof}).text
    console.client.post("/users/ben/remove", data={"csrf": proof, "sure": "yes"})
    answer = console.client.post("/users/root/remove", data={"csrf": proof, "sure": "yes"})
    assert "root is the only admin" in answer.text.lower()
    assert [one.name for one in console.store.users()] == ["root"]


# -- long bodies


def test_a_stranger_sends_no_long_body_and_is_not_waited_for(console: Console):
    add(console)
    where = (console.client.base_url.host, console.client.base_url.port)
    unread = {b"303", b"404", b"405"}
    for path, told in ((b"/try", unread), (b"/setup", {b"413"}), (b"/clients/import", unread)):
        with socket.create_connection(where, 5) as line:
            line.sendall(
                b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 11000000\r\n\r\n" % path
            )
            answer = b""
            while more := line.recv(4096):  # ends by itself: the body is never asked for
                answer += more
        assert answer.partition(b"\r\n")[0].split()[1] in told
        assert b"connection: close" in answer.lower()


@pytest.mark.parametrize("told", [True, False])
def test_nobody_sends_a_body_without_an_end(told: bool, console: Console):
    for path, most in (("/users", 65_536), ("/rules", 1_000_000), ("/try", 12_000_000)):
        piece = b"x" * 65_537
        pieces = [piece] * (most // len(piece) + 1)
        content = b"".join(pieces) if told else iter(pieces)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            answer = console.client.post(path, content=content, headers=form)
        except httpx.WriteError:  # it was refused before it was sent
            continue
        assert answer.status_code in {404, 405, 413}, path
