"""What the house tests share: the files of the product and their syntax trees."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "src" / "jiandi"
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def product_files() -> list[Path]:
    """Python files of the product, without what Django generated."""
    return sorted(p for p in PACKAGE.rglob("*.py") if "migrations" not in p.parts)


def own_files() -> list[Path]:
    """All Python files that people here wrote."""
    more = [p for folder in ("tools", "tests", "benchmarks") for p in (ROOT / folder).rglob("*.py")]
    return [*product_files(), *sorted(more), ROOT / "dev.py", ROOT / "hatch_build.py"]


def templates() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("templates/**/*.html"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def inside(path: Path, *folders: str) -> bool:
    """Whether a file lies in (or is) one of these places of the package."""
    place = path.relative_to(PACKAGE).as_posix()
    return any(place == folder or place.startswith(f"{folder}/") for folder in folders)


def functions(path: Path) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Each function with its dotted name inside the file."""

    def walk(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, FUNCTIONS):
                yield f"{prefix}{child.name}", child
                yield from walk(child, f"{prefix}{child.name}.")
            else:
                yield from walk(child, f"{prefix}{child.name}." if isinstance(child, ast.ClassDef) else prefix)

    yield from walk(tree(path), "")


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def dotted(node: ast.AST) -> str:
    """`a.b.c(...)` as "a.b.c"; what has no name becomes "?"."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return f"{dotted(node.value)}.{node.attr}"
        case ast.Call():
            return dotted(node.func)
        case ast.Subscript():
            return dotted(node.value)
    return "?"


def at(path: Path, node: ast.AST, says: str) -> str:
    return f"{name(path)}:{getattr(node, 'lineno', 0)} {says}"


def report(found: list[str]) -> str:
    return "\n" + "\n".join(found)
