"""A hook of MkDocs: what pages link to beside their folder comes along with the site.

Pages stand in the repository too, and link to its files by their own paths (``../CHANGELOG.md``), so
that the links work in both places. Here such a link leads to a copy: Markdown becomes a page, any
other file stays as it is. Reads files of the project, and writes nothing but the site.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path, PurePosixPath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

#: A link out of the folder of the pages: how many storeys up, and the file's path in the project.
_OUT = re.compile(r"\]\(((?:\.\./)+)([^)#\s]+)")
_ROOM = "project"  #: the folder of the site that holds the copies
README = "index.md"  #: where the README's own place is, on the site


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what pages link to beside their folder, and the changelog as a page."""
    docs = Path(config.docs_dir)
    pages = [file for file in files.documentation_pages() if file.abs_src_path]
    targets = {
        target
        for page in pages
        for target in _targets(Path(str(page.abs_src_path)).read_text("utf-8"), page.src_uri)
    }
    for target in sorted(targets | {"CHANGELOG.md"}):
        content = (docs.parent / target).read_text("utf-8")
        if "/" not in target:  # it links to pages from the project's top
            content = content.replace("](docs/", "](")
        files.append(File.generated(config, _place(target), content=content))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let links that lead beside the folder of the pages lead to the copies."""
    here = page.file.src_uri

    def instead(link: re.Match[str]) -> str:
        target = _inside(link, here)
        if not target:
            return link[0]
        up = "../" * here.count("/")
        return f"]({up}{_place(target)}"

    return _OUT.sub(instead, markdown)


@cache
def _place(target: str) -> str:
    if target == "README.md":
        return README
    if target.endswith(".md"):
        return target.rpartition("/")[2].lower()
    return f"{_ROOM}/{target}"


def _inside(link: re.Match[str], here: str) -> str:
    """Return the path in the project that *link* of the page *here* names, if not a page's."""
    at = PurePosixPath("docs", here).parent.parts
    up = link[1].count("../")
    if up < len(at):
        return ""
    return str(PurePosixPath(*at[: len(at) - up], link[2]))


def _targets(markdown: str, here: str) -> set[str]:
    return {found for link in _OUT.finditer(markdown) if (found := _inside(link, here))} - {
        "README.md"
    }
