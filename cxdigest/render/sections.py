"""The sections of the mail: which postings stand in each, in which form, and what is said of all.

Pure. ``Section`` is part of the interface to people's own templates (``view``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from cxdigest.language import _, figure, marked
from cxdigest.model import KIND_WORDS, Candidate, Digest, Kind, Showing
from cxdigest.render import words
from cxdigest.render.row import Row, row_of

#: So many postings must share a reason before it is said once for all of them.
_SHARED = 2
#: Genuine and doubtful postings stand in the mail whatever the profile says of their number.
_ALWAYS = frozenset({"genuine", "unclear"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of the mail."""

    key: str  #: ``genuine``, ``unclear``, ``flagged``, ``others``, ``again`` or ``closed``
    title: str
    short: str  #: what follows the number at the top, e.g. ``worth a look``
    about: str  #: one sentence below the title, may be empty
    rows: tuple[Row, ...]  #: those that are shown
    total: int  #: how many there are
    compact: bool  #: a large day: none of them stands in its full form
    whole: int  #: so many of *rows*, from the first, may stand in their full form
    #: Reasons of several rows each, which stand together, and of how many: said once.
    shared: Mapping[str, int]
    counted: str  #: kinds that the reader wants counted alone: whole sentences, may be empty
    left: int  #: how many are in *counted*

    @property
    def more(self) -> int:
        """How many are neither shown nor counted here."""
        return self.total - self.left - len(self.rows)

    @property
    def answered(self) -> bool:
        """Whether the reader may say anything of one of them."""
        return any(row.acts for row in self.rows)

    def forms(self) -> Iterator[tuple[str, Row, str]]:
        """Yield the rows, each with the name of the form in which it stands.

        And before it the reason that it begins to share with those after it; mostly empty.
        """
        whole = _WHOLE.get(self.key, "other")
        line = _LINE.get(self.key, "brief")
        last: str | None = None
        for place, row in enumerate(self.rows):
            reason = row.reason
            shared = reason in self.shared
            form = whole if row.full and place < self.whole else line
            if shared and form == "unclear":
                form = "undecided"
            yield reason if shared and reason != last else "", row, form
            last = reason


#: The form of a row that stands in full and of one that does not, where it is not the usual one.
_WHOLE = {"genuine": "genuine", "unclear": "unclear"}
_LINE = {"genuine": "wanted", "unclear": "wanted", "flagged": "flagged"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All postings of one section, before it is known how many of them there is room for."""

    key: str
    rows: tuple[Row, ...]  #: in the digest's order, without those that are counted alone
    counted: Mapping[Kind, int]
    shared: Mapping[str, int]


#: Title, short name, one sentence below the title; in reading order.
SECTIONS = {
    "genuine": (marked("Customer experience roles"), marked("customer experience"), ""),
    "unclear": (
        marked("Worth a look"),
        marked("worth a look"),
        marked("These may be customer experience; what could be read does not tell yet."),
    ),
    "flagged": (
        marked("Called customer experience; the duties say something else"),
        marked("say something else"),
        marked("Nearest to customer experience first."),
    ),
    "others": (marked("Other trades"), marked("other trades"), ""),
    "again": (marked("Seen again"), marked("seen again"), ""),
    "closed": (marked("Closed since"), marked("closed since"), ""),
}


def groups_of(digest: Digest) -> dict[str, Group]:
    """Return the postings of every section, in the digest's order."""
    return {key: _group(key, getattr(digest, key), digest) for key in SECTIONS}


def section(group: Group, shown: int, whole: int) -> Section:
    """Return the section of *group* with its first *shown* rows, *whole* of them in full."""
    title, short, about = (_(told) if told else "" for told in SECTIONS[group.key])
    left = sum(group.counted.values())
    rows = group.rows[:shown]
    return Section(
        key=group.key,
        title=title,
        short=short,
        about=about,
        rows=rows,
        total=len(group.rows) + left,
        compact=not any(row.full for row in rows[:whole]),
        whole=whole,
        shared=group.shared,
        counted=_counted(group.counted),
        left=left,
    )


def _group(key: str, candidates: Sequence[Candidate], digest: Digest) -> Group:
    forms = [(found, _form(key, found, digest)) for found in candidates]
    rows = tuple(
        row_of(found, digest, full=form == "full") for found, form in forms if form != "count"
    )
    counted = Counter(_kind(found) for found, form in forms if form == "count")
    if key != "unclear":
        return Group(key=key, rows=rows, counted=counted, shared={})
    return Group(key=key, rows=_by_reason(rows), counted=counted, shared=_shared(rows))


def _form(key: str, candidate: Candidate, digest: Digest) -> Showing:
    """In which form a posting is shown: as the profile says, else as its section usually is."""
    if key in {"again", "closed"}:
        return "compact"
    form = digest.show.get(_kind(candidate))
    if form == "count" and key in _ALWAYS:
        return "compact"
    return form or ("full" if key in _ALWAYS else "compact")


def _kind(candidate: Candidate) -> Kind:
    return candidate.verdict.kind if candidate.verdict else "unclear"


def _by_reason(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Put rows of one reason together, each group where its first row stands."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.reason, []).append(row)
    return tuple(chain.from_iterable(groups.values()))


def _shared(rows: Sequence[Row]) -> dict[str, int]:
    """Return the reasons that would otherwise be said again and again."""
    told = Counter(row.reason for row in rows if row.reason)
    return {reason: number for reason, number in told.items() if number >= _SHARED}


def _counted(kinds: Mapping[Kind, int]) -> str:
    if not kinds:
        return ""
    told = words.listed(
        [
            _("{n} of {kind}", n=figure(number), kind=_(KIND_WORDS[kind]))
            for kind, number in kinds.items()
        ]
    )
    return _("Only counted, as you wished: {told}.", told=told)
