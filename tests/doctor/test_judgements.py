"""What is made of plain facts: no server and no clock is asked here."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

import pytest

from cxdigest.doctor import (
    clock,
    disk,
    domain,
    feeds,
    lookups,
    mounts,
    people,
    permissions,
    public,
    store,
    stored,
    tls,
    tokens,
    writable,
)
from cxdigest.doctor.line import Line
from cxdigest.doctor.patient import Me
from cxdigest.net.address import networks
from cxdigest.oauth import Token
from cxdigest.pipeline.instance.backing_up import Backed
from cxdigest.store import Polling, Standing
from cxdigest.store.archive.filed import Size
from tests.doctor.world import NOW

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MOUNTS = r"""21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
22 21 0:5 / /proc rw - proc proc rw
40 21 0:40 / /mnt/on\040a\040share rw,relatime shared:9 master:3 - cifs //nas/cx rw,vers=3.1.1
41 21 0:41 / /srv rw - nfs4 nas:/srv rw,vers=4.2
42 41 8:2 / /srv/disk rw - xfs /dev/sdb1 rw
43 21 8:3 / /locked ro,relatime - ext4 /dev/sdc1 rw
44 21 8:4 / /over rw - nfs nas:/old rw
45 21 8:5 / /over rw - btrfs /dev/sdd rw
nonsense
46 21 8:6 - tmpfs
"""


def state(line: Line) -> str:
    """The state; whatever is not well says what to do."""
    assert line.fix or line.state in {"ok", "unchecked"}, line
    return line.state


@pytest.mark.parametrize(
    ("path", "expected", "kind"),
    [
        ("/srv/cx/store.sqlite", "failed", "nfs4"),
        ("/srv/disk/store.sqlite", "ok", "xfs"),
        ("/srvs/store.sqlite", "ok", "ext4"),
        ("/mnt/on a share/store.sqlite", "failed", "cifs"),
        ("/over/store.sqlite", "ok", "btrfs"),
        ("/data/store.sqlite", "ok", "ext4"),
    ],
)
def test_a_store_on_a_network_file_system_is_a_failure(path, expected, kind):
    line = mounts.judge(PurePosixPath(path), mounts.mount_of(PurePosixPath(path), MOUNTS))
    assert (state(line), kind in line.says) == (expected, True)


def test_where_no_list_of_mounts_is_nothing_is_claimed():
    assert (
        state(mounts.judge(PurePosixPath("/data/x"), mounts.mount_of(PurePosixPath("/data/x"), "")))
        == "unchecked"
    )
    assert mounts.mount_of(PurePosixPath("/locked/x"), MOUNTS).read_only


def test_a_volume_of_another_user_is_named_with_its_owner_and_the_command():
    place = writable.Place(
        path=Path("/data"), wanted=Path("/data"), folder=True, may=False, owner=0, mode=0o755
    )
    line = writable.judge("the store's folder", place, Me(uid=10001, gid=10002))
    assert (state(line), line.fix) == ("failed", "chown -R 10001:10002 /data")
    assert "belongs to user 0 (mode 755)" in line.says


@pytest.mark.parametrize(
    ("wanted", "there", "fix"),
    [
        ("/data", "/data", "chown -R 10001:10002 /data"),
        ("/data/a b", "/data/a b", "chown -R 10001:10002 '/data/a b'"),
        ("/data/cx", "/", "mkdir -p /data/cx && chown 10001:10002 /data/cx"),
        ("/etc", "/etc", "name a folder of its own for it"),
        ("/", "/", "name a folder of its own for it"),
    ],
)
def test_no_command_hands_over_more_than_the_folder_itself(wanted, there, fix):
    place = writable.Place(
        path=Path(there), wanted=Path(wanted), folder=True, may=False, owner=0, mode=0o755
    )
    assert writable.judge("backups", place, Me(uid=10001, gid=10002)).fix == fix


@pytest.mark.parametrize(
    ("free", "kept", "expected"),
    [
        (10_000_000, 0, "failed"),
        (400_000_000, 0, "warning"),
        (900_000_000, 600_000_000, "warning"),
        (900_000_000, 100_000_000, "ok"),
    ],
)
def test_room_is_wanted_for_a_copy_of_the_store(free, kept, expected):
    assert state(disk.judge("/data", free=free, store=kept)) == expected


@pytest.mark.parametrize(
    ("mode", "owner", "expected"),
    [
        (0o600, 1000, "ok"),
        (0o644, 1000, "failed"),
        (0o660, 1000, "failed"),
        (0o640, 1000, "warning"),
        (0o600, 33, "warning"),
        (0o400, 0, "ok"),
    ],
)
def test_a_secret_is_for_its_owner_alone(mode, owner, expected):
    kept = permissions.Kept(path=Path("/x/token"), mode=mode, owner=owner)
    assert state(permissions.judge("the token", kept, Me(uid=1000, gid=1000))) == expected


@pytest.mark.parametrize(
    ("off", "expected"),
    [(2, "ok"), (-59, "ok"), (90, "warning"), (-90, "warning"), (400, "failed"), (-4000, "failed")],
)
def test_a_clock_that_is_off_is_said_by_how_much(off, expected):
    line = clock.judge("feeds.example", NOW, NOW + timedelta(seconds=off))
    assert state(line) == expected
    assert expected == "ok" or ("ahead of" if off > 0 else "behind") in line.says


def test_a_date_that_is_none_tells_no_time():
    assert clock.moment_of("Sat, 21 Nov 2026 07:30:00 GMT") == NOW
    assert clock.moment_of("Sat, 21 Nov 2026 08:30:00 +0100") == NOW
    for text in ("", "now", "Sat, 99 Nov 2026 07:30:00 GMT", "1" * 5000):
        assert clock.moment_of(text) is None


def certificate(begins: datetime, ends: datetime) -> dict[str, str]:
    return {
        name: f"{at:%b %d %H:%M:%S %Y} GMT"
        for name, at in (("notBefore", begins), ("notAfter", ends))
    }


@pytest.mark.parametrize(
    ("lasted", "left", "expected"),
    [
        (90, 30, "ok"),
        (90, 13, "warning"),
        (90, -1, "failed"),
        (6, 4, "ok"),  # of the kind that is made for six days
        (6, 1, "warning"),
    ],
)
def test_a_certificate_is_judged_by_the_days_it_has_left(lasted, left, expected):
    ends = NOW + left * DAY
    assert state(tls.judge("mail:993", certificate(ends - lasted * DAY, ends), NOW)) == expected


def test_a_certificate_that_says_nothing_is_not_judged():
    for one in ({}, {"notBefore": "x", "notAfter": "y"}, {"notBefore": None, "notAfter": 3}):
        assert state(tls.judge("mail:993", one, NOW)) == "unchecked"


def token(**more) -> Token:
    return Token(**{"access": "a", "renewal": "r", "ends": NOW + HOUR, **more})


@pytest.mark.parametrize(
    ("provider", "held", "expected", "words"),
    [
        ("google", None, "failed", "no token yet"),
        ("google", token(), "ok", "Testing"),
        ("google", token(granted=NOW - 5 * DAY), "ok", "23 Nov"),
        ("google", token(granted=NOW - 30 * DAY), "ok", "were the app"),
        ("google", token(dies=NOW + 5 * DAY), "warning", "5 days"),
        ("google", token(dies=NOW - HOUR), "failed", "ended"),
        ("microsoft", token(), "ok", "renews itself"),
        ("microsoft", token(dies=NOW + 60 * DAY), "ok", "60 days"),
        ("microsoft", token(dies=NOW + 30 * HOUR), "warning", "30 hours"),
        ("other", token(renewal="", ends=NOW - HOUR), "failed", "ended"),
        ("other", token(renewal=""), "warning", "cannot be renewed"),
    ],
)
def test_a_login_says_when_it_dies(provider, held, expected, words):
    line = tokens.judge("mine", provider, held, NOW)
    assert (state(line), words in line.says) == (expected, True), line


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (None, "warning"),
        (["google-site-verification=x"], "warning"),
        (["v=spf1 include:mail.example ~all"], "ok"),
        (["V=SPF1 -all", "other"], "ok"),
        (["v=spf10 -all"], "warning"),
        (["v=spf1 -all", "v=spf1 ~all"], "failed"),
        (["v=spf1 +all"], "warning"),
        (["v=spf1 " + " ".join(f"include:{n}.example" for n in range(11)) + " ~all"], "failed"),
    ],
)
def test_spf_is_one_record_that_does_not_let_everybody_in(records, expected):
    assert state(domain.judge_spf("mail.example", records)) == expected


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (None, "warning"),
        (["v=DMARC1; p=none"], "ok"),
        (["v=DMARC1;p=Reject; rua=mailto:x@mail.example"], "ok"),
        (["v=DMARC1; rua=mailto:x@mail.example"], "failed"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "failed"),
        (["v=DMARC12; p=none"], "warning"),
    ],
)
def test_dmarc_is_one_record_with_a_policy(records, expected):
    assert state(domain.judge_dmarc("mail.example", records)) == expected


def test_a_key_under_an_unusual_name_is_no_alarm():
    assert state(domain.judge_dkim("mail.example", [])) == "unchecked"
    assert state(domain.judge_dkim("mail.example", ["s1"])) == "ok"


def test_a_name_of_the_web_may_not_lead_inside_and_one_of_mail_may():
    inner, outer = ["10.0.0.7"], ["1.1.1.1", "10.0.0.7"]
    home = networks(["10.0.0.0/8"])
    assert state(lookups.judge("f.example", inner, web=True, allowed=())) == "failed"
    assert "net.allow" in lookups.judge("f.example", inner, web=True, allowed=()).fix
    assert state(lookups.judge("f.example", inner, web=True, allowed=home)) == "ok"
    assert state(lookups.judge("f.example", outer, web=True, allowed=())) == "ok"
    assert state(lookups.judge("m.example", inner, web=False, allowed=())) == "ok"
    assert state(lookups.judge("m.example", ["\x1b[31m", ""], web=False, allowed=())) == "failed"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (store.Looked(version="0005", known=True, strangers=(), damage=""), ["ok", "ok"]),
        (store.Looked(version="0002", known=True, strangers=(), damage=""), ["warning", "ok"]),
        (store.Looked(version="9999", known=False, strangers=(), damage=""), ["failed", "ok"]),
        (store.Looked(version=None, known=False, strangers=["films"], damage=""), ["failed", "ok"]),
        (store.Looked(version=None, known=False, strangers=(), damage=""), ["warning", "ok"]),
        (store.Looked(version="0005", known=True, strangers=(), damage="page 7"), ["ok", "failed"]),
        (store.Looked(version="0005", known=True, strangers=()), ["ok", "unchecked"]),
    ],
)
def test_a_store_is_judged_by_its_tables_and_its_pages(found, expected):
    assert [state(line) for line in store.judge("/data/x", found)] == expected


@pytest.mark.parametrize(
    ("woke", "expected"),
    [
        (None, "warning"),
        (NOW - HOUR / 2, "ok"),
        (NOW - 5 * HOUR, "warning"),
        (NOW - 2 * DAY, "failed"),
    ],
)
def test_work_that_nobody_does_is_told(woke, expected):
    (line,) = stored.judge_work(woke, Backed(), daily=True, now=NOW)
    assert state(line) == expected


def test_a_backup_that_failed_is_told():
    *_, line = stored.judge_work(NOW, Backed(problem="the disk is full"), daily=True, now=NOW)
    assert (state(line), "disk is full" in line.says) == ("failed", True)


def test_silent_and_failing_sources_are_told_and_the_others_counted():
    standings = [
        Standing(source="a", next_poll=NOW, silences=("a is silent.",)),
        Standing(source="b", next_poll=NOW, failures=4, message="refused"),
        Standing(source="c", next_poll=NOW),
        Standing(source="d", next_poll=NOW, failures=1, message="once"),
    ]
    found = [(line.subject, state(line)) for line in stored.judge_sources(standings)]
    assert found == [("a", "warning"), ("b", "failed"), ("", "ok")]


@pytest.mark.parametrize(
    ("size", "expected"), [(79_000, "ok"), (90_000, "warning"), (101_000, "failed")]
)
def test_the_largest_of_the_last_digests_is_held_against_the_limits(size, expected):
    sizes = [
        Size(profile=name, day=date(2026, 11, 21), html=html)
        for name, html in (("a", 9), ("b", size))
    ]
    line = stored.judge_sizes(sizes)
    assert (state(line), line.subject) == (expected, "b, 2026-11-21")


def test_a_feed_that_is_not_asked_is_told_by_its_last_poll():
    def judged(outcome, next_poll=NOW):
        last = Polling("f", next_poll, outcome)
        return feeds.judge_last("f", last, every=HOUR, now=NOW).state

    assert judged("new") == judged("empty") == "ok"
    assert judged("new", NOW - 3 * DAY) == judged(None) == "unchecked"
    assert judged("gone") == "failed"
    assert feeds.judge_last("f", None, every=HOUR, now=NOW).state == "unchecked"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (410, "ok"),
        (404, "failed"),
        (302, "failed"),
        (401, "failed"),
        (429, "unchecked"),
        (200, "failed"),
    ],
)
def test_one_click_is_well_only_where_this_very_instance_answers(status, expected):
    assert state(public.judge_click("https://digest.example", status)) == expected


def test_one_click_over_http_is_a_warning():
    assert state(public.judge_click("http://127.0.0.1:1", 410)) == "warning"


def test_a_page_of_somebody_else_is_told():
    assert state(public.judge_page("https://x.example", 200, b"<h1>Welcome</h1>")) == "failed"
    assert (
        state(
            public.judge_page("https://x.example", 503, b'{"store": "reachable", "problems": []}')
        )
        == "ok"
    )
    assert state(public.judge_page("https://x.example", 302, b"")) == "failed"


def test_people_are_told_by_where_they_are(tmp_path):
    from cxdigest.config import ProfileConfig

    def one(zone):
        return ProfileConfig.model_validate(
            {
                "name": "A",
                "sources": ["s"],
                "time_zone": zone,
                "deliver": [{"channel": "m", "to": ["a"]}],
            }
        )

    everybody = {f"p{n}": one("Asia/Kathmandu") for n in range(5)} | {"q": one("Etc/GMT+5")}
    kathmandu, fixed = people.judge(everybody, datetime(2026, 11, 21, tzinfo=UTC))
    assert kathmandu.says.startswith(
        "5 people (p0, p1, p2 and 2 more); it is 05:45 there (UTC+0545)"
    )
    assert "due Sat 21 Nov at 07:00" in kathmandu.says
    assert (state(fixed), "Europe/London" in fixed.fix) == ("warning", True)
    assert ZoneInfo("Asia/Kathmandu")
    assert [state(line) for line in people.judge({}, NOW)] == ["warning"]
