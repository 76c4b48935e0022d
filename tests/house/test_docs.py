"""What the documents promise to list, they list."""

import ast
import re
from pathlib import Path

from tests.house import shape
from tools.dev import reference

REFERENCE = shape.ROOT / "docs" / "reference"
READERS = {"text", "flag", "number", "words", "get", "getenv"}


def settings_read() -> set[str]:
    """Names of environment settings that the product reads."""
    return {
        str(call.args[0].value)
        for path in shape.product_files()
        for call in shape.calls(path)
        if call.args and isinstance(call.args[0], ast.Constant) and str(call.args[0].value).startswith("JIANDI_")
        if shape.dotted(call.func).split(".")[-1] in READERS
    }


def page(name: str) -> str:
    path: Path = REFERENCE / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def test_every_setting_is_documented():
    assert not (lacking := sorted(s for s in settings_read() if f"`{s}`" not in page("settings.md"))), lacking


def test_no_documented_setting_is_gone():
    named = set(re.findall(r"`(JIANDI_[A-Z_]+)`", page("settings.md")))
    known = {name for path in shape.own_files() for name in re.findall(r"JIANDI_[A-Z_]+", path.read_text(encoding="utf-8"))}
    assert not (gone := sorted(named - known)), gone


def test_the_page_of_states_says_what_the_lifecycle_says():
    assert page("states.md") == reference.states(), "python3 dev.py reference writes the page anew"
