"""The settings of a client, new and changed: as a form, or the whole as YAML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.datastructures import FormData

from cxdigest.config import defined, people_of
from cxdigest.console.clients import definitions, editing, profile_form
from cxdigest.console.clients.editing import Editor
from cxdigest.console.clients.form_fields import (
    NAME_FIELD,
    Field,
    fields_for,
    groups,
    name_field,
    zones,
)
from cxdigest.errors import ConfigError, Problem, WrongUseError
from cxdigest.language import _, marked
from cxdigest.store import Definition
from cxdigest.web.desk import AtDesk, Desk
from cxdigest.web.pages.own_clients import (
    Known,
    client_for,
    editor_for,
    led_to,
    path_of,
    place_of,
    require_staff,
    sentence,
)
from cxdigest.web.pages.shell import show
from cxdigest.web.who import Sent, Visiting, Visitor, text_in
from cxdigest.yamlfile import Document

router = APIRouter()
_WHERE = marked("the form")
_TYPED = marked("what you wrote")
_OVERTAKEN = marked(
    "Somebody else changed these settings after you opened them, and nothing of "
    "yours is kept yet. Your own words stand below, the other's beside them. Store "
    "again to keep yours."
)
_MOST_CHOICES = 60  #: of sources to tick; beyond that their names are written


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """What somebody wrote, before anything is kept."""

    editor: Editor
    known: Known | None  #: None: a new client
    name: str
    fields: tuple[Field, ...]
    said: Mapping[str, tuple[str, ...]]
    yaml: str | None  #: the whole as text; None: the form

    @property
    def before(self) -> Definition:
        """What the settings say so far."""
        return self.known.definition if self.known else {}


@router.get("/clients/new")
def new(visitor: Visiting, desk: AtDesk, as_yaml: str = "") -> Response:
    """Show the empty form."""
    require_staff(visitor)
    return _page(desk, visitor, _fresh(visitor, desk, None, yaml="" if as_yaml else None))


@router.post("/clients/new")
def add(visitor: Visiting, desk: AtDesk, form: Sent) -> Response:
    """Add a client."""
    require_staff(visitor)
    return _store(desk, visitor, _drafted(visitor, desk, None, form), form)


@router.get("/clients/{name}/edit")
def edit(name: str, visitor: Visiting, desk: AtDesk, as_yaml: str = "") -> Response:
    """Show the settings to be changed."""
    known = client_for(visitor, desk, name)
    whole = bool(as_yaml or known.declared) and visitor.role != "client"
    yaml = definitions.as_yaml({name: known.definition}) if whole else None
    return _page(desk, visitor, _fresh(visitor, desk, known, yaml=yaml))


@router.post("/clients/{name}/edit")
def change(name: str, visitor: Visiting, desk: AtDesk, form: Sent) -> Response:
    """Change the settings."""
    known = client_for(visitor, desk, name)
    draft = _drafted(visitor, desk, known, form)
    if known.declared:
        return _page(desk, visitor, draft, wrong=_("It cannot be changed here."))
    return _store(desk, visitor, draft, form)


def _fresh(visitor: Visitor, desk: Desk, known: Known | None, *, yaml: str | None) -> _Draft:
    editor = editor_for(visitor, desk)
    fields = fields_for(editor.role, editor.config)
    return _Draft(
        editor=editor,
        known=known,
        name=known.name if known else "",
        fields=fields,
        said=profile_form.shown(fields, known.definition if known else {}),
        yaml=yaml,
    )


def _drafted(visitor: Visitor, desk: Desk, known: Known | None, form: FormData) -> _Draft:
    whole = "yaml" in form and visitor.role != "client"
    draft = _fresh(visitor, desk, known, yaml=text_in(form, "yaml") if whole else None)
    said = {one.key: _texts(form, one.key) for one in draft.fields}
    return replace(
        draft,
        name=known.name if known else text_in(form, "profile").strip(),
        said=profile_form.sent(draft.fields, said),
    )


def _texts(form: FormData, key: str) -> list[str]:
    return [one for one in form.getlist(key) if isinstance(one, str)]


def _store(desk: Desk, visitor: Visitor, draft: _Draft, form: FormData) -> Response:
    """Keep what *draft* says, or show it again with what is against it."""
    known = draft.known
    if known and text_in(form, "changed") != known.changed:
        return _page(desk, visitor, draft, wrong=_(_OVERTAKEN), problems=_theirs(draft))
    try:
        document = _document(draft)
        if known and people_of(document)[draft.name] == dict(known.definition):
            return led_to(path_of(draft.name), "same")
        held = editing.before_of(desk.store, [draft.name])[draft.name] if known else None
        before = {draft.name: held}
        others = editing.save(draft.editor, desk.store, document, before, now=desk.clock())
    except ConfigError as error:
        return _page(desk, visitor, draft, problems=error.problems)
    except WrongUseError as error:
        return _page(desk, visitor, draft, wrong=sentence(error))
    if others:
        return _page(
            desk, visitor, draft, wrong=_("Somebody else was first. Look again, then store.")
        )
    desk.wake()
    return led_to(path_of(draft.name), "changed" if known else "added")


def _document(draft: _Draft) -> Document:
    """Return what *draft* says as a document.

    Raises:
        ConfigError: the text cannot be read.
        WrongUseError: it is about somebody else.
    """
    if draft.yaml is None:
        definition = profile_form.written(draft.fields, draft.said, draft.before)
        fitted = editing.fitted(draft.editor, definition, draft.before)
        return defined({draft.name: fitted}, _(_WHERE))
    document = definitions.about_one(draft.yaml.encode(errors="replace"), _(_TYPED), draft.name)
    definition = people_of(document)[draft.name]
    if not isinstance(definition, dict):
        return document
    fitted = editing.fitted(draft.editor, definition, draft.before)
    return document if fitted == definition else defined({draft.name: fitted}, _(_TYPED))


def _theirs(draft: _Draft) -> list[Problem]:
    """Say beside each field that differs what another put there meanwhile."""
    now = profile_form.shown(draft.fields, draft.before)
    return [
        Problem(
            where=_(_WHERE),
            line=0,
            key=f"profiles.{draft.name}.{one.key}",
            what=_("the other's: {words}", words=", ".join(now[one.key]) or _("nothing")),
        )
        for one in draft.fields
        if now[one.key] != draft.said[one.key]
    ]


def _page(
    desk: Desk,
    visitor: Visitor,
    draft: _Draft,
    *,
    wrong: str = "",
    problems: Sequence[Problem] = (),
) -> Response:
    known, name = draft.known, draft.name
    asked = draft.fields if known else (name_field(), *draft.fields)
    said = {**draft.said, NAME_FIELD.key: (name,)}
    filled, rest = profile_form.filled(asked, said, problems, name)
    bad = bool(wrong or problems)
    return show(
        desk,
        visitor,
        "client_edit",
        title=_("Settings of {name}", name=known.definition.get("name", name))
        if known
        else _("A new client"),
        place=place_of(visitor),
        profile=known.profile if known else None,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if bad else HTTPStatus.OK,
        wrong=wrong,
        problems=[str(one) for one in problems] if draft.yaml is not None else rest,
        bad=sum(bool(one.problems) for one in filled),
        groups=[(group, [one for one in filled if one.field.group == group]) for group in groups()],
        yaml=draft.yaml,
        name=name,
        known=known,
        most=_MOST_CHOICES,
        zones=zones(),
        here=path_of(name) if known else "/clients",
        action=path_of(name, "/edit") if known else "/clients/new",
    )
