"""Small files, small functions, small templates. limits.toml lists what is larger, with a reason, and may only shrink."""

import tomllib
from pathlib import Path

from tests.house import shape

FILE, FUNCTION, TEMPLATE, FRAGMENT = 400, 50, 120, 60
MOST, MOST_LINES = 0.90, 25
LISTED = tomllib.loads((Path(__file__).parent / "limits.toml").read_text(encoding="utf-8"))


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def function_lengths(files: list[Path]) -> dict[str, int]:
    return {
        f"{shape.name(path)}:{name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in files
        for name, node in shape.functions(path)
    }


def too_long(kind: str, lengths: dict[str, int], limits: dict[str, int]) -> list[str]:
    """What exceeds its limit without being listed, what grew since it was listed, and what is listed in vain."""
    listed = {name: entry["lines"] for name, entry in LISTED[kind].items()}
    over = [f"{n} has {c} lines, the limit is {limits[n]}" for n, c in lengths.items() if c > limits[n] and n not in listed]
    grown = [f"{n} grew from {listed[n]} to {lengths[n]} lines" for n in listed if lengths.get(n, 0) > listed[n]]
    short = [f"{n} no longer exceeds its limit: take it off limits.toml" for n in listed if lengths.get(n, 0) <= limits.get(n, 0)]
    return over + grown + short


def test_files_are_short():
    found = {shape.name(path): lines(path) for path in shape.own_files()}
    assert not (wrong := too_long("files", found, dict.fromkeys(found, FILE))), shape.report(wrong)


def test_functions_are_short():
    found = function_lengths(shape.own_files())
    assert not (wrong := too_long("functions", found, dict.fromkeys(found, FUNCTION))), shape.report(wrong)


def test_most_functions_of_the_product_are_shorter_still():
    found = sorted(function_lengths(shape.product_files()).values())
    assert sum(1 for length in found if length <= MOST_LINES) >= MOST * len(found)


def test_templates_are_short():
    found = {shape.name(path): lines(path) for path in shape.templates()}
    limits = {shape.name(path): FRAGMENT if path.name.startswith("_") else TEMPLATE for path in shape.templates()}
    assert not (wrong := too_long("templates", found, limits)), shape.report(wrong)


def test_each_exception_says_why():
    assert all(entry.get("why") for kind in LISTED.values() for entry in kind.values())
