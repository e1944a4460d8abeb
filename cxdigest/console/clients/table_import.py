"""Clients from a table, for a coach: what taking them in would change, line by line.

What a table says is laid over what is held of a client (``client_table``), written as a file of
profiles, and looked at as any such file (``importing``), so the same checks hold. Changes nothing:
the file of profiles is taken in as any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cxdigest.config import Config, MailboxConfig
from cxdigest.console.clients import client_table, importing
from cxdigest.console.clients.client_table import ClientTable, Usual
from cxdigest.console.clients.definitions import as_yaml
from cxdigest.console.clients.editing import Editor
from cxdigest.console.clients.importing import Preview
from cxdigest.errors import Problem
from cxdigest.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePreview:
    """What taking a table in would do."""

    content: bytes  #: its clients as a file of profiles, in YAML
    found: Preview  #: of that file; its problems are those of the table, each with its line there
    lines: Mapping[str, int]  #: by the name of a profile, from 1
    unused: tuple[str, ...]  #: heads of columns that nothing is made of


def usual_for(coach: str, config: Config, *, sources: Sequence[str], channel: str) -> Usual:
    """Return what holds for each client of *coach*, one of *config*'s, unless a table says else."""
    one = config.coaches[coach]
    return Usual(
        coach=coach,
        channel=channel or one.deliver[0].channel,
        time_zone=one.time_zone.key,
        sources=tuple(sources) or _only_source(config),
    )


def _only_source(config: Config) -> tuple[str, ...]:
    """Return the one mailbox that serves many people, or the only source; else none."""
    shared = [
        name
        for name, one in config.sources.items()
        if isinstance(one, MailboxConfig) and one.intake and one.enabled
    ]
    every = shared or list(config.sources)
    return (every[0],) if len(every) == 1 else ()


def preview_table(
    editor: Editor, store: Store, table: ClientTable, usual: Usual, where: str
) -> TablePreview:
    """Return what it would do to take in *table*, a file called *where*.

    Raises:
        WrongUseError: the configuration changed since it was read.
    """
    held = {
        name: one and one[0] for name, one in importing.held_by(editor, store, table.people).items()
    }
    strange = client_table.strangers(held, table, usual.coach, where)
    people = {name: client_table.over(held[name], one, usual) for name, one in table.people.items()}
    content = as_yaml(people).encode()
    found = importing.preview(editor, store, content)
    wrong: list[Problem] = [
        *table.problems,
        *strange,
        *client_table.placed(found.problems, table, where),
    ]
    return TablePreview(
        content=content,
        found=Preview(
            people=found.people,
            problems=tuple(sorted(wrong, key=lambda one: one.line)),
            seen=found.seen,
        ),
        lines=table.lines,
        unused=table.unused,
    )
