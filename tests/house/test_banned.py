"""Words and calls that the house does without; docs/develop/house.md says what to use in their place."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house import shape

CLOCKS = {"today", "now", "utcnow", "localdate", "localtime"}
CLOCK_OWNERS = {"date", "datetime", "timezone", "dt"}
BANNED = {"manager", "helper", "process", "handle", "data", "info", "misc", "util", "common", "core"}
WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
# Names that Django or Python prescribes for a method.
PRESCRIBED = {
    "handle",
    "handle_starttag",
    "handle_endtag",
    "handle_data",
    "process_view",
    "process_exception",
    "process_request",
    "process_response",
    "process_template_response",
}
INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|<style\b|\sstyle=[\"']|\son[a-z]+=[\"']", re.IGNORECASE)


def product(*but: str) -> list[Path]:
    return [p for p in shape.product_files() if not shape.inside(p, *but)]


def other_clocks(path: Path) -> Iterator[str]:
    for node in ast.walk(shape.tree(path)):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS and shape.dotted(node.value).split(".")[-1] in CLOCK_OWNERS:
            yield shape.at(path, node, ast.unparse(node))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.timezone":
            yield from (shape.at(path, node, f"imports {a.name}") for a in node.names if a.name in CLOCKS)
        if isinstance(node, ast.keyword) and node.arg in ("auto_now", "auto_now_add"):
            yield shape.at(path, node.value, f"{node.arg} asks another clock")


def test_there_is_one_clock():
    wrong = [line for path in product("base/clock.py") for line in other_clocks(path)]
    assert not wrong, shape.report(wrong)


def given_names(path: Path) -> Iterator[tuple[str, int]]:
    """Names of a file, its folder, its classes and functions."""
    yield path.stem, 1
    yield path.parent.name, 1
    for node in ast.walk(shape.tree(path)):
        if isinstance(node, ast.ClassDef) or (isinstance(node, shape.FUNCTIONS) and node.name not in PRESCRIBED):
            yield node.name, node.lineno


def empty_words(name: str) -> set[str]:
    words = {word.lower() for word in WORD.findall(name)}
    return {word for word in words if word in BANNED or word.removesuffix("s") in BANNED}


def test_names_say_something():
    wrong = [f"{shape.name(p)}:{line} {name}" for p in product() for name, line in given_names(p) if empty_words(name)]
    assert not wrong, shape.report(wrong)


def hidden_imports(path: Path) -> Iterator[str]:
    for name, function in shape.functions(path):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield shape.at(path, node, f"in {name}: {ast.unparse(node)}")


def test_imports_stand_at_the_top():
    wrong = [line for path in product("base/heavy.py") for line in hidden_imports(path)]
    assert not wrong, shape.report(wrong)


def texts(path: Path) -> Iterator[ast.Constant | ast.keyword]:
    return (
        n for n in ast.walk(shape.tree(path)) if isinstance(n, ast.keyword) or (isinstance(n, ast.Constant) and isinstance(n.value, str))
    )


def word_of(node: ast.Constant | ast.keyword) -> str:
    return (node.arg or "") if isinstance(node, ast.keyword) else str(node.value)


def test_no_transaction_per_request():
    wrong = [
        shape.at(p, n, "ATOMIC_REQUESTS")
        for p in product()
        for n in texts(p)
        if isinstance(n, ast.Constant) and n.value == "ATOMIC_REQUESTS"
    ]
    assert not wrong, shape.report(wrong)


def test_scope_is_a_range_of_paths_never_a_prefix():
    look_up = re.compile(r"(^|__)path__i?startswith$")
    wrong = [shape.at(p, getattr(n, "value", n), word_of(n)) for p in product() for n in texts(p) if look_up.search(word_of(n))]
    assert not wrong, shape.report(wrong)


def test_models_do_not_override_save():
    wrong = [
        shape.at(path, node, f"{name} overrides {node.name}")
        for path in product()
        if shape.inside(path, "record") or shape.inside(path, "base/jobs")
        for name, node in shape.functions(path)
        if node.name == "save" and "." in name
    ]
    assert not wrong, shape.report(wrong)


def test_templates_hold_no_script_and_no_style_of_their_own():
    """The content security policy forbids both, and so does the reader who looks for behaviour in one place."""
    wrong = []
    for path in shape.templates():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            wrong += [f"{shape.name(path)}:{number} {hit.group().strip()}" for hit in INLINE.finditer(line)]
    assert not wrong, shape.report(wrong)


def test_pages_ask_no_other_machine():
    """Everything is served from here: no content network, no web fonts."""
    foreign = re.compile(r"(src|href|url\()=?[\"'(]?(https?:)?//", re.IGNORECASE)
    wrong = [shape.name(path) for path in shape.templates() if foreign.search(path.read_text(encoding="utf-8"))]
    assert not wrong, shape.report(wrong)
