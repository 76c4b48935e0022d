"""Figures as text, as results.md beside the peers', and as results.json."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PEERS = HERE / "peers.md"


def as_text(figures: list[dict[str, Any]]) -> str:
    return "\n".join(f"{_mark(f):<7}{f['name']:<46}{f['value']:>10g} {f['unit']:<7}{f['target']:<15}{_beside(f)}" for f in figures)


def _mark(figure: dict[str, Any]) -> str:
    return {True: "ok", False: "MISSED", None: ""}[figure["reached"]]


def _beside(figure: dict[str, Any]) -> str:
    words = [f"{name} {value}" for name, value in figure["beside"].items()]
    spin = [f"spin {figure['spin_ms']:g} ms"] if figure["spin_ms"] else []
    return "; ".join([*words, *spin])


def machine() -> str:
    """The machine in neutral words."""
    release = platform.freedesktop_os_release() if hasattr(platform, "freedesktop_os_release") else {}
    system = " ".join(filter(None, (release.get("NAME"), release.get("VERSION_ID")))) or platform.system()
    return f"{os.cpu_count()} cores, {system}, Python {platform.python_version()}"


def keep(found: dict[str, list[dict[str, Any]]], n: int) -> None:
    """Write both files; a measurement that was not made this time keeps its last figure."""
    kept = _last()
    for backend, figures in found.items():
        before = {figure["name"]: figure for figure in kept.get(backend, [])}
        stamped = {figure["name"]: figure | {"n": n, "day": datetime.now(UTC).date().isoformat()} for figure in figures}
        kept[backend] = list((before | stamped).values())
    body = {"machine": machine(), "figures": kept}
    (HERE / "results.json").write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (HERE / "results.md").write_text(as_page(body), encoding="utf-8")


def _last() -> dict[str, list[dict[str, Any]]]:
    path = HERE / "results.json"
    found: dict[str, list[dict[str, Any]]] = json.loads(path.read_text(encoding="utf-8"))["figures"] if path.exists() else {}
    return found


def as_page(body: dict[str, Any]) -> str:
    lines = ["# Last figures", "", f"Machine: {body['machine']}. Client, database and program share it. Written by `python3 dev.py bench`;"]
    lines += [
        "README.md says what each figure is. “Spin” is a fixed piece of Python timed before the step: it tells how busy the machine was.",
        "",
    ]
    for backend, figures in body["figures"].items():
        lines += [f"## {backend}", "", "| | measured | target | reached | findings | day | beside |", "|---|---|---|---|---|---|---|"]
        lines += [_line(figure) for figure in figures] + [""]
    return "\n".join(lines) + "\n" + PEERS.read_text(encoding="utf-8")


def _line(f: dict[str, Any]) -> str:
    reached = {True: "yes", False: "**no**", None: ""}[f["reached"]]
    return f"| {f['name']} | {f['value']:g} {f['unit']} | {f['target']} | {reached} | {f['n']:,} | {f['day']} | {_beside(f)} |"
