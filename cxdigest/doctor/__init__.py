"""What is well with an installation and what is not, each with the way out: ``cxdigest doctor``.

One file a subject. A check is planned by a pure function of the `Patient` into pieces; a piece is a
thin probe that asks something, and a pure judgement of the answer. It writes nothing, sends nothing
and marks nothing, and no piece that breaks or hangs costs the report another line.
"""

from __future__ import annotations

from cxdigest.doctor.examine import examine
from cxdigest.doctor.line import Line, State, worst
from cxdigest.doctor.patient import Me, Patient
from cxdigest.doctor.registry import CHECKS

__all__ = ["CHECKS", "Line", "Me", "Patient", "State", "examine", "worst"]
