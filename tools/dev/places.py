"""Where things lie, and how programs are started."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "jiandi-setup.json"
PACKAGE = ROOT / "src" / "jiandi"
VENDOR = PACKAGE / "base" / "ui" / "static" / "vendor"


class Stop(SystemExit):
    """Ends the command with a sentence and code 1."""


def say(text: str) -> None:
    print(text, flush=True)


def digest(*paths: Path) -> str:
    """One digest over the names and contents of files; a missing file counts as empty."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(path.name.encode())
        total.update(path.read_bytes() if path.is_file() else b"")
    return total.hexdigest()


def stamps() -> dict[str, str]:
    """What set-up has done already: name of the part -> digest of its sources."""
    if not STAMP.is_file():
        return {}
    try:
        found: dict[str, str] = json.loads(STAMP.read_text(encoding="utf-8"))
    except ValueError:
        return {}
    return found


def stamp(part: str, value: str) -> None:
    STAMP.write_text(json.dumps({**stamps(), part: value}, indent=1), encoding="utf-8")


def program(name: str) -> str | None:
    """A program of the environment, or else of the machine."""
    own = shutil.which(name, path=str(BIN))
    return own or shutil.which(name)


def surroundings(**more: str) -> dict[str, str]:
    """The environment of started programs: the venv first on PATH, nothing inherited from another Python."""
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "DJANGO_SETTINGS_MODULE")}
    return {**clean, "VIRTUAL_ENV": str(VENV), "PATH": f"{BIN}{os.pathsep}{clean.get('PATH', '')}", "PYTHONUTF8": "1", **more}


def call(command: list[str], **more: str) -> int:
    """Run in the repository with the terminal attached; its exit code. Ctrl-C ends the program, then us."""
    with subprocess.Popen(command, cwd=ROOT, env=surroundings(**more)) as running:
        try:
            return running.wait()
        except KeyboardInterrupt:
            return running.wait()


def become(command: list[str], **more: str) -> int:
    """End as another program, so that every signal reaches it and not us. (Windows has no such thing.)"""
    if os.name == "posix":
        os.chdir(ROOT)
        sys.stdout.flush()
        os.execve(command[0], command, surroundings(**more))  # noqa: S606 - our own interpreter
    return call(command, **more)


def quiet(command: list[str], what: str, **more: str) -> None:
    """Run silently; on failure show what it said and stop."""
    done = subprocess.run(command, cwd=ROOT, env=surroundings(**more), capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        raise Stop(f"{what} failed: {' '.join(command[:4])} … ended with {done.returncode}.")


def python(*arguments: str) -> list[str]:
    return [str(PYTHON), *arguments]
