"""Items of the marked set that are read wrong, the surest first, and how far confidence can be trusted."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

BANDS: Final = ((0.9, 1.01), (0.8, 0.9), (0.6, 0.8), (0.0, 0.6))
SHOWN: Final = 10
LETTERS: Final = 36
NEAR: Final = 0.8


@dataclass(frozen=True)
class Judged:
    """One item as read (or missed), and what is wrong with it."""

    number: str
    start: int
    type: str
    text: str
    confidence: float | None
    faults: tuple[str, ...]

    @property
    def found(self) -> bool:
        return "no such item" not in self.faults


def judged(corpus: Path, folder: Path, split: str) -> list[Judged]:
    """Every item that was read or should have been."""
    scorer = _scorer(corpus)
    numbers = json.loads((corpus / "split.json").read_text(encoding="utf-8"))[split]
    return [one for number in numbers for one in _document(scorer, corpus, folder, number)]


def _scorer(corpus: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("corpus_evaluate", corpus / "evaluate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _document(scorer: ModuleType, corpus: Path, folder: Path, number: str) -> list[Judged]:
    gold = scorer.load(corpus / "gold" / f"{number}.json")
    read = scorer.load(folder / f"{number}.json")
    matched = scorer.match(gold, read, lambda g, p, near: near >= NEAR and _class(scorer, g) == _class(scorer, p))
    found = [
        Judged(number, one["start"], one["type"], one["text"], one["confidence"], _faults(scorer, gold[matched[place]], one))
        if place in matched
        else Judged(number, one["start"], one["type"], one["text"], one["confidence"], ("no such item",))
        for place, one in enumerate(read)
    ]
    missed = (one for place, one in enumerate(gold) if place not in set(matched.values()))
    return found + [Judged(number, one["start"], one["type"], one["text"], None, ("missed",)) for one in missed]


def _class(scorer: ModuleType, one: dict[str, Any]) -> str:
    return "action" if one["type"] in scorer.ACTION else str(one["type"])


def _faults(scorer: ModuleType, gold: dict[str, Any], read: dict[str, Any]) -> tuple[str, ...]:
    if read["type"] not in scorer.ACTION:
        return ()
    named = [{(role, scorer.norm_unit(name)) for role in ("lead", "support") for name in one[role]} for one in (gold, read)]
    days = [scorer.norm_deadline(one["deadline"]) for one in (gold, read)]
    wrong = {"owners": named[0] != named[1], "deadline": days[0] != days[1]}
    return tuple(name for name, is_wrong in wrong.items() if is_wrong)


def bands(items: list[Judged]) -> str:
    """How often an item of a band is there at all, and right with owners and deadline."""
    lines = [f"{'confidence':<14}{'items':>8}{'there':>9}{'all right':>11}"]
    for low, high in BANDS:
        inside = [one for one in items if one.confidence is not None and low <= one.confidence < high]
        if inside:
            there, right = (sum(test(one) for one in inside) / len(inside) for test in (lambda one: one.found, lambda one: not one.faults))
            lines.append(f"{low:.1f} to {min(high, 1):.1f}{'':<4}{len(inside):>8}{there:>9.3f}{right:>11.3f}")
    return "\n".join(lines)


def worst(items: list[Judged]) -> str:
    """Wrong ones that looked sure come first, then the longest of those that were missed."""
    wrong = sorted((one for one in items if one.faults), key=lambda one: (-(one.confidence or 0), -len(one.text)))
    lines = [f"The ten worst of {len(wrong)} items"]
    for one in wrong[:SHOWN]:
        sure = "  - " if one.confidence is None else f"{one.confidence:.2f}"
        words = one.text[:LETTERS].replace("\n", " ")
        lines.append(f"{one.number} {one.start:>6}  {sure}  {one.type:<9}  {', '.join(one.faults):<20}  {words}")
    return "\n".join(lines)
