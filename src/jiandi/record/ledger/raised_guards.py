"""Whether causes go deep enough, and what stands in the way of one on its way up: pure questions as in ``guards``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from jiandi.base.errors import Unmet
from jiandi.base.text import normalise
from jiandi.base.text.words import N_
from jiandi.record.ledger import whys
from jiandi.record.ledger.facts import FindingFacts, RaisedFacts

SHORTEST_NAME: Final = 2


def deep_enough(f: FindingFacts) -> Iterator[Unmet]:
    """Long-standing, recurring and common problems: a second why, and every chain ends where somebody can act."""
    at = {"number": f.number}
    if f.cause_depth < whys.DEPTH_OF_FLAGGED:
        text = N_("Finding {number} is long-standing, recurring or common. Ask why once more below its cause.")
        yield Unmet("cause_depth", text, at)
    if f.bare_attitudes:
        text = N_("A cause of finding {number} ends with attitude. Ask once more what in the work allowed it.")
        yield Unmet("cause_attitude", text, at)
    if f.loose_ends:
        text = N_(
            "A cause of finding {number} ends with what its unit cannot act on. Ask why once more, or propose it to the office as a"
            " cause of a higher unit."
        )
        yield Unmet("cause_loose", text, at)


def forward_cause(r: RaisedFacts) -> list[Unmet]:
    """A receiver, and words that do not tell who proposed."""
    found = [] if r.has_receiver else [Unmet("receiver", N_("Choose the unit it is forwarded to."))]
    return [*found, *_text(r), *_names(r)]


def list_matter(r: RaisedFacts) -> list[Unmet]:
    return _text(r)


def accept_cause(r: RaisedFacts) -> list[Unmet]:
    return [] if r.text.strip() else [Unmet("text", N_("Write what your unit will do about it."))]


def refuse_cause(r: RaisedFacts) -> list[Unmet]:
    return [] if r.text.strip() else [Unmet("text", N_("Write why it is not your unit's cause."))]


def raise_matter(r: RaisedFacts) -> list[Unmet]:
    return _document(r)


def answer_matter(r: RaisedFacts) -> list[Unmet]:
    found = _document(r)
    return found if r.text.strip() else [*found, Unmet("text", N_("Write what was answered from above."))]


def names_in(text: str, hidden: tuple[str, ...]) -> list[str]:
    """Which of the names stand in the text, however they are spaced; one letter is no name."""
    plain = normalise.plain(text).casefold()
    wanted = {name: normalise.plain(name).casefold() for name in hidden}
    return [name for name, form in wanted.items() if len(form) >= SHORTEST_NAME and form in plain]


def _names(r: RaisedFacts) -> list[Unmet]:
    text = N_("The text names “{name}”. The unit that answers must not learn who proposed it: say it without the name.")
    return [Unmet("names", text, {"name": name}) for name in names_in(r.text, r.hidden)]


def _text(r: RaisedFacts) -> list[Unmet]:
    return [] if r.text.strip() else [Unmet("text", N_("Write what lies higher up."))]


def _document(r: RaisedFacts) -> list[Unmet]:
    found = [] if r.document.strip() else [Unmet("document", N_("Give the document number."))]
    if r.on is None:
        return [*found, Unmet("on", N_("Give the date of the document."))]
    if r.today and r.on > r.today:
        return [*found, Unmet("future", N_("The date of the document is still to come. Correct it."))]
    if r.not_before and r.on < r.not_before:
        return [*found, Unmet("too_early", N_("The document is older than the step before it. Correct the date."))]
    return found


ALL = (forward_cause, list_matter, accept_cause, refuse_cause, raise_matter, answer_matter)
