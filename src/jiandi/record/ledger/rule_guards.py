"""What stands in the way of a rule's moves and of proofs of its use: pure questions over frozen facts. No Django here."""

from __future__ import annotations

from collections.abc import Iterator

from jiandi.base.errors import Unmet
from jiandi.base.text.words import N_
from jiandi.record.ledger.facts import InstitutionFacts, ProofFacts


def in_force(i: InstitutionFacts) -> list[Unmet]:
    found = []
    if not i.number or i.issued_on is None:
        found.append(Unmet("number", N_("Give the document number and the day of issue.")))
    if i.first_proof_on is None:
        found.append(Unmet("proof", N_("Set the day by which its use is first proved.")))
    return found


def abolish_rule(i: InstitutionFacts) -> list[Unmet]:
    found = []
    if not i.document.strip():
        found.append(Unmet("document", N_("Give the number of the document that abolishes it, or who decided it.")))
    if i.ended_on is None or (i.today and i.ended_on > i.today):
        found.append(Unmet("ended_on", N_("Give the day on which it ended, not a day to come.")))
    return found


def draw_cases(p: ProofFacts) -> list[Unmet]:
    """What the list of cases is, how many there are and how many are drawn; the author's side draws nothing."""
    found = [u for u in p.independence if isinstance(u, Unmet)]
    if not p.case_list.strip():
        found.append(Unmet("case_list", N_("Say which cases the list holds and how they are ordered.")))
    if not p.cases:
        found.append(Unmet("cases", N_("Write how many cases the rule applied to. If there was none, record that instead.")))
    elif not p.drawn or p.drawn > p.cases:
        found.append(Unmet("drawn", N_("Draw at least one case, and not more than there are.")))
    return found


def find_no_case(p: ProofFacts) -> list[Unmet]:
    return [*[u for u in p.independence if isinstance(u, Unmet)], *_how_seen(p)]


def record_proof(p: ProofFacts) -> list[Unmet]:
    """k of the n drawn cases went by the rule: how, when and by whom it was seen."""
    found = [*[u for u in p.independence if isinstance(u, Unmet)], *_how_seen(p)]
    if p.found is None or not p.drawn or p.found > p.drawn:
        found.append(Unmet("found", N_("Write how many of the drawn cases went by the rule.")))
    return found


def _how_seen(p: ProofFacts) -> Iterator[Unmet]:
    if not p.text.strip():
        yield Unmet("text", N_("Write what was seen."))
    if not p.method:
        yield Unmet("method", N_("Say how you checked: asked, papers read, seen on site, done again."))
    if p.seen_on is None or (p.today and p.seen_on > p.today):
        yield Unmet("seen_on", N_("Give the day on which it was seen, not a day to come."))


ALL = (in_force, abolish_rule, draw_cases, find_no_case, record_proof)
