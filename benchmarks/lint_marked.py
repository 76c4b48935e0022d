"""How often each rule of the linter fires on the measures that people marked in the dev documents; only the dev split is ever read."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

from jiandi.loop.plan import rules
from jiandi.record.regimes import schema
from jiandi.record.regimes.planning import Fit, Lint

LEVELS = Lint(no_effect="off")  # no document says how an effect will be seen, so it would always fire
TAKEN = ("measure", "directive")


def cases(corpus: Path) -> list[tuple[str, rules.Case]]:
    """(document, case): the measures of each finding together; what hangs on no finding is a case of its own."""
    split = json.loads((corpus / "split.json").read_text("utf-8"))["dev"]
    fits = schema.parse_profile(schema.seed_texts()["local_inspection"]).fits
    found = []
    for name in split:
        path = corpus / "gold" / f"{str(name).split('.')[0]}.json"
        if path.exists():
            found += [(path.stem, case) for case in _of_document(path.stem, json.loads(path.read_text("utf-8"))["items"], fits)]
    return found


def _of_document(name: str, items: list[dict[str, Any]], fits: tuple[Fit, ...]) -> list[rules.Case]:
    by_id = {item["id"]: item for item in items}
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for item in items:
        if item["type"] in TAKEN:
            parent = by_id.get(item["parent"] or 0)
            groups[f"{name}:{parent['id']}" if parent and parent["type"] == "finding" else f"{name}:{item['id']}*"].append(item)
    return [_case(key, some, by_id, fits) for key, some in groups.items()]


def _case(key: str, items: list[dict[str, Any]], by_id: dict[int, dict[str, Any]], fits: tuple[Fit, ...]) -> rules.Case:
    parent = None if key.endswith("*") else by_id[items[0]["parent"]]
    title = parent["text"] if parent else ""
    return rules.Case(number=key, measures=tuple(_draft(item) for item in items), title=title, standard="-", fits=fits)


def _draft(item: dict[str, Any]) -> rules.Draft:
    suggested = rules.defaults_for(item["text"], rules.Known("time_limited"))
    return rules.Draft(item["id"], item["text"], suggested.kind, suggested.horizon, date(2026, 6, 30), "-", rule_verb=suggested.rule_verb)


def marks(corpus: Path) -> list[tuple[rules.Mark, rules.Case]]:
    """Every mark on its own evidence: text rules on all, rules about a finding only where the document names one."""
    found = []
    for _name, case in cases(corpus):
        alone = case.number.endswith("*")
        found += [(mark, case) for mark in rules.lint_finding(case, LEVELS) if mark.measure or not alone]
    return found


def report(corpus: Path, samples: int) -> str:
    every = cases(corpus)
    drafts = [draft for _name, case in every for draft in case.measures]
    named = [case for _name, case in every if not case.number.endswith("*")]
    fired: dict[str, list[tuple[rules.Mark, rules.Case]]] = defaultdict(list)
    for mark, case in marks(corpus):
        fired[mark.code].append((mark, case))
    lines = [f"{len(drafts)} measures and directives, {len(named)} findings with measures (dev)"]
    lines += [f"{code:14} {len(rows):4}" for code, rows in sorted(fired.items())]
    for code, rows in sorted(fired.items()) if samples else ():
        some = random.Random(0).sample(rows, min(samples, len(rows)))
        lines += [f"\n== {code}", *(_sample(mark, case) for mark, case in some)]
    return "\n".join(lines)


def _sample(mark: rules.Mark, case: rules.Case) -> str:
    texts = [d.text for d in case.measures if not mark.measure or d.number == mark.measure]
    return f"[{case.number}] {case.title[:60]} >> " + " || ".join(text.replace("\n", "")[:160] for text in texts)
