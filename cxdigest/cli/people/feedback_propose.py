"""``cxdigest feedback propose``: words that repeat, as a pack of rules to be looked at.

Nothing is applied. The pack is tried on the very postings that it is made of, with as few points as
will do, and on those that its reader spoke otherwise of, which it must leave as they are.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from cxdigest import app
from cxdigest.cli.people.feedback import chosen_profile
from cxdigest.cli.rules.packs import load_rules, read_packs, stored_packs
from cxdigest.cli.terminal.new_file import refuse_existing, write_new
from cxdigest.config import load
from cxdigest.language import _, marked, ngettext
from cxdigest.pipeline.postings.proposing import NAME, Proposed, proposed
from cxdigest.store.people.packs import EVERYBODY
from cxdigest.text import printable

_NONE = marked(
    "No rule is proposed. One needs three corrections of one direction, on postings of two"
    " employers or more whose titles or quoted duties share words, and no other word against it."
)


def run(config: Path, *, profile: str, out: Path | None) -> int:
    """Print the pack, or write it to *out*, and say on standard error what it would change.

    Raises:
        ConfigError: the configuration cannot be used.
        PackError: a configured pack cannot be used.
        WrongUseError: nobody is called *profile*, several could be meant, or *out* exists.
    """
    refuse_existing(out)
    settings = load(config)
    with app.open_stored(settings) as store:
        whose = chosen_profile(settings, store, profile)
        packs = [*settings.rules.packs]
        beside = [*read_packs(packs), *stored_packs(store, EVERYBODY)]
        found = proposed(store, whose, load_rules(packs, stored_packs(store, EVERYBODY)), beside)
    if not found.proposals:
        print(_(_NONE), file=sys.stderr)
        return 0
    pack = found.pack
    if out is None:
        print(pack, end="")
    else:
        write_new(out, pack.encode())
    for line in _said(found, whose, out or Path(NAME)):
        print(printable(line), file=sys.stderr)
    return 0


def _said(found: Proposed, whose: str, file: Path) -> Iterator[str]:
    proposals, now, trial = found.proposals, found.now, found.trial
    yield ngettext(
        "{n} rule proposed; nothing is changed yet.",
        "{n} rules proposed; nothing is changed yet.",
        len(proposals),
    )
    for one in proposals:
        before = sum(now.right[each] for each in one.posting_ids)
        after = sum(trial.right[each] for each in one.posting_ids)
        yield f"  {one.id}: {one.reason}"
        yield (
            _(
                "    Of these {number}, the rules are right about {before} now and "
                "about {after} with it.",
                number=len(one.posting_ids),
                before=before,
                after=after,
            )
        )
    yield _(
        "See what it would change among all stored postings: cxdigest rules diff {file}", file=file
    )
    yield _(
        "To use it for {whose}, name the file under packs in that profile; for all, under rules.",
        whose=whose,
    )
