"""Profiles taken in from a file: first what would change, then, at a word, the change.

The file holds profiles in YAML, or is a table of a coach's clients as a spreadsheet saves it.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from cxdigest.console.clients import importing
from cxdigest.console.clients.client_table import read_clients
from cxdigest.console.clients.editing import Editor
from cxdigest.console.clients.importing import Preview
from cxdigest.console.clients.table_import import TablePreview, preview_table, usual_for
from cxdigest.errors import ConfigError, WrongUseError
from cxdigest.language import _, figure, marked
from cxdigest.text import printable
from cxdigest.web.desk import AtDesk, Desk
from cxdigest.web.pages.own_clients import editor_for, led_to, require_staff, sentence
from cxdigest.web.pages.shell import show
from cxdigest.web.who import Sent, Visiting, Visitor, text_in

router = APIRouter()
_TABLES = (".csv", ".tsv", ".txt")  #: how names of tables end
_LONGEST_NAME = 80  #: letters of it that are shown
_OVERTAKEN = marked(
    "Somebody changed one of these profiles meanwhile. Look again at what would change."
)
_TOO_MANY = marked(
    "These are more than {most} clients, too many for a page. Take them in in parts, or with "
    "cxdigest import clients."
)
_TOO_LARGE = marked(
    "This is larger than {largest} bytes. Take it in in parts, or with cxdigest profile import."
)


@router.get("/clients/import")
def look(visitor: Visiting, desk: AtDesk) -> Response:
    """Ask for the file."""
    require_staff(visitor)
    return _page(desk, visitor)


@router.post("/clients/import")
def take_in(visitor: Visiting, desk: AtDesk, form: Sent) -> Response:
    """Show what a file would change; take it in where that was shown and agreed to."""
    require_staff(visitor)
    content, editor = _content(form), editor_for(visitor, desk)
    if not content.strip():
        return _page(desk, visitor, wrong=_("Choose a file, or paste its text."))
    if len(content) > importing.LARGEST:
        return _page(desk, visitor, wrong=_(_TOO_LARGE, largest=figure(importing.LARGEST)))
    if name := _table_in(form):
        return _table(desk, visitor, editor, form, content=content, name=name)
    try:
        if text_in(form, "seen"):
            done = importing.take_in(
                editor, desk.store, content, seen=text_in(form, "seen"), now=desk.clock()
            )
            if done is not None:
                desk.wake()
                return led_to("/clients", "imported" if done else "same")
        found = importing.preview(editor, desk.store, content, most=importing.MOST)
    except ConfigError:
        found = importing.preview(editor, desk.store, content)
    except WrongUseError as error:
        return _page(desk, visitor, wrong=sentence(error))
    wrong = _(_OVERTAKEN) if text_in(form, "seen") and not found.problems else ""
    return _page(desk, visitor, found=found, text=content.decode("utf-8", "replace"), wrong=wrong)


def _table_in(form: FormData) -> str:
    """Return the name of the table that was sent; empty: what was sent is none."""
    file = form.get("file")
    name = printable(file.filename or "") if isinstance(file, UploadFile) and file.size else ""
    return name[-_LONGEST_NAME:] if name.lower().endswith(_TABLES) else ""


def _table(
    desk: Desk, visitor: Visitor, editor: Editor, form: FormData, *, content: bytes, name: str
) -> Response:
    """Show what the clients in a table would change; agreed to, they come back as profiles."""
    coach = editor.coach if visitor.role == "coach" else text_in(form, "coach")
    source = text_in(form, "source")
    chosen = {"coach": coach, "source": source}
    if coach not in editor.config.coaches:
        return _page(desk, visitor, wrong=_("Choose whose clients the table holds."), chosen=chosen)
    if source and source not in editor.config.sources:
        return _page(desk, visitor, wrong=_("Choose a source that there is."), chosen=chosen)
    sources = (source,) if source else ()
    try:
        table = read_clients(content, name)
        if len(table.people) > importing.MOST:
            return _page(desk, visitor, wrong=_(_TOO_MANY, most=figure(importing.MOST)))
        usual = usual_for(coach, editor.config, sources=sources, channel="")
        looked = preview_table(editor, desk.store, table, usual, name)
    except ConfigError as error:
        nobody = Preview(people=(), problems=error.problems, seen="")
        looked = TablePreview(content=b"", found=nobody, lines={}, unused=())
    except WrongUseError as error:
        return _page(desk, visitor, wrong=sentence(error))
    if len(looked.content) > importing.LARGEST:
        return _page(desk, visitor, wrong=_(_TOO_LARGE, largest=figure(importing.LARGEST)))
    text = "" if looked.found.problems else looked.content.decode()
    return _page(desk, visitor, found=looked.found, text=text, table=looked, chosen=chosen)


def _content(form: FormData) -> bytes:
    file = form.get("file")
    if isinstance(file, UploadFile) and file.size:
        return file.file.read(importing.LARGEST + 1)
    # Browsers send line breaks of their own in forms.
    return text_in(form, "text").replace("\r\n", "\n").encode(errors="replace")


def _page(
    desk: Desk,
    visitor: Visitor,
    *,
    found: Preview | None = None,
    text: str = "",
    wrong: str = "",
    table: TablePreview | None = None,
    chosen: Mapping[str, str] | None = None,
) -> Response:
    bad = bool(wrong or (found and found.problems))
    editor = editor_for(visitor, desk)
    refused = {one.line for one in found.problems} if found else set()
    return show(
        desk,
        visitor,
        "client_import",
        title=_("Import profiles"),
        place="clients",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if bad else HTTPStatus.OK,
        wrong=wrong,
        found=found,
        same=sum(not one.changes for one in found.people) if found else 0,
        text=text,
        lines=table.lines if table else {},
        unused=table.unused if table else (),
        refused=refused,
        coaches=tuple(editor.config.coaches) if visitor.role == "admin" else (),
        sources=tuple(editor.config.sources),
        chosen=chosen or {"coach": "", "source": ""},
    )
