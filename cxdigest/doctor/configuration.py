"""Whether the configuration can be used, and what is unwise in it."""

from __future__ import annotations

from collections.abc import Iterator

from cxdigest.doctor.line import Check, Line, Piece, failed, ok, warning
from cxdigest.doctor.patient import Patient
from cxdigest.errors import Problem
from cxdigest.language import _, marked, ngettext


def judge(patient: Patient) -> Iterator[Line]:
    """Yield how the configuration stands. Pure: it was read before."""
    if patient.config is None:
        yield from (_line(one, broken=True) for one in patient.problems)
        return
    config = patient.config
    held = ", ".join(
        (
            ngettext("{n} source", "{n} sources", len(config.sources)),
            ngettext("{n} channel", "{n} channels", len(config.channels)),
            ngettext("{n} profile", "{n} profiles", len(config.profiles)),
        )
    )
    yield ok(str(config.path), held)
    yield from (_line(one, broken=False) for one in config.warnings)


def _line(one: Problem, *, broken: bool) -> Line:
    place = f"{one.where}:{one.line}" if one.line else one.where
    says = f"{one.key}: {one.what}" if one.key else one.what
    return (failed if broken else warning)(place, says, one.instead or _("correct it there"))


CHECK = Check(
    name=marked("configuration"),
    about="The configuration file: whether it is there and can be used, and what is unwise in it.",
    help="Each mistake is named with its line and what to write instead. Where there is no "
    "file yet, `cxdigest serve` leads to one.",
    plan=lambda patient: [Piece(subject="", probe=lambda: judge(patient))],
)
