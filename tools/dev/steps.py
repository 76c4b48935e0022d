"""Runs steps, some side by side, and shows how each ended."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tools.dev import places


@dataclass(frozen=True)
class Step:
    """One program to run: its name in the table, the command, what to add to its environment."""

    name: str
    command: list[str]
    surroundings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    name: str
    code: int
    seconds: float
    output: str


def run(step: Step) -> Result:
    """Run one step, keeping what it says."""
    began = time.monotonic()
    done = subprocess.run(
        step.command,
        cwd=places.ROOT,
        env=places.surroundings(**step.surroundings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    result = Result(step.name, done.returncode, time.monotonic() - began, done.stdout)
    places.say(f"{mark(result)} {result.name:<28} {result.seconds:6.1f} s  {last_line(result)}")
    return result


def side_by_side(steps: list[Step], at_once: int = 2) -> list[Result]:
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(run, steps))


def mark(result: Result) -> str:
    return "ok    " if result.code == 0 else "FAILED"


def last_line(result: Result) -> str:
    """What a test run says last (how many passed); nothing for the others."""
    lines = result.output.strip().splitlines()
    return lines[-1].strip("= ") if lines and "tests" in result.name else ""


def conclude(results: list[Result], began: float) -> int:
    """Show what the failing steps said; 1 if any failed."""
    failed = [r for r in results if r.code]
    for result in failed:
        sys.stdout.write(f"\n──── {result.name} ────\n{result.output.rstrip()}\n")
    total = time.monotonic() - began
    verdict = f"{len(failed)} of {len(results)} steps failed: {', '.join(r.name for r in failed)}" if failed else "All steps passed"
    places.say(f"\n{verdict}. {total:.0f} s.")
    return 1 if failed else 0
