"""What a shell offers behind Tab: names that stand in the configuration.

Reads that one file and no more of it than its keys: the store may be locked or far away, and
whoever pressed Tab waits. Whatever is wrong with the file, nothing is offered, and nothing is said:
a word on the terminal would stand in the middle of the line that is being typed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cxdigest import yamlfile

_LARGEST = 1_000_000  #: bytes; a larger file takes longer than a person waits


def names_in(config: Path, section: str) -> Iterator[str]:
    """Yield the names under *section* of the configuration at *config*, in its order."""
    try:
        config = config.expanduser()  # a shell hands over what is typed, not what it means
        if config.stat().st_size > _LARGEST:
            return
        content = config.read_bytes()
    except (OSError, ValueError, RuntimeError):
        return
    document = yamlfile.load(content, str(config))
    whole = document.data if not document.broken else None
    named = whole.get(section) if isinstance(whole, dict) else None
    if isinstance(named, dict):
        yield from (name for name in named if isinstance(name, str))
