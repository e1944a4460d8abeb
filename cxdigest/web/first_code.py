"""The code by which whoever reads the log makes the first admin, where no browser is trusted."""

from __future__ import annotations

import hmac
import secrets
import threading
from dataclasses import dataclass, field

from cxdigest.language import marked

COUNTED_AS = "the first code"  #: among the tries of passwords; no user can be called so
WRONG_CODE = marked("This is not the code of the last start. It stands in the log.")
#: Letters that nobody takes for another: without 0 o 1 l i, and u that makes words.
_LETTERS = "abcdefghjkmnpqrstvwxyz23456789"
_GROUPS, _GROUP = 4, 5  #: 98 bits


def _new() -> str:
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


@dataclass(slots=True)
class FirstCode:
    """Made at a start without users, shown once in the log; good until there is an admin."""

    words: str = field(default_factory=_new, repr=False)
    _open: bool = True
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def is_right(self, given: str) -> bool:
        """Tell whether *given* is the code, however its groups are set apart."""
        return hmac.compare_digest(_letters(given), _letters(self.words)) and self._open

    def use(self, given: str) -> bool:
        """Take the code; of several who come with it at once only the first has it."""
        with self._lock:
            right = self.is_right(given)
            self._open = self._open and not right
        return right

    def give_back(self) -> None:
        """Let the code be used again: what it was used for came to nothing."""
        with self._lock:
            self._open = True


def _letters(code: str) -> bytes:
    return "".join(letter for letter in code.lower()[:100] if letter in _LETTERS).encode()
