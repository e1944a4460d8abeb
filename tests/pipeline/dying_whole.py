"""A turn that is killed at every commit, in a world with all there is.

``python -m tests.pipeline.dying_whole FOLDER URL`` forks a worker that is killed (SIGKILL) at its
first commit, one at its second, … and one that lives to the end: alerts of several boards that show
one opening, pages at URL, a pasted reply, raw alerts past their age. Without a third argument
``every``, of the commits that one method makes only at the first and the last.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import ssl
import sys
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

from sqlalchemy import event

from cxdigest import store
from cxdigest.net import Http
from tests.pipeline.test_pages import GREENHOUSE, job, json_ld, shown
from tests.pipeline.test_replies import GENUINE, mail
from tests.ready import compile_templates
from tests.town import Road, Town
from tests.worlds import DAY, Shelf, World, shipped_rules

ROLE = "Head of Customer Experience"
UNCLEAR = "Experience Partner"
TITLES = (ROLE, UNCLEAR, "Director of Customer Experience", "CX Lead 0", "CX Lead 1")
OWN = "https://careers.quillfeather.example/jobs/{}"
BUDGET = 4
#: Days that alerts are kept as they arrived: shorter than the turn that dies comes after the first.
KEPT = timedelta(days=2)
STORE = str(Path(store.__file__).parent)
METHODS = frozenset(name for name in dir(store.Store) if not name.startswith("_"))
LIVES = 999  #: a moment that never comes
#: A commit by its number, from 1; of its kind alone where one is named.
Moment = tuple[int, str]


@dataclass
class Whole(World):
    """A world that lets go of raw alerts after two days."""

    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    @property
    def street(self):
        return replace(super().street, keep_raw=KEPT, keep_unreadable=KEPT)


def put_pages(web) -> None:
    """Let *web* play an employer's board and another's own pages."""
    town = Town(web, None)
    listed = [job(1, ROLE), job(2, "Director of Customer Experience")]
    town.page(f"{GREENHOUSE}/jobs", json.dumps({"jobs": listed}))
    for number in range(2):
        town.page(OWN.format(number), json_ld(title=f"CX Lead {number}"))


def first_alerts():
    """What the first turn, which nobody kills, takes in: an unclear posting and one to merge with."""
    return [
        shown("https://www.linkedin.com/jobs/view/4012345670/", UNCLEAR, "Osier Bank"),
        shown("https://www.linkedin.com/jobs/view/4012345671/", "Director of Customer Experience"),
    ]


def second_alerts(world):
    """What the turn that dies takes in: copies, pages to read, and the duties of the unclear one."""
    (unclear,) = [one for one in world.store.every_posting() if one.title == UNCLEAR]
    answers = world.mail.mails[0]["id"]
    indeed = "https://www.indeed.com/viewjob?jk=0123456789abcde{}"
    return [
        shown("https://www.linkedin.com/jobs/view/4012345672/", ROLE),
        shown(indeed.format(1), f"{ROLE} (m/f/d)", "Foxglove Ltd", "Leeds"),
        shown(indeed.format(2), "Director of Customer Experience", "Foxglove Ltd", "Leeds"),
        *(shown(OWN.format(n), f"CX Lead {n}", "Quillfeather") for n in range(2)),
        mail(f"ref {unclear.id}\r\n{GENUINE}", answers=answers),
    ]


def world_in(folder: Path, url: str, holder: str) -> Whole:
    """The world of *folder* as a worker named *holder* finds it, at the moment of the turn."""
    world = Whole(folder, holder=holder)
    server = SimpleNamespace(url=url)
    http = Http(user_agent="tests", pace=0, deadline=30, tls=world.tls, transport=Road(server))
    town = Town(server, http)
    world.pages = town.desk(
        world, holder=holder, per_day={"ada": BUDGET},
        boards={"foxglove": [("greenhouse", "foxglove")]},
    )  # fmt: skip
    world.now += 3 * DAY
    if world.mail.mails:
        world.sources = [Shelf([*first_alerts(), *second_alerts(world)])]
    return world


def found(folder: Path, url: str) -> None:
    """Make the world as it is before the killing."""
    world = world_in(folder, url, "founder")
    world.now -= 3 * DAY
    world.pages, world.sources = None, [Shelf(first_alerts())]
    world.turn()
    world.store.close()


def kind_of_commit() -> str:
    """Return the method of the store that commits now."""
    frame = sys._getframe()
    while not (frame.f_code.co_filename.startswith(STORE) and frame.f_code.co_name in METHODS):
        frame = frame.f_back
    return frame.f_code.co_name


def work(folder: Path, url: str, moment: Moment) -> list[str]:
    """Do the work and die before the commit that *moment* names; return the kinds of all commits."""
    world = world_in(folder, url, f"dying-{folder.name}")
    kinds: list[str] = []
    number, wanted = moment

    def on_commit(connection) -> None:
        if connection.get_execution_options().get("cxdigest_begin"):
            kinds.append(kind_of_commit())
            seen = kinds.count(wanted) if wanted else len(kinds)
            if number == seen and wanted in ("", kinds[-1]):
                (folder / "died").write_text(kinds[-1])
                os.kill(os.getpid(), signal.SIGKILL)

    event.listen(world.store._database.engine, "commit", on_commit)
    world.turn()
    world.store.close()
    return kinds


def moments(kinds: list[str], *, every: bool) -> list[Moment]:
    """Return at which commits workers die: by their number, or the first and last of each kind.

    Pages are read side by side, so a commit's number alone says little about its kind.
    """
    if every:
        return [(number, "") for number in range(1, len(kinds) + 1)]
    return sorted({(nth, kind) for kind in kinds for nth in (1, kinds.count(kind))})


def main(root: Path, url: str, *, every: bool) -> None:
    shipped_rules()
    compile_templates()
    root.mkdir()
    if (child := os.fork()) == 0:
        found(root, url)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    files = [path for path in root.iterdir() if path.is_file()]

    def ended(place: int, moment: Moment) -> int:
        folder = root / f"{place:03}"
        folder.mkdir()
        for path in files:
            shutil.copy(path, folder)
        if (child := os.fork()) == 0:
            kinds = work(folder, url, moment)
            (root / "kinds").write_text(json.dumps(kinds))
            os._exit(0)
        return os.waitpid(child, 0)[1]

    assert ended(LIVES, (LIVES, "")) == 0
    kinds = json.loads((root / "kinds").read_text())
    for place, moment in enumerate(moments(kinds, every=every), 1):
        if not os.WIFSIGNALED(ended(place, moment)):
            # Of what is done side by side the last one need not come again.
            assert moment[0] > 1, moment
            shutil.rmtree(root / f"{place:03}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], every="every" in sys.argv[3:])
