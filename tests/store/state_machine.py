"""The store against a model of it: whatever is done in whatever order, some things hold.

A model that keeps plain dicts is told the same as the store. After every step no posting is lost,
no digest is doubled, every delivery stands as the model says, a claim is held by one, what is in
quarantine stays there, and of who was erased nothing is found.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)
from sqlalchemy import delete, select

from cxdigest.model import Digest
from cxdigest.store import Store, digest_id
from cxdigest.store.schema import digest_items, digests, merges, metadata, quarantine, sightings
from tests.store.openings.test_merging import COPY, ELSEWHERE, OWN, ROLE
from tests.store.people.test_erasure import everything
from tests.store.world import (
    DAY,
    HOUR,
    NOW,
    RENDERED,
    posting_id,
    read,
    sighting,
    take_in,
    verdict,
)

LEASE = HOUR / 4
SKEW = HOUR
SINCE = NOW - 400 * DAY
#: Whose sources are whose: two share one, and one has another of her own.
SOURCES = {"ada": ("inbox", "adas-mail"), "ben": ("inbox",)}
OWN_SOURCES = {"ada": ("adas-mail",), "ben": ()}
#: Four that are partly one opening, and three that are others.
SHOWN = (ROLE, COPY, OWN, ELSEWHERE, replace(ROLE, snippet="Longer."),
         sighting("Journey Lead"), sighting("Voice of the Customer Manager", company="Tarn"))  # fmt: skip
PROFILES = st.sampled_from(sorted(SOURCES))
ENDS = st.sampled_from(["sent", "waiting", "failed"])
STREAMS = st.sampled_from(["ada", "ben", "review/ada"])


@dataclass
class Sending:
    """How one delivery stands, as the model has it."""

    profile: str
    recipient: str
    digest: str
    state: str = "waiting"
    due: datetime | None = None
    changed: datetime | None = None
    holder: str | None = None
    attempts: int = 0
    bounced: bool = False
    left: int = 0  #: how often its server took it since somebody asked for another try

    def ripe(self, now: datetime) -> bool:
        if self.due is None:
            return False
        put_off = self.state == "waiting" and self.changed > now + SKEW
        return self.due <= now or put_off


@dataclass
class Held:
    """A worker with a delivery in hand; it may be slow, or dead."""

    delivery: str
    holder: str
    attempt: int


@dataclass
class Model:
    """What the store should hold."""

    alerts: dict[tuple[str, str], list] = field(default_factory=dict)
    sendings: dict[str, Sending] = field(default_factory=dict)
    days: set[tuple[str, object]] = field(default_factory=set)
    pauses: set[tuple[str, str]] = field(default_factory=set)
    quarantine: dict[str, list[set[str]]] = field(default_factory=dict)  #: the ids it had by then
    said: dict[str, int] = field(default_factory=dict)


def whose(stream: str) -> str:
    return stream.rpartition("/")[2]


class StoreMachine(RuleBasedStateMachine):
    """To be given a ``store`` by a class below it; each example begins with an empty one."""

    store: Store

    in_hand = Bundle("in_hand")

    @initialize()
    def begin(self):
        with self.store._database.writing() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(delete(table))
        self.now = NOW
        self.model = Model()
        self.workers = 0
        self.store.register_sources(["inbox", "adas-mail"], now=NOW)
        # A day with something to deliver, or a story would mostly be about nothing.
        self.an_alert_arrives_from("inbox", "a", [ROLE, COPY])
        for stream in ("ada", "ben"):
            self.a_digest_of(stream, both=stream == "ada", broken=False)

    # -- time ---------------------------------------------------------------------------------

    @rule(minutes=st.sampled_from([5, 16, 70, 24 * 60]))
    def time_goes_on(self, minutes):
        self.now += timedelta(minutes=minutes)

    @rule(minutes=st.sampled_from([20, 61, 300]))
    def the_clock_is_set_back(self, minutes):
        self.now -= timedelta(minutes=minutes)

    # -- the street ---------------------------------------------------------------------------

    @rule(
        source=st.sampled_from(["inbox", "adas-mail"]),
        key=st.sampled_from("abcdef"),
        which=st.lists(st.integers(0, len(SHOWN) - 1), min_size=1, max_size=3, unique=True),
    )
    def an_alert_arrives(self, source, key, which):
        self.an_alert_arrives_from(source, key, [SHOWN[one] for one in which])

    def an_alert_arrives_from(self, source, key, shown):
        if source == "adas-mail":
            shown.append(sighting(f"Only for ada {key}", company="Quixote", snippet="For ada."))
        new = (source, key) not in self.model.alerts
        # Some other mail under a key that is known: it changes nothing.
        taken = take_in(
            self.store,
            read(key, *shown, source=source, now=self.now),
            source=source,
            now=self.now,
        )
        assert taken == (len(shown) if new else 0)
        self.model.alerts.setdefault((source, key), shown)

    @rule()
    def likes_are_merged(self):
        self.store.identify(limit=100, now=self.now)

    @rule(kind=st.sampled_from(["genuine", "support", "unclear"]))
    def postings_are_judged(self, kind):
        found = self.store.unjudged("rules-1", limit=100)
        more = {"reason": "In doubt."} if kind == "unclear" else {}
        made = [(verdict(one.id, kind=kind, tier=tier, **more), tier) for one, tier in found]
        self.store.record_verdicts(made, now=self.now)
        assert self.store.unjudged("rules-1", limit=100) == []

    @precondition(lambda self: self.model.alerts)
    @rule(data=st.data())
    def a_merge_is_taken_back(self, data):
        self.store.unmerge(data.draw(st.sampled_from(sorted(self.keys()))), now=self.now)

    @precondition(lambda self: self.model.alerts)
    @rule(
        profile=PROFILES,
        word=st.sampled_from(["genuine", "not-genuine", "hide-employer"]),
        data=st.data(),
    )
    def a_reader_corrects(self, profile, word, data):
        key = data.draw(st.sampled_from(sorted(self.keys(profile)) or [""]))
        before = len(self.store.feedback_rows(profile))
        told = self.store.record_feedback(
            profile, key, word, way="link", sender=f"{profile}@x.example", now=self.now
        )
        assert (told is None) == (not key)
        after = len(self.store.feedback_rows(profile))
        assert before <= after <= before + 1
        self.model.said[profile] = after

    # -- digests ------------------------------------------------------------------------------

    @rule(stream=STREAMS, both=st.booleans(), broken=st.booleans())
    def a_digest_is_made(self, stream, both, broken):
        self.a_digest_of(stream, both=both, broken=broken)

    def a_digest_of(self, stream, *, both, broken):
        profile, day = whose(stream), self.now.date()
        new = self.store.candidates(profile, SOURCES[profile], fingerprint="rules-1", since=SINCE)
        apart = new[:1] if broken else []
        made = Digest(
            profile=stream, day=day, made=self.now,
            genuine=tuple(new[len(apart):]), quarantined=tuple(apart),
        )  # fmt: skip
        to = [f"{profile}@x.example", *([f"coach-of-{profile}@x.example"] if both else [])]
        known = (stream, day) in self.model.days
        found = self.store.record_digest(
            made, RENDERED, [("smtp", one) for one in to], now=self.now,
            faults={one.posting.id: "It broke." for one in apart},
        )  # fmt: skip
        assert (found is None) == known
        if known:
            return
        self.model.days.add((stream, day))
        for one in apart:
            ids = {one.posting.id, *self.store.merged_into(one.posting.id)}
            self.model.quarantine.setdefault(stream, []).append(ids)
        for status in self.store.deliveries(stream, day):
            assert (stream, status.recipient) not in self.model.pauses
            self.model.sendings[status.id] = Sending(
                profile=stream, recipient=status.recipient, digest=found,
                due=self.now, changed=self.now,
            )  # fmt: skip
        expected = {one for one in to if (stream, one) not in self.model.pauses}
        assert {one.recipient for one in self.store.deliveries(stream, day)} == expected

    @rule(profile=PROFILES)
    def what_is_in_quarantine_is_let_out(self, profile):
        self.store.let_out(profile)
        self.model.quarantine.pop(profile, None)
        assert self.store.quarantined(profile) == []

    # -- deliveries ---------------------------------------------------------------------------

    @rule(target=in_hand)
    def a_worker_claims(self):
        return self.a_worker_claims_now()

    def a_worker_claims_now(self):
        self.workers += 1
        holder = f"worker-{self.workers}"
        due = {key for key, one in self.model.sendings.items() if one.ripe(self.now)}
        ended = {
            key
            for key in due
            if (self.model.sendings[key].profile, self.model.sendings[key].recipient)
            in self.model.pauses
        }
        claimed = self.store.claim_delivery(now=self.now, lease=LEASE, holder=holder)
        for key in ended:  # those that came before the one that was claimed
            if self.state_of(key) == "failed":
                self.model.sendings[key].state, self.model.sendings[key].due = "failed", None
        if claimed is None:
            assert due <= ended
            return multiple()
        one = self.model.sendings[claimed.id]
        assert claimed.id in due - ended, "what is not due, or held by another, was claimed"
        assert one.left == 0, "what was confirmed was claimed again"
        one.state, one.holder = "sending", holder
        one.due, one.changed = self.now + LEASE, self.now
        one.attempts += 1
        assert claimed.attempts == one.attempts
        return Held(claimed.id, holder, one.attempts)

    @rule(target=in_hand)
    def a_lease_runs_out_and_another_claims(self):
        self.now += LEASE + timedelta(minutes=1)
        return self.a_worker_claims_now()

    @rule(held=consumes(in_hand))
    def a_worker_dies(self, held):
        """Nothing is said; the lease runs out."""

    @rule(held=consumes(in_hand), state=ENDS)
    def a_worker_ends_an_attempt(self, held, state):
        """It may be late: its lease is over, another has it, or its person was erased."""
        self.ended(held, state)

    @rule(slow=ENDS, quick=ENDS, later=st.booleans())
    def a_slow_worker_ends_after_another_took_over(self, slow, quick, later):
        first = self.a_worker_claims_now()
        self.now += LEASE + timedelta(minutes=1)
        second = self.a_worker_claims_now()
        both = [
            (one, end) for one, end in ((first, slow), (second, quick)) if isinstance(one, Held)
        ]
        for one, end in reversed(both) if later else both:
            self.ended(one, end)

    def ended(self, held, state):
        done = self.store.finish_delivery(
            held.delivery, state=state, detail="250" if state == "sent" else "451", now=self.now,
            next_try=self.now + HOUR if state == "waiting" else None, holder=held.holder,
        )  # fmt: skip
        one = self.model.sendings.get(held.delivery)
        if one is None:
            assert not done
            return
        mine = one.state == "sending" and one.holder == held.holder
        assert done == (mine or (state == "sent" and one.state != "sent"))
        if done:
            one.state, one.holder, one.changed = state, None, self.now
            one.due = self.now + HOUR if state == "waiting" else None
            one.left += state == "sent"

    @precondition(lambda self: self.model.sendings)
    @rule(data=st.data(), gone=st.booleans())
    def a_mail_comes_back(self, data, gone):
        key = data.draw(st.sampled_from(sorted(self.model.sendings)))
        words = "5.1.1 nobody here" if gone else "5.2.2 full"
        done = self.store.record_bounce(key, words=words, now=self.now)
        assert done == (not self.model.sendings[key].bounced)
        self.model.sendings[key].bounced = True
        self.follow_pauses()

    @precondition(lambda self: self.model.sendings)
    @rule(data=st.data())
    def somebody_asks_for_another_try(self, data):
        key = data.draw(st.sampled_from(sorted(self.model.sendings)))
        one = self.model.sendings[key]
        may = one.state in {"failed", "waiting"} or (one.state == "sent" and one.bounced)
        assert self.store.retry_delivery(key, now=self.now) == may
        if may:
            one.state, one.due, one.changed = "waiting", self.now, self.now
            one.attempts, one.bounced, one.left = 0, False, 0

    # -- people -------------------------------------------------------------------------------

    @rule(profile=PROFILES)
    def a_reader_leaves(self, profile):
        if not self.store.people() or profile not in self.store.people():
            return
        to = f"{profile}@x.example"
        new = self.store.pause_recipient(profile, "smtp", to, why="Asked.", now=self.now)
        assert new == ((profile, to) not in self.model.pauses)
        self.follow_pauses()

    @rule(profile=PROFILES)
    def a_reader_comes_back(self, profile):
        to = f"{profile}@x.example"
        assert self.store.resume_recipient(profile, "smtp", to) == (
            (profile, to) in self.model.pauses
        )
        self.model.pauses.discard((profile, to))

    @rule(profile=PROFILES)
    def a_person_is_erased(self, profile):
        self.store.erase_profile(profile, own_sources=OWN_SOURCES[profile])
        streams = {profile, f"review/{profile}"}
        model = self.model
        model.alerts = {
            key: shown for key, shown in model.alerts.items() if key[0] not in OWN_SOURCES[profile]
        }
        model.days = {key for key in model.days if key[0] not in streams}
        model.pauses = {key for key in model.pauses if key[0] not in streams}
        model.sendings = {
            key: one for key, one in model.sendings.items() if one.profile not in streams
        }
        for stream in streams:
            model.quarantine.pop(stream, None)
        model.said.pop(profile, None)
        # The name of a source alone is left: the rest of the street makes it known again.
        left = everything(self.store).replace("adas-mail", "").lower()
        assert f"{profile}@x.example" not in left
        assert not any(f'"{stream}"' in left for stream in streams)
        if profile == "ada":
            assert "only for ada" not in left
            assert "quixote" not in left
            self.store.register_sources(["adas-mail"], now=self.now)

    # -- what always holds --------------------------------------------------------------------

    @invariant()
    def all_promises_hold(self):
        with self.store.one_view():
            there = {one.id for one in self.store.every_posting()}
            known = {row["member"]: row["posting_id"] for row in self.rows(merges)}
            self.no_posting_is_lost(there, known)
            self.one_digest_a_day()
            self.deliveries_stand_as_the_model_says()
            self.quarantine_keeps(there, known)
        for profile, number in self.model.said.items():
            assert len(self.store.feedback_rows(profile)) == number

    def no_posting_is_lost(self, there, known):
        rows = self.rows(sightings)
        assert len(rows) == sum(len(shown) for shown in self.model.alerts.values())
        for row in rows:
            assert row["posting_id"] in there
            assert known.get(row["key"], row["key"]) == row["posting_id"]
        shown = {(row["profile"], row["posting_id"]) for row in self.rows(digest_items)}
        for profile, own in SOURCES.items():
            unheard = {known.get(key, key) for key in self.keys(profile)}
            unheard -= {posting for whose, posting in shown if whose == profile}
            new = unheard and self.store.candidates(
                profile, own, fingerprint="rules-1", since=SINCE
            )
            assert unheard <= {one.posting.id for one in new}, f"{profile} never hears of them"

    def one_digest_a_day(self):
        rows = {(row["profile"], row["day"]): row["id"] for row in self.rows(digests)}
        assert rows.keys() == self.model.days
        assert all(digest_id(*day) == found for day, found in rows.items())

    def deliveries_stand_as_the_model_says(self):
        found = {
            one.id: (
                one.profile,
                one.recipient,
                one.state,
                one.due,
                one.attempts,
                bool(one.bounced),
            )
            for one in self.store.deliveries()
        }
        assert found == {
            key: (one.profile, one.recipient, one.state, one.due, one.attempts, one.bounced)
            for key, one in self.model.sendings.items()
        }

    def quarantine_keeps(self, there, known):
        kept = {(row["profile"], row["posting_id"]) for row in self.rows(quarantine)}
        for stream, groups in self.model.quarantine.items():
            for ids in groups:
                now = {known.get(one, one) for one in ids} & there
                assert not now or any((stream, one) in kept for one in now)

    # -- looking ------------------------------------------------------------------------------

    def keys(self, profile: str = "ada") -> set[str]:
        """The ids that sightings have by themselves which *profile* may see."""
        return {
            posting_id(one)
            for (source, _), shown in self.model.alerts.items()
            if source in SOURCES[profile]
            for one in shown
        }

    def rows(self, table):
        with self.store._database.reading() as connection:
            return [dict(row) for row in connection.execute(select(table)).mappings()]

    def state_of(self, key: str) -> str:
        return next(one.state for one in self.store.deliveries() if one.id == key)

    def follow_pauses(self):
        """Take over who is left out; what waited for them has ended."""
        now = {(one.profile, one.recipient) for one in self.store.pauses()}
        for one in self.model.sendings.values():
            who = (one.profile, one.recipient)
            if who in now - self.model.pauses and one.state == "waiting":
                one.state, one.due, one.changed = "failed", None, self.now
        assert now >= self.model.pauses
        self.model.pauses = now
