"""What can go wrong, in five words; every error says what to do next.

Texts are English message ids with ``{name}`` fields, marked by ``N_`` where they are written and translated by
the one handler in ``base.http``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True)
class Unmet:
    """One thing that stands in the way, as a sentence with its values."""

    code: str
    text: str
    params: dict[str, Any] = field(default_factory=dict)

    def sentence(self) -> str:
        return self.text.format(**self.params)


class JiandiError(Exception):
    """Base of the errors that a person may see."""

    status: ClassVar[int] = 500

    def __init__(self, code: str, text: str, /, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.text = text
        self.params = params

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence()}"

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel between processes (bounded readers) with all values."""
        return (_rebuild, (type(self), self.code, self.text, self.params))

    def sentence(self) -> str:
        """The untranslated message, filled in."""
        return self.text.format(**self.params)


def _rebuild(kind: type[JiandiError], code: str, text: str, params: dict[str, Any]) -> JiandiError:
    return kind(code, text, **params)


class NotAllowed(JiandiError):
    """The actor may see it but may not do this."""

    status = 403


class NotFound(JiandiError):
    """It does not exist, or the actor may not know that it does."""

    status = 404


class Conflict(JiandiError):
    """Somebody else was faster; ``mine`` and ``theirs`` show both values of each field."""

    status = 409

    def __init__(self, code: str, text: str, /, **params: Any) -> None:
        super().__init__(code, text, **params)
        self.mine: dict[str, Any] = params.get("mine", {})
        self.theirs: dict[str, Any] = params.get("theirs", {})


class BadInput(JiandiError):
    """What was handed in cannot be used; the message names the place and the remedy."""

    status = 422


class RuleBroken(JiandiError):
    """A rule of the record forbids it now; ``unmet`` lists every reason."""

    status = 422

    def __init__(self, code: str, text: str, /, unmet: tuple[Unmet, ...] = (), **params: Any) -> None:
        super().__init__(code, text, **params)
        self.unmet = unmet or (Unmet(code, text, params),)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild_rule, (self.code, self.text, self.unmet, self.params))

    def __str__(self) -> str:
        return f"{self.code}: " + " ".join(u.sentence() for u in self.unmet)


def _rebuild_rule(code: str, text: str, unmet: tuple[Unmet, ...], params: dict[str, Any]) -> RuleBroken:
    return RuleBroken(code, text, unmet=unmet, **params)
