"""What the pages hold, for the tests: blocks of code, words in code, links, anchors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
#: What people read of the project, on the site and beside it.
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / ".github").glob("*.md")),
    ROOT / "examples" / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
_FENCE = re.compile(r"^( *)```(\w*)[^\n]*\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"(`+)([^`\n](?:[^\n]*?[^`\n])?)\1(?!`)")


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of a page: a block with its language, or words in code with none."""

    page: Path
    line: int  #: from 1
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> Iterator[Found]:
    """Yield the blocks of code of *page*, freed from their indentation."""
    text = page.read_text("utf-8")
    for block in _FENCE.finditer(text):
        indent = len(block[1])
        lines = [line[indent:] for line in block[3].splitlines()]
        line = text.count("\n", 0, block.start()) + 1
        yield Found(page, line, block[2], "\n".join(lines) + "\n")


def prose(page: Path) -> str:
    """Return *page* with its blocks of code blanked out, line by line."""
    return _FENCE.sub(lambda block: "\n" * block[0].count("\n"), page.read_text("utf-8"))


def words(page: Path) -> Iterator[Found]:
    """Yield what stands in code within the sentences of *page*."""
    for number, line in enumerate(prose(page).splitlines(), 1):
        for code in _CODE.finditer(line):
            yield Found(page, number, "", code[2].strip().replace("\\|", "|"))


def links(page: Path) -> Iterator[tuple[int, str]]:
    """Yield the target of each link and picture of *page* with its line."""
    for number, line in enumerate(prose(page).splitlines(), 1):
        for link in re.finditer(r"\]\(([^)\s]+)\)", _CODE.sub("", line)):
            yield number, link[1]
        for link in re.finditer(r'\b(?:src|srcset|href)="([^"]+)"', line):
            yield number, link[1]


def anchors(page: Path) -> set[str]:
    """Return the anchors of *page*'s headings, as GitHub makes them."""
    found = set[str]()
    for heading in re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        base = re.sub(r"[^\w\s-]", "", plain).strip().lower().replace(" ", "-")
        number, name = 0, base
        while name in found:
            number += 1
            name = f"{base}-{number}"
        found.add(name)
    return found
