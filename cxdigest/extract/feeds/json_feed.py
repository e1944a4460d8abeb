"""A JSON Feed -> the same entries as those of RSS or Atom: https://www.jsonfeed.org/version/1.1/.

Versions 1 and 1.1, with what real feeds do: numbers for ids, one ``author`` for ``authors``. What
an extension (a name that begins with ``_``) says of a job is read as job feeds' own elements are.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from cxdigest.errors import AlertError
from cxdigest.language import marked
from cxdigest.model import FeedEntry

#: The extension in which ``extract.feeds.board_feed`` finds all that a board says.
OWN = "_cxdigest"
_MAX_ITEMS = 5_000
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FRAME = ("version", "title", "home_page_url", "feed_url")

Json = dict[str, Any]


def read_json_feed(
    data: bytes, wanted: re.Pattern[str], *, own: bool
) -> tuple[str, str, list[FeedEntry]]:
    """Return title, id and entries; names of further elements that *wanted* finds are kept.

    Without *own*, what stands under our own extension is left out: a stranger wrote it, who could
    say that his entry is a genuine board's opening.

    Raises:
        AlertError: *data* is no JSON, or JSON that is no feed.
    """
    try:
        feed = json.loads(data, strict=False)
    except (ValueError, RecursionError) as error:
        raise AlertError(marked("It looks like a JSON Feed, but its JSON is broken.")) from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise AlertError(
            "It is not a feed but JSON of another kind; "
            "use the address that the site calls JSON Feed, RSS or Atom."
        )
    frame = {name: _text(feed, name) for name in _FRAME if _text(feed, name)}
    feed_id = _text(feed, "feed_url") or _text(feed, "home_page_url")
    entries = [
        _entry(item if own else _foreign(item), frame, feed_id, wanted)
        for item in items[:_MAX_ITEMS]
        if isinstance(item, dict)
    ]
    return _text(feed, "title"), feed_id, entries


def write_entry(item: Json, *, title: str, feed_id: str) -> bytes:
    """Write *item* as a feed of its own."""
    frame = {"version": "https://jsonfeed.org/version/1.1", "title": title, "feed_url": feed_id}
    return _written(frame, item)


def _foreign(item: Json) -> Json:
    return {name: value for name, value in item.items() if name != OWN}


def _written(frame: dict[str, str], item: Json) -> bytes:
    return json.dumps({**frame, "items": [item]}, ensure_ascii=False).encode("utf-8", "replace")


def _entry(item: Json, frame: dict[str, str], feed_id: str, wanted: re.Pattern[str]) -> FeedEntry:
    raw = _written(frame, item)
    # FeedEntry has markup where a JSON Feed has plain text.
    plain = _text(item, "content_text") or _text(item, "summary")
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    return FeedEntry(
        key=_text(item, "id") or _text(item, "url") or hashlib.sha256(raw).hexdigest(),
        raw=raw,
        feed_title=frame.get("title", ""),
        feed_id=feed_id,
        title=html.escape(_text(item, "title"), quote=False),
        link=_text(item, "url") or _text(item, "external_url"),
        summary=_text(item, "content_html") or html.escape(plain, quote=False),
        author=next((_text(one, "name") for one in authors or () if isinstance(one, dict)), ""),
        published=_moment(_text(item, "date_published")) or _moment(_text(item, "date_modified")),
        fields=tuple(sorted(_fields(item, wanted))),
    )


def _fields(item: Json, wanted: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    for name, value in item.items():
        if name.startswith("_") and isinstance(value, dict):
            kept = (one for one in value if name == OWN or wanted.search(one))
            yield from ((one, text) for one in kept if (text := _text(value, one)))
        elif wanted.search(name) and (text := _text(item, name)):
            yield name, text


def _text(values: Json, name: str) -> str:
    value = values.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)[:40]
    return _ILLEGAL.sub("", value).strip() if isinstance(value, str) else ""


def _moment(text: str) -> datetime | None:
    """Read a moment of RFC 3339; one without a zone is taken for UTC."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
