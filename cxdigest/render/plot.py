"""The picture in a weekly edition: eight weeks as columns, and where genuine roles came from.

Pure. Drawn with Pillow and its own font, so that it looks the same on every machine; its words
stand in the alt text and in the table beside it, so nothing is lost where pictures are off. It
has a ground of its own, since a mail program that turns a mail dark does not turn pictures.
"""

from __future__ import annotations

import importlib
import io
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from babel.dates import format_skeleton

from cxdigest.language import _, figure, marked, speaking
from cxdigest.model import Digest, Enclosure, Kind, Share, Week
from cxdigest.render.picture import origins_of

if TYPE_CHECKING:
    from PIL import ImageFont

WIDTH = 520  #: as shown, in CSS pixels
CID = "week@cxdigest"
_SCALE = 2  #: drawn larger, for fine screens
_GROUND, _INK, _SOFT, _LINE = "#ffffff", "#1b2225", "#586167", "#e4e0d7"
#: What a column is made of, from below: its name, its colour, the kinds.
_PARTS: tuple[tuple[str, str, frozenset[Kind]], ...] = (
    (marked("customer experience"), "#0a6a4d", frozenset({"genuine"})),
    (marked("cannot tell yet"), "#d9a441", frozenset({"unclear"})),
    (
        marked("something else"), "#9aa5b1",
        frozenset({"service", "support", "store", "success", "sales", "other"}),
    ),
)  # fmt: skip
_COLUMNS = 150  #: height of the columns
_ROW = 22


def pictures_of(digest: Digest) -> list[Enclosure]:
    """Return the pictures of *digest*: one, in a weekly edition that has anything to show."""
    if not digest.weekly or not digest.week:
        return []
    with speaking(digest.language):
        return [picture_of(digest.week, digest.locale)]


def picture_of(week: Week, locale: str = "en") -> Enclosure:
    """Draw the trend and the origins of *week* as a PNG that the mail shows by its cid."""
    origins = origins_of(week)
    height = 74 + _COLUMNS + (26 + _ROW * len(origins) if origins else 0)
    canvas = _Canvas(height)
    _legend(canvas)
    _trend(canvas, week.trend, locale)
    if origins:
        _origins(canvas, 82 + _COLUMNS, origins)
    return Enclosure(name="week.png", media="image/png", content=canvas.png(), cid=CID)


class _Canvas:
    """Draws in CSS pixels on a picture of twice as many."""

    def __init__(self, height: int) -> None:
        self._image = _pillow("Image").new("RGB", (WIDTH * _SCALE, height * _SCALE), _GROUND)
        self._draw = _pillow("ImageDraw").Draw(self._image)

    def bar(self, box: tuple[float, float, float, float], colour: str) -> None:
        left, top, right, bottom = (round(edge * _SCALE) for edge in box)
        if right > left and bottom > top:
            self._draw.rectangle((left, top, right - 1, bottom - 1), fill=colour)

    def text(
        self, at: tuple[float, float], said: str, colour: str = _SOFT, *, anchor: str = "ls"
    ) -> None:
        spot = (at[0] * _SCALE, at[1] * _SCALE)
        self._draw.text(spot, said, fill=colour, font=_font(12 * _SCALE), anchor=anchor)

    def width(self, said: str) -> float:
        return float(self._draw.textlength(said, font=_font(12 * _SCALE))) / _SCALE

    def png(self) -> bytes:
        written = io.BytesIO()
        # Few colours: a palette makes the file a third as large.
        self._image.quantize(16, method=_pillow("Image").Quantize.FASTOCTREE).save(written, "PNG")
        return written.getvalue()


@lru_cache(maxsize=2)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont = _pillow("ImageFont").load_default(size)
    return font


def _pillow(part: str) -> Any:  # noqa: ANN401 - a module, loaded by name
    """Load a part of Pillow: only now, since most processes draw nothing for days."""
    return importlib.import_module(f"PIL.{part}")


def _legend(canvas: _Canvas) -> None:
    left = 0.0
    for name, colour, _kinds in _PARTS:
        canvas.bar((left, 4, left + 12, 16), colour)
        canvas.text((left + 18, 15), _(name))
        left += 18 + canvas.width(_(name)) + 22


def _trend(canvas: _Canvas, trend: Sequence[Share], locale: str) -> None:
    most = max([_all(share) for share in trend], default=0)
    step = WIDTH / max(1, len(trend))
    bottom = 48.0 + _COLUMNS
    canvas.bar((0, bottom, WIDTH, bottom + 1), _LINE)
    for number, share in enumerate(trend):
        left, top = number * step, bottom
        for height, colour in _layers(share, most):
            canvas.bar((left + 8, top - height, left + step - 8, top), colour)
            top -= height
        middle = left + step / 2
        told = _told(_genuine(share), _all(share)) if _all(share) else _("none")
        canvas.text((middle, top - 6), told, _INK, anchor="ms")
        canvas.text((middle, bottom + 17), _short(share.until, locale), anchor="ms")


def _short(day: date, locale: str) -> str:
    """Write *day* in *locale*, or in digits where the font lacks its letters."""
    written = format_skeleton("MMMd", day, locale=locale)
    return written if max(written) < "\u0180" else f"{day:%m-%d}"


def _layers(share: Share, most: int) -> Iterator[tuple[float, str]]:
    for _name, colour, kinds in _PARTS:
        number = sum(share.kinds.get(kind, 0) for kind in kinds)
        yield _COLUMNS * number / max(1, most), colour


def _origins(canvas: _Canvas, top: float, origins: Sequence[tuple[str, int, int]]) -> None:
    canvas.text((0, top + 12), _("Where genuine roles came from"), _INK)
    most = max([every for *_rest, every in origins], default=0)
    indent = min(180.0, max(canvas.width(name) for name, *_rest in origins)) + 12
    for number, (name, genuine, every) in enumerate(origins):
        line = top + 34 + number * _ROW
        told = _told(genuine, every)
        room = WIDTH - indent - canvas.width(_told(99_999, 99_999)) - 8
        length, part = (room * count / max(1, most) for count in (every, genuine))
        canvas.text((0, line), name)
        canvas.bar((indent, line - 11, indent + length, line + 3), _LINE)
        canvas.bar((indent, line - 11, indent + part, line + 3), _PARTS[0][1])
        canvas.text((indent + length + 8, line), told, _INK)


def _told(part: int, whole: int) -> str:
    return _("{part} of {whole}", part=figure(part), whole=figure(whole))


def _genuine(share: Share) -> int:
    return share.kinds.get("genuine", 0)


def _all(share: Share) -> int:
    return sum(share.kinds.values())
