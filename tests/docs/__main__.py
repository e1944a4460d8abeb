"""``python -m tests.docs``: write the pages that are made from the code; a test holds them to it."""

from __future__ import annotations

from tests.docs.made import PAGES
from tests.docs.read import DOCS

if __name__ == "__main__":
    for _name, _page in PAGES.items():
        _text = _page()
        _file = DOCS / _name
        _file.parent.mkdir(exist_ok=True)
        if not _file.exists() or _file.read_text("utf-8") != _text:
            _file.write_text(_text, "utf-8")
            print(f"docs/{_name}: written")
