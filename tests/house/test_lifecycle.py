"""Every line of every table holds, and nothing else does; every verb of the policy has a use."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from jiandi.base.errors import RuleBroken
from jiandi.record.ledger import guards, lifecycle, write
from jiandi.record.ledger.lifecycle import TABLES, Move
from jiandi.record.ledger.models import Finding
from jiandi.record.policy import decide, roles
from jiandi.record.trail.actor import Actor, DutyHeld
from tests.house import shape
from tests.record.ledger import satisfied

LINES = [(thing, line, state) for thing, table in TABLES.items() for line in table for state in line.from_states]


def name_of(line: tuple[str, Move, str]) -> str:
    return f"{line[0]}-{line[2]}-{line[1].verb}"


def states_of(thing: str) -> list[str]:
    field: models.Field[Any, Any] = apps.get_model("ledger", thing)._meta.get_field("state")
    return [str(code) for code, _word in field.choices or ()]


def row(thing: str, state: str) -> Any:
    """An unsaved row of the thing in a state: the table is asked, not the database."""
    found = apps.get_model("ledger", thing)(pk=1)
    found.state = state
    return found


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, dict[str, Any]]]:
    """What the lifecycle would write."""
    calls: list[tuple[Any, dict[str, Any]]] = []

    def keep(record: Any, fields: dict[str, Any], **_more: Any) -> None:
        calls.append((record, fields))

    monkeypatch.setattr(write, "change", keep)
    return calls


@pytest.mark.parametrize("line", LINES, ids=map(name_of, LINES))
def test_every_line_is_allowed_with_facts_that_satisfy_its_guard(line: tuple[str, Move, str], written: list[Any]) -> None:
    thing, step, state = line
    actor, target = satisfied.whoever_may(step.who) if step.who else (satisfied.NOBODY, satisfied.EVERYTHING)
    lifecycle.move(row(thing, state), step.verb, actor=actor, target=target, facts=satisfied.FACTS.get(step.guard))
    assert [fields for _record, fields in written] == [{"state": step.to}]


@pytest.mark.parametrize("line", [n for n in LINES if n[1].who], ids=map(name_of, [n for n in LINES if n[1].who]))
def test_no_line_with_a_who_is_open_to_a_person_without_duties(line: tuple[str, Move, str], written: list[Any]) -> None:
    thing, step, state = line
    with pytest.raises(satisfied.NotAllowed):
        lifecycle.move(row(thing, state), step.verb, actor=satisfied.NOBODY, facts=satisfied.FACTS.get(step.guard))
    assert not written


@pytest.mark.parametrize("line", [n for n in LINES if n[1].guard], ids=map(name_of, [n for n in LINES if n[1].guard]))
def test_every_guard_of_a_line_can_refuse(line: tuple[str, Move, str], written: list[Any]) -> None:
    thing, step, state = line
    actor, target = satisfied.whoever_may(step.who) if step.who else (satisfied.NOBODY, satisfied.EVERYTHING)
    with pytest.raises(RuleBroken) as refused:
        lifecycle.move(row(thing, state), step.verb, actor=actor, target=target, facts=satisfied.EMPTY[step.guard])
    assert refused.value.unmet
    assert not written


@pytest.mark.parametrize("thing", TABLES)
def test_what_is_in_no_table_is_refused(thing: str, written: list[Any]) -> None:
    """Every state with every verb of the thing, and verbs of other things."""
    there = {(state, line.verb) for line in TABLES[thing] for state in line.from_states}
    verbs = {line.verb for table in TABLES.values() for line in table} | {"", "delete", "save"}
    for state, verb in itertools.product(states_of(thing), verbs):
        if (state, verb) in there:
            continue
        with pytest.raises(RuleBroken) as refused:
            lifecycle.move(row(thing, state), verb, actor=satisfied.SYSTEM, facts=None)
        assert refused.value.code == f"{thing}.{verb}"
    assert not written


@pytest.mark.parametrize("thing", TABLES)
def test_a_state_and_a_verb_lead_to_one_state(thing: str) -> None:
    pairs = [(state, line.verb) for line in TABLES[thing] for state in line.from_states]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("thing", TABLES)
def test_tables_and_models_know_the_same_states(thing: str) -> None:
    named = {s for line in TABLES[thing] for s in (*line.from_states, line.to)}
    start = str(apps.get_model("ledger", thing)._meta.get_field("state").get_default() or "")
    assert named <= set(states_of(thing))
    assert set(states_of(thing)) <= named | {start}


def test_every_thing_with_a_state_has_a_table() -> None:
    stateful = {m._meta.model_name for m in apps.get_app_config("ledger").get_models() if _has_own_states(m)}
    assert stateful == set(TABLES)


def _has_own_states(model: type[models.Model]) -> bool:
    return any(f.name == "state" and getattr(f, "choices", None) for f in model._meta.get_fields())


@pytest.mark.parametrize("thing", TABLES)
def test_every_state_can_be_reached(thing: str) -> None:
    """From the states in which rows are made: the default, and those that an action writes at creation."""
    made = {str(apps.get_model("ledger", thing)._meta.get_field("state").get_default() or "")} | MADE_IN.get(thing, set())
    reached, before = set(made), set[str]()
    while reached != before:
        before = set(reached)
        reached |= {line.to for line in TABLES[thing] if before & set(line.from_states)}
    assert set(states_of(thing)) <= reached


MADE_IN = {"importbatch": {"received"}, "claim": {"stated", "raised"}, "letteritem": {"open"}, "institution": {"drafted", "in_force"}}


def test_every_who_is_a_verb_of_the_policy() -> None:
    assert {line.who for table in TABLES.values() for line in table if line.who} <= set(decide.TABLE)


def test_every_guard_is_known_and_used() -> None:
    used = {line.guard for table in TABLES.values() for line in table if line.guard}
    assert used == set(guards.BY_NAME)


# Verbs that no code asks for yet, each with the reason why it stays in the table.
WAITING = {
    "accounts.backup": "rules.md §6, system administrator; the command line backs up, a page for it comes later",
    "closing.apply": "handing in opens the chain today; the verb stays for regimes whose unit applies for closing apart from it",
    "finding.start": "rules.md §2; the system starts by itself at the first note, a unit does not start by hand",
    "finding.urge": "rules.md §6, leader in charge; urging comes with the supervisors' desk",
    "measure.start": "rules.md §2; as finding.start",
    "plan.draft": "drafting is writing measures (measure.write); a plan without measures is not kept",
    "trail.read_masked": "rules.md §6, audit administrator; the page comes with the trail's reader",
}


def strings(code: ast.AST) -> Iterator[str]:
    return (node.value for node in ast.walk(code) if isinstance(node, ast.Constant) and isinstance(node.value, str))


def test_every_verb_of_the_policy_is_asked_for_or_waits_with_a_reason() -> None:
    files = [p for p in shape.product_files() if not shape.inside(p, "record/policy")]
    asked = {text for path in files for text in strings(shape.tree(path)) if text in decide.TABLE}
    unused = set(decide.TABLE) - asked
    assert unused == set(WAITING), f"unused: {sorted(unused - set(WAITING))}; used after all: {sorted(set(WAITING) - unused)}"


def test_verbs_asked_for_exist() -> None:
    """A verb misspelt in a call would be a KeyError on somebody's screen."""
    wrong = []
    for path in shape.product_files():
        for call in shape.calls(path):
            if shape.dotted(call.func) in ("decide.require", "decide.may", "decide.decide") and len(call.args) > 1:
                verb = call.args[1]
                if isinstance(verb, ast.Constant) and verb.value not in decide.TABLE:
                    wrong.append(shape.at(path, call, repr(verb.value)))
    assert not wrong, shape.report(wrong)


def test_possible_moves_are_those_that_policy_and_table_allow() -> None:
    clerk = Actor(1, "clerk", (DutyHeld(roles.CLERK, 1, 1, "0001"),))
    for state, _word in Finding.STATES:
        found = {m.verb for m in lifecycle.possible(row("finding", state), clerk, satisfied.EVERYTHING)}
        wanted = {m.verb for m in TABLES["finding"] if state in m.from_states and m.who and decide.may(clerk, m.who, satisfied.EVERYTHING)}
        assert found == wanted
