"""Passwords and users, as pages and commands make them."""

from __future__ import annotations

import threading
import time

import pytest
from argon2 import PasswordHasher

from cxdigest.console.instance import passwords, users
from cxdigest.console.instance.passwords import BusyError, hash_of, is_outdated, is_right
from cxdigest.errors import WrongUseError
from tests.ready import ready_store
from tests.store.world import NOW

GOOD = "correct horse battery"
KNOWN = users.Known(coaches=("berta",), profiles=("ben",))


@pytest.fixture
def store(tmp_path):
    opened = ready_store(tmp_path / "x.sqlite")
    yield opened
    opened.close()


def add(store, name="root", role="admin", password=GOOD, **more):
    return users.add(store, name=name, role=role, password=password, known=KNOWN, now=NOW, **more)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("elevenchars", "needs 12 letters"),
        ("x" * 1025, "at most 1024"),
        ("aaaaaaaaaaaaaaaa", "too easy"),
        ("somebody.long", "too easy"),
        ("a lone \ud800 surrogate", "all of them text"),
    ],
)
def test_a_password_that_cannot_be_taken_is_refused_with_the_reason(password, said):
    with pytest.raises(WrongUseError, match=said):
        hash_of(password, name="somebody.long")


def test_a_password_is_the_same_from_every_keyboard():
    kept = hash_of("Ångström café ｆｕｌｌ")
    assert is_right(kept, "A\u030angstro\u0308m cafe\u0301 full")
    assert not is_right(kept, "Angstrom cafe full")
    assert kept.startswith("$argon2id$")
    assert not is_outdated(kept)


@pytest.mark.parametrize("kept", ["", "no hash at all", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA"])
def test_what_is_no_password_fits_none(kept):
    assert not is_right(kept, "nobody has this password")
    assert not is_right(kept, "?")
    assert not is_right(kept, "")


def test_what_is_too_long_or_no_text_is_not_the_password():
    kept = hash_of("x1y2z3" * 170)
    assert not is_right(kept, "x1y2z3" * 171)
    assert not is_right(kept, "\ud800")


def test_nobody_is_found_out_by_how_long_the_answer_takes(store):
    add(store)

    def spent(name: str) -> float:
        began = time.process_time()
        assert users.let_in(store, name, "another password") is None
        return time.process_time() - began

    spent("eve")
    tries = [(spent("eve"), spent("root")) for _ in range(5)]
    # The least of several: what else the machine does only ever adds.
    stranger, known = map(min, zip(*tries, strict=True))
    assert 0.4 < stranger / known < 2.5


def test_a_password_of_older_parameters_is_kept_anew_at_the_next_sign_in(store):
    root = add(store)
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)
    store.renew_hash("root", root.password, old)
    assert users.let_in(store, "root", GOOD)
    assert not is_outdated(store.user("root").password)
    assert users.let_in(store, " ROOT ", GOOD)


def test_one_password_is_tried_at_once_and_few_wait(monkeypatch):
    kept = hash_of(GOOD)
    going, most = [0], [0]
    lock, all_told = threading.Lock(), threading.Event()

    class Slow:
        def verify(self, *_: str) -> bool:
            with lock:
                going[0] += 1
                most[0] = max(most[0], going[0])
            assert all_told.wait(60), "those who find no place are told so while others wait"
            with lock:
                going[0] -= 1
            return True

    monkeypatch.setattr(passwords, "_HASHER", Slow())
    busy = []

    def go() -> None:
        try:
            assert is_right(kept, GOOD)
        except BusyError:
            with lock:
                busy.append(1)
                if len(busy) == 10:
                    all_told.set()

    threads = [threading.Thread(target=go) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert most == [1]
    assert len(busy) == 10


@pytest.mark.parametrize("name", ["", "x" * 65, "Ä", "a b", "-a", "a/b", "a\n", "a<b>"])
def test_a_name_that_cannot_be_one_is_refused(name, store):
    if name == "a\n":
        assert add(store, name).name == "a"
        return
    with pytest.raises(WrongUseError, match="cannot be a user's name"):
        add(store, name)


def test_a_mail_address_may_be_a_name(store):
    assert add(store, "Ada.M+cx@Home.example").name == "ada.m+cx@home.example"


def test_what_a_role_has_no_use_for_is_not_kept(store):
    root = add(store, coach="berta", profile="ben")
    assert (root.coach, root.profile) == ("", "")
    berta = add(store, "berta", "coach", coach="berta", profile="ben")
    assert (berta.coach, berta.profile) == ("berta", "")


@pytest.mark.parametrize(
    ("role", "scope", "said"),
    [
        ("king", {}, "no role; write one of admin, coach, client"),
        ("coach", {}, "say which coach; the coaches in the configuration are berta"),
        ("coach", {"coach": "carl"}, "no coach 'carl'"),
        ("client", {"profile": ""}, "say which profile"),
        ("client", {"profile": "eve"}, "no profile 'eve'; the profiles are ben"),
    ],
)
def test_a_role_needs_whose_it_is(role, scope, said, store):
    add(store)
    with pytest.raises(WrongUseError, match=said):
        add(store, "new", role, **scope)
    with pytest.raises(WrongUseError, match=said):
        users.change_role(store, "root", role=role, **scope, known=KNOWN, now=NOW)


def test_without_a_password_only_a_proxy_lets_somebody_in(store):
    with pytest.raises(WrongUseError, match="a password is missing"):
        add(store, password="")
    assert add(store, password="", proxied=True).password == ""
    assert users.let_in(store, "root", "") is None


def test_tokens_are_named_and_not_endless(store):
    add(store)
    token = users.make_token(store, "root", "  my \x1b[1m script ", now=NOW)
    assert token.startswith("cxd_")
    assert "\x1b" not in store.access_tokens("root")[0].label
    with pytest.raises(WrongUseError, match="give the token a name"):
        users.make_token(store, "root", "  ", now=NOW)
    for number in range(19):
        users.make_token(store, "root", str(number), now=NOW)
    with pytest.raises(WrongUseError, match="you have 20 tokens"):
        users.make_token(store, "root", "one more", now=NOW)
