"""Users, sessions and tokens: who is known, when it ends, and that an admin is always left."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from cxdigest.errors import WrongUseError
from cxdigest.store import User
from tests.store.world import DAY, HOUR, NOW

IDLE = 7 * DAY


def user(name="root", role="admin", **more) -> User:
    return User(name=name, role=role, made=NOW, changed=NOW, **more)


def sign_in(store, who: User, digest="d1", *, now=NOW, ends=NOW + 30 * DAY) -> bool:
    return store.begin_session(digest, who, now=now, ends=ends)


def test_a_user_is_kept_as_given_and_a_name_is_given_once(store):
    assert not store.has_users()
    ben = user("ben", "client", profile="ben", password="$argon2")
    assert store.add_user(ben)
    assert not store.add_user(user("ben"))
    assert store.has_users()
    assert store.user("ben") == ben
    assert store.users() == (ben,)
    assert store.user("Ben") is None
    assert "$argon2" not in repr(ben)


def test_a_session_is_known_until_its_end(store):
    root = user()
    store.add_user(root)
    assert sign_in(store, root)
    found, who = store.session("d1", now=NOW + HOUR, idle=IDLE)
    assert (found.user, who) == ("root", root)
    assert store.session("d2", now=NOW, idle=IDLE) is None
    for day in range(6, 30, 6):
        assert store.session("d1", now=NOW + day * DAY, idle=IDLE)
    assert store.session("d1", now=NOW + 30 * DAY, idle=IDLE) is None, "used, and yet at its end"


def test_a_session_that_is_not_used_ends(store):
    root = user()
    store.add_user(root)
    sign_in(store, root)
    assert store.session("d1", now=NOW + 7 * DAY, idle=IDLE) is None
    assert store.sessions("root", now=NOW + 7 * DAY, idle=IDLE) == ()
    sign_in(store, root, "d2", now=NOW + 31 * DAY, ends=NOW + 61 * DAY)
    assert store.end_sessions("root", ["d1"]) == 0, "what has ended is removed at a sign-in"


def test_that_a_session_was_used_is_noted_now_and_then(store):
    root = user()
    store.add_user(root)
    sign_in(store, root)
    store.session("d1", now=NOW + timedelta(minutes=4), idle=IDLE)
    assert store.sessions("root", now=NOW, idle=IDLE)[0].used == NOW
    store.session("d1", now=NOW + timedelta(minutes=6), idle=IDLE)
    assert store.sessions("root", now=NOW, idle=IDLE)[0].used == NOW + timedelta(minutes=6)


@pytest.mark.parametrize("change", ["password", "role", "removed"])
def test_sessions_end_with_what_they_were_begun_for(change, store):
    root, ben = user(), user("ben", "client", profile="ben")
    for one in (root, ben):
        store.add_user(one)
        sign_in(store, one, one.name)
    if change == "password":
        assert store.set_password("ben", "another", now=NOW + HOUR, tokens=False)
    elif change == "role":
        assert store.set_role("ben", "coach", coach="berta", now=NOW + HOUR)
        assert store.user("ben").profile == ""
    else:
        assert store.remove_user("ben")
    assert store.session("ben", now=NOW + HOUR, idle=IDLE) is None
    assert store.session("root", now=NOW + HOUR, idle=IDLE), "others stay"
    assert not sign_in(store, ben, "late"), "a password that was right a moment ago"


def test_nobody_is_changed_who_is_not_there(store):
    store.add_user(user())
    assert not store.set_password("eve", "x", now=NOW, tokens=True)
    assert not store.set_role("eve", "admin", now=NOW)
    assert not store.remove_user("eve")


def test_the_last_admin_stays(store):
    store.add_user(user())
    store.add_user(user("ben", "client", profile="ben"))
    with pytest.raises(WrongUseError, match="root is the only admin"):
        store.remove_user("root")
    with pytest.raises(WrongUseError, match="root is the only admin"):
        store.set_role("root", "client", profile="ben", now=NOW)
    assert store.set_role("root", "admin", now=NOW)
    assert store.set_role("ben", "admin", now=NOW)
    assert store.remove_user("root")


def test_two_admins_who_remove_each_other_at_once_leave_one(store):
    for round_ in range(5):
        names = [f"a{round_}", f"b{round_}"]
        for one in names:
            store.add_user(user(one))
        for one in store.users():
            if one.name not in names:
                store.remove_user(one.name)
        barrier, refused = threading.Barrier(2), []

        def go(name: str, barrier=barrier, refused=refused) -> None:
            barrier.wait()
            try:
                store.remove_user(name)
            except WrongUseError:
                refused.append(name)

        threads = [threading.Thread(target=go, args=(name,)) for name in names]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert len(store.users()) == 1
        assert refused == [store.users()[0].name]


def test_a_hash_is_renewed_only_where_the_password_is_the_same(store):
    root = user(password="old")
    store.add_user(root)
    sign_in(store, root)
    store.renew_hash("root", "other", "new")
    assert store.user("root").password == "old"
    store.renew_hash("root", "old", "new")
    assert store.user("root").password == "new"
    assert store.session("d1", now=NOW, idle=IDLE), "nothing changed for its user"


def test_tokens_are_their_users_alone(store):
    for name in ("root", "eve"):
        store.add_user(user(name))
    assert store.add_access_token("t1", user="root", label="a script", now=NOW, most=2)
    assert store.access_tokens("root")[0].used is None
    assert store.user_of_token("t1", now=NOW + HOUR).name == "root"
    assert store.access_tokens("root")[0].used == NOW + HOUR
    assert store.access_tokens("eve") == ()
    assert not store.end_access_token("eve", "t1")
    assert store.add_access_token("t2", user="root", label="x", now=NOW, most=2)
    assert not store.add_access_token("t3", user="root", label="x", now=NOW, most=2)
    assert not store.add_access_token("t4", user="nobody", label="x", now=NOW, most=2)
    assert store.end_access_token("root", "t1")
    assert store.user_of_token("t1", now=NOW) is None
    store.remove_user("root")
    assert store.user_of_token("t2", now=NOW) is None


def test_who_is_erased_can_no_longer_sign_in_and_no_admin_goes(store):
    store.add_user(user())
    ben = user("ben", "client", profile="ben")
    store.add_user(ben)
    sign_in(store, ben)
    store.erase_profile("ben")
    assert [one.name for one in store.users()] == ["root"]
    assert store.session("d1", now=NOW, idle=IDLE) is None
