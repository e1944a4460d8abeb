"""Where people's own templates are written out: they reach nothing, and they come to an end.

Jinja2's sandbox keeps a template from what lies behind the values that it is given, and lets it run
for ever. Here each turn of a loop and each call of a macro is counted, and what makes a long text
out of a number is refused. Knows nothing of digests but their records.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from cxdigest.render.view import RECORDS

#: Turns of loops and calls of macros in one text; the shipped ones take 4,000 for 480 postings.
STEPS = 100_000
#: The largest number that may say how long or how often something is.
LARGEST = 10_000
_OPERATORS = frozenset({"*", "**", "%"})
#: Of texts: what takes a number, or a text, for how long the result is to be.
_SIZED = frozenset({"center", "ljust", "rjust", "zfill", "expandtabs", "replace", "join"})
#: ``%99999d``, ``%*d``, ``{:99999d}``, ``{:{width}d}``
_WIDE = re.compile(r"%[^a-zA-Z%]*([0-9]{5}|\*)|\{[^{}]*([0-9]{5}|\{)")
_LONG = 1_000_000  #: characters that a replacement may make


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox with an end.

    It need not be asked about our own plain records: half the time.
    """

    intercepted_binops = _OPERATORS

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as Jinja2 has them
        super().__init__(*args, **kwargs)
        self._left = threading.local()
        del self.globals["lipsum"]  # words without end, and of no use to a digest
        for name in ("center", "indent", "join", "replace", "format"):
            self.filters[name] = _measured(name, self.filters[name])

    def begin(self) -> None:
        """Give the text that this thread is about to write all its steps."""
        self._left.steps = STEPS

    def step(self) -> str:
        """Count one turn of a loop or one call of a macro; it writes nothing.

        Raises:
            SecurityError: there were too many.
        """
        self._left.steps = left = getattr(self._left, "steps", STEPS) - 1
        if left < 0:
            raise SecurityError(f"more than {STEPS:,} turns of loops; do with fewer")
        return ""

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """Tell whether a template may see this."""
        if type(obj) in RECORDS:
            return not attr.startswith("_")
        return super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> Any:  # noqa: ANN401 - Jinja2's
        """Calculate, unless the result would be monstrous."""
        if operator == "%" and isinstance(left, str):
            _check("format", (left,))
        elif operator != "%":
            _check(operator, (left, right))
        return super().call_binop(context, operator, left, right)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401, N805, PYI063 - Jinja2's
        """Call what a template calls."""
        name, owner = getattr(__obj, "__name__", ""), getattr(__obj, "__self__", None)
        if isinstance(owner, str) and name in _SIZED:
            _check(name, (owner, *args, *kwargs.values()))
        return super().call(__context, __obj, *args, **kwargs)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:  # noqa: ANN401 - Jinja2's
        """Return the sandbox's own way to format a text, unless it would be monstrous."""
        wrapped = super().wrap_str_format(value)
        if wrapped is not None:
            _check("format", (value.__self__,))
        return wrapped

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:  # noqa: ANN401 - Jinja2's
        """Make code of a template in which every loop and every macro counts its steps."""
        for kind in (nodes.For, nodes.Macro, nodes.CallBlock):
            for node in source.find_all(kind):
                node.body.insert(0, _counting(node.lineno))  # type: ignore[attr-defined] # all have one
        return super()._generate(source, *args, **kwargs)


def _counting(line: int) -> nodes.Node:
    step = nodes.EnvironmentAttribute("step", lineno=line)
    return nodes.ExprStmt(nodes.Call(step, [], [], None, None, lineno=line), lineno=line)


def _measured(name: str, made: Callable[..., Any]) -> Callable[..., Any]:
    """Return the filter *made* for values that are not monstrous."""
    passes = getattr(made, "jinja_pass_arg", None)

    def measured(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - a filter's
        _check(name, (*args[1 if passes else 0 :], *kwargs.values()))
        return made(*args, **kwargs)

    if passes:
        measured.jinja_pass_arg = passes  # type: ignore[attr-defined] # Jinja2's mark on functions
    return measured


def _check(name: str, values: tuple[object, ...]) -> None:
    """Refuse to make a monstrous text or number.

    Raises:
        SecurityError: it would be one.
    """
    numbers = [abs(value) for value in values if isinstance(value, (int, float))]
    lengths = [len(value) for value in values if isinstance(value, (str, list, tuple))]
    if name == "format":
        long = isinstance(values[0], str) and bool(_WIDE.search(values[0]))
    elif name == "replace":
        long = len(lengths) > 2 and lengths[0] * lengths[2] > _LONG  # noqa: PLR2004 - text, old, new
    elif name == "**":
        long = max(numbers, default=0) > LARGEST or min(numbers, default=0) > 99  # noqa: PLR2004 - 10000 ** 99 has 400 digits
    elif name == "*":
        long = bool(lengths) and max(numbers, default=0) * max(lengths) > _LONG
    elif name == "join":
        long = len(lengths) > 1 and lengths[0] * lengths[1] > _LONG
    else:
        long = max(numbers, default=0) > LARGEST
    if long:
        raise SecurityError(f"{name} would make too much of this")
