"""Rows change in one place: stages ask the record to write, and only the lifecycle moves a state."""

import ast
from pathlib import Path

import pytest

from tests.house import shape

WRITERS = ("record/accounts", "record/regimes", "record/trail", "record/ledger", "base/jobs")
MOVERS = ("record/ledger/lifecycle.py", "record/ledger/write.py")
OWN_STATE = ("base/jobs",)  # a job's state is not the state of a thing in the record
ALWAYS = {"bulk_create", "bulk_update", "update_or_create", "get_or_create", "_raw_delete"}
ROWS = {"objects", "filter", "exclude", "all", "visible_to", "select_for_update", "using", "order_by", "_base_manager", "_default_manager"}


def reads_rows(node: ast.AST) -> bool:
    """Whether a receiver looks like a queryset: `X.objects…`, `….filter(…)`, `thing.parts_set…`."""
    parts = shape.dotted(node).split(".")
    return any(part in ROWS or part.endswith(("_set", "_rows")) for part in parts)


def writes(call: ast.Call) -> bool:
    """Whether a call writes to the database, as far as its form tells.

    `hash.update(x)`, `document.save(path)` and `names.update(other)` are not writes of rows.
    """
    if not isinstance(call.func, ast.Attribute):
        return False
    verb, receiver = call.func.attr, call.func.value
    named = {word.arg for word in call.keywords}
    match verb:
        case "save":
            return not call.args or bool(named & {"update_fields", "force_insert", "using"})
        case "delete":
            return reads_rows(receiver) or not (call.args or named)
        case "update":
            return reads_rows(receiver) or (bool(named) and not call.args)
        case "create":
            return reads_rows(receiver)
    return verb in ALWAYS


def foreign_writes(path: Path) -> list[str]:
    return [shape.at(path, call, ast.unparse(call)[:90]) for call in shape.calls(path) if writes(call)]


def test_only_the_record_writes_rows():
    files = [p for p in shape.product_files() if not shape.inside(p, *WRITERS)]
    assert not (wrong := [line for path in files for line in foreign_writes(path)]), shape.report(wrong)


def state_assignments(path: Path) -> list[str]:
    """`x.state = …`, `setattr(x, "state", …)` and `….update(state=…)`."""
    found: list[str] = []
    for node in ast.walk(shape.tree(path)):
        hits: list[ast.AST]
        match node:
            case ast.Assign(targets=targets):
                hits = [t for t in targets if isinstance(t, ast.Attribute) and t.attr == "state"]
            case ast.AugAssign(target=ast.Attribute(attr="state")) | ast.AnnAssign(target=ast.Attribute(attr="state"), value=ast.expr()):
                hits = [node]
            case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value="state"), _]):
                hits = [node]
            case ast.Call(func=ast.Attribute(attr="update"), keywords=words) if any(w.arg == "state" for w in words):
                hits = [node]
            case _:
                hits = []
        found += [shape.at(path, hit, ast.unparse(node)[:90]) for hit in hits]
    return found


def test_only_the_lifecycle_assigns_a_state():
    files = [p for p in shape.product_files() if not shape.inside(p, *MOVERS, *OWN_STATE)]
    assert not (wrong := [line for path in files for line in state_assignments(path)]), shape.report(wrong)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("finding.save()", True),
        ("finding.save(update_fields=['due'])", True),
        ("document.save(path)", False),
        ("Finding.objects.filter(pk=1).update(due=day)", True),
        ("seen.update(more)", False),
        ("digest.update(block)", False),
        ("round.finding_set.all().delete()", True),
        ("Finding.objects.create(text=text)", True),
        ("write.create(Finding, text=text)", False),
        ("Finding.objects.bulk_create(rows)", True),
    ],
)
def test_the_rule_knows_a_write_when_it_sees_one(code, expected):
    call = ast.parse(code, mode="eval").body
    assert isinstance(call, ast.Call)
    assert writes(call) is expected
