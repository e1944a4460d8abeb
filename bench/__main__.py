"""``make bench``: every table, or ``python -m bench feeds judge`` for some.

``python -m bench accuracy LABELS`` prints docs/accuracy.md instead, ``python -m bench identity
LABELS`` the tables of docs/identity.md, ``python -m bench published DAY`` what ships of the first,
``python -m bench pictures`` those of docs/pictures; ``python -m bench console [URL]`` measures
the console, which takes some minutes and a Chromium, ``python -m bench watch [POSTINGS]`` what
probes, scrapes and backups cost; ``python -m bench moves URL`` moves a store into an empty
PostgreSQL database and back; ``python -m bench scale URL`` is the street of many workers, and
``python -m bench grown`` the same work on ten thousand and on a million postings.
"""

from __future__ import annotations

import sys
from importlib import import_module

from bench import (
    accuracy,
    commands,
    console,
    digests,
    feeds,
    identity,
    judge,
    mails,
    moves,
    pictures,
    published,
    watch,
    yields,
)

TABLES = {
    "feeds": feeds.table,
    "mails": mails.table,
    "judge": judge.table,
    "digests": digests.table,
    "commands": commands.table,
    "yields": yields.table,
}

if __name__ == "__main__":  # processes that are spawned import this module again
    if sys.argv[1:2] == ["accuracy"]:
        accuracy.main(sys.argv[2:])
    elif sys.argv[1:2] == ["identity"]:
        identity.main(sys.argv[2:])
    elif sys.argv[1:2] == ["published"]:
        published.main(sys.argv[2:])
    elif sys.argv[1:2] == ["pictures"]:
        pictures.main(sys.argv[2:])
    elif sys.argv[1:2] == ["moves"]:
        moves.main(sys.argv[2:])
    elif sys.argv[1:2] == ["console"]:
        console.main(sys.argv[2:])
    elif sys.argv[1:2] == ["scale"]:
        import_module("bench.scale").main(sys.argv[2:])
    elif sys.argv[1:2] == ["grown"]:
        import_module("bench.grown").main(sys.argv[2:])
    elif sys.argv[1:2] == ["scale-worker"]:
        url, part, begun = sys.argv[2:]
        import_module("bench.scale").work(url, int(part), float(begun))
    elif sys.argv[1:2] == ["watch"]:
        watch.main(sys.argv[2:])
    else:
        for name in sys.argv[1:] or TABLES:
            TABLES[name]()
