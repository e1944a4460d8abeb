"""Having a token, keeping it and renewing it in time, at a provider that speaks HTTP."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from cxdigest.errors import TokenError
from cxdigest.oauth import GOOGLE, Provider, Token, TokenFile, microsoft
from cxdigest.oauth.grants import Consent, awaited, device
from cxdigest.oauth.grants import _token as given
from cxdigest.oauth.tokens import read_token
from tests.oauth.world import NOW, Clock, login
from tests.servers.tokens import token_server


@pytest.fixture
def server():
    with token_server() as running:
        yield running


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def mine(server, tmp_path, clock):
    """A login whose token was had by consent."""
    one = login(server, tmp_path, clock)
    consent = Consent(one, "http://127.0.0.1:1")
    one.file.write(consent.token(server.browse(consent.url), clock()))
    return one


def test_consent_in_a_browser_gives_a_token_that_is_kept_for_its_owner_alone(server, mine):
    assert server.holding[mine.access_token()] == server.user
    assert stat.S_IMODE(mine.file.path.stat().st_mode) == 0o600
    assert server.asked == ["authorization_code"]


def test_a_code_for_another_device_is_asked_for_until_the_person_has_typed_it(
    server, tmp_path, clock
):
    one = login(server, tmp_path, clock)
    server.waits = ["authorization_pending", "slow_down", "authorization_pending"]
    slept = []
    code = device(one, clock())
    assert (code.code, code.url) == ("ABCD-EFGH", f"{server.url}/type")
    token = awaited(one, code, clock=clock, sleep=slept.append)
    assert token.access in server.holding
    assert slept == [1, 1, 6, 6]


def test_a_code_that_nobody_types_ends(server, tmp_path, clock):
    one = login(server, tmp_path, clock)
    server.waits = ["authorization_pending"] * 9
    code = device(one, clock())
    with pytest.raises(TokenError, match=r"nobody typed the code in time.*authorise post"):
        awaited(one, code, clock=clock, sleep=lambda _: clock.turn(minutes=5))


def test_a_token_is_used_until_shortly_before_its_end_and_renewed_then(server, mine, clock):
    first = mine.access_token()
    clock.turn(minutes=54)
    assert mine.access_token() == first
    clock.turn(minutes=2)
    second = mine.access_token()
    assert second != first
    assert mine.access_token() == second
    assert server.asked == ["authorization_code", "refresh_token"]


def test_the_token_for_renewal_is_kept_where_the_provider_gives_no_new_one(server, mine, clock):
    for _ in range(3):
        clock.turn(hours=2)
        mine.access_token()
    assert server.asked.count("refresh_token") == 3
    assert stat.S_IMODE(mine.file.path.stat().st_mode) == 0o600


def test_a_provider_that_gives_each_renewal_once_is_followed(server, mine, clock):
    server.rotates = True
    for _ in range(3):
        clock.turn(hours=2)
        assert mine.access_token() in server.holding


def test_many_sources_at_once_renew_a_token_once(server, mine, clock):
    clock.turn(hours=2)
    with ThreadPoolExecutor(8) as pool:
        tokens = set(pool.map(lambda _: mine.access_token(), range(16)))
    assert len(tokens) == 1
    assert server.asked.count("refresh_token") == 1


def test_a_token_that_another_process_renewed_meanwhile_is_taken_from_the_file(
    server, mine, clock, tmp_path
):
    other = login(server, tmp_path, clock)
    clock.turn(hours=2)
    fresh = other.access_token()
    assert mine.access_token() == fresh
    assert server.asked.count("refresh_token") == 1


def test_a_login_that_was_withdrawn_says_what_to_do(server, mine, clock):
    server.withdraw()
    clock.turn(hours=2)
    with pytest.raises(TokenError) as caught:
        mine.access_token()
    assert "cxdigest authorise post" in str(caught.value)
    assert "expired or revoked" in str(caught.value)
    assert not caught.value.passing


def test_a_login_that_nobody_authorised_says_so(server, tmp_path, clock):
    with pytest.raises(TokenError, match="no token yet; run: cxdigest authorise post"):
        login(server, tmp_path, clock).access_token()


def test_a_provider_that_cannot_be_reached_may_be_asked_again(mine, clock):
    lost = mine.provider.token_url.rsplit(":", 1)[0] + ":9/token"
    away = login(
        type("Gone", (), {"url": ""}), mine.file.path.parent.parent, clock,
        provider=Provider(token_url=lost, scope="mail"),
    )  # fmt: skip
    clock.turn(hours=2)
    with pytest.raises(TokenError, match=r"127\.0\.0\.1 cannot be asked") as caught:
        away.access_token()
    assert caught.value.passing
    assert away.file.read() == mine.file.read()


@pytest.mark.parametrize("answer", ["<html>Login", "[]", "{}", '{"access_token": ["x"]}', "null"])
def test_an_answer_that_is_no_token_changes_nothing(server, mine, clock, answer):
    kept = mine.file.read()
    server.broken = answer
    clock.turn(hours=2)
    with pytest.raises(TokenError):
        mine.access_token()
    assert mine.file.read() == kept


def test_a_person_who_refuses_consent_is_understood(server, tmp_path, clock):
    one = login(server, tmp_path, clock)
    server.consents = False
    consent = Consent(one, "http://127.0.0.1:1")
    with pytest.raises(TokenError, match="access_denied"):
        consent.token(server.browse(consent.url), clock())


def test_an_answer_to_another_question_is_refused(server, tmp_path, clock):
    one = login(server, tmp_path, clock)
    mine, other = Consent(one, "http://127.0.0.1:1"), Consent(one, "http://127.0.0.1:1")
    with pytest.raises(TokenError):
        mine.token(server.browse(other.url), clock())


def test_a_wrong_secret_of_the_app_is_told(server, tmp_path, clock):
    one = login(server, tmp_path, clock, client_secret="wrong")
    consent = Consent(one, "http://127.0.0.1:1")
    with pytest.raises(TokenError, match="invalid_client"):
        consent.token(server.browse(consent.url), clock())


def test_a_token_of_unknown_length_is_held_for_an_hour(server, tmp_path, clock):
    server.lasts = 0
    one = login(server, tmp_path, clock)
    consent = Consent(one, "http://127.0.0.1:1")
    assert consent.token(server.browse(consent.url), clock()).ends == NOW + timedelta(hours=1)


def test_a_token_can_be_copied_as_one_line_and_nothing_else_is_taken_for_one():
    token = Token(access="a", renewal="b", ends=NOW)
    assert "\n" not in token.written()
    assert read_token(token.written(), "here") == token
    for wrong in ("", "{}", "hunter2", '{"access": "", "renewal": "", "ends": ""}', "[1]"):
        with pytest.raises(TokenError, match=r"^here holds no token") as caught:
            read_token(wrong, "here")
        assert "hunter2" not in str(caught.value)


def test_a_file_of_tokens_is_replaced_whole_or_not_at_all(tmp_path):
    file = TokenFile(path=tmp_path / "token")
    token = Token(access="a", renewal="b", ends=NOW)
    file.write(token)
    tmp_path.joinpath("token").chmod(0o644)
    file.write(token)
    assert [path.name for path in tmp_path.iterdir()] == ["token"]
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    blocked = TokenFile(path=tmp_path / "token" / "below")
    with pytest.raises(TokenError, match="cannot be written"):
        blocked.write(token)


def test_no_token_is_ever_shown(server, mine):
    token = mine.file.read()
    assert token.access not in repr(token) + repr(mine) + str(mine)
    assert token.renewal not in repr(token) + repr(mine)
    assert mine.client_secret not in repr(mine)


def test_google_is_asked_for_renewal_and_microsoft_for_mail_over_imap_and_smtp():
    assert GOOGLE.more == {"access_type": "offline", "prompt": "consent"}
    assert not GOOGLE.device_url
    outlook = microsoft("contoso.example")
    assert "/contoso.example/" in outlook.token_url
    assert {"offline_access"} < set(outlook.scope.split())


def test_the_page_of_consent_is_asked_with_a_verifier_that_stays_here(server, tmp_path, clock):
    one = login(server, tmp_path, clock, provider=GOOGLE)
    asked = parse_qs(urlsplit(Consent(one, "http://127.0.0.1:7").url).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"] == ["https://mail.google.com/"]
    assert asked["access_type"] == ["offline"]
    assert asked["redirect_uri"] == ["http://127.0.0.1:7"]
    assert "client_secret" not in asked


def test_a_token_remembers_when_a_person_consented_and_when_its_renewal_dies(mine, clock):
    first = mine.file.read()
    assert first.granted == clock()
    assert first.dies is None
    mine.file.write(replace(first, dies=clock() + timedelta(days=7)))
    clock.turn(minutes=56)
    mine.access_token()
    renewed = mine.file.read()
    assert renewed.access != first.access
    assert renewed.granted == first.granted


def test_a_provider_may_say_when_the_renewal_dies(mine):
    said = {"access_token": "a", "refresh_token": "r", "refresh_token_expires_in": 604_800}
    assert given(mine, said, NOW).dies == NOW + timedelta(days=7)
    for odd in ("soon", -5, 1e400, None):
        assert given(mine, said | {"refresh_token_expires_in": odd}, NOW).dies is None


def test_a_token_that_an_earlier_version_kept_is_read():
    line = '{"access": "a", "renewal": "r", "ends": "2026-11-21T07:30:00+00:00"}'
    assert read_token(line, "here") == Token(
        access="a", renewal="r", ends=datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
    )
