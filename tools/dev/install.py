"""Set-up: the environment, the hashed requirements, the project itself. Each part is skipped while its sources are unchanged."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

from tools.dev import frontend, places
from tools.dev.places import PYTHON, ROOT, VENV

RUN = ("run", "build")
DEVELOP = (*RUN, "pg", "dev")


def set_up(sets: tuple[str, ...] = RUN) -> None:
    """Bring the environment, the front-end files and the compiled translations up to date."""
    began = time.monotonic()
    changed = [environment(), requirements(sets), project(), frontend.set_up(), translations()]
    if any(changed):
        places.say(f"Set-up finished in {time.monotonic() - began:.1f} s.")


def environment() -> bool:
    if PYTHON.exists():
        return False
    shutil.rmtree(VENV, ignore_errors=True)
    uv = shutil.which("uv")
    command = [uv, "venv", "--quiet", "--python", sys.executable, str(VENV)] if uv else [sys.executable, "-m", "venv", str(VENV)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        raise places.Stop("No environment could be made. On Debian and Ubuntu: apt install python3-venv, then try again.")
    return True


def requirements(sets: tuple[str, ...]) -> bool:
    """Install the sets whose lock changed. True when something was installed."""
    done = places.stamps()
    locks = {name: ROOT / "requirements" / f"{name}.txt" for name in sets}
    digests = {name: places.digest(lock) for name, lock in locks.items()}
    stale = [name for name in sets if done.get(f"lock:{name}") != digests[name]]
    if not stale:
        return False
    places.say(f"Installing {', '.join(stale)} …")
    install(["--require-hashes", *(part for name in stale for part in ("-r", str(locks[name])))])
    for name in stale:
        places.stamp(f"lock:{name}", digests[name])
    return True


def install(arguments: list[str]) -> None:
    """By uv where it is on PATH, else (or when uv cannot reach its index, which pip may know) by pip."""
    uv = shutil.which("uv")
    if uv:
        command = [uv, "pip", "install", "--quiet", "--python", str(PYTHON), *arguments]
        if not subprocess.run(command, cwd=ROOT, env=places.surroundings(), check=False).returncode:
            return
        places.say("uv did not succeed; trying pip.")
    if not _has_pip():
        places.quiet(places.python("-m", "ensurepip", "--upgrade"), "Installing pip")
    pip = places.python("-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet", *arguments)
    places.quiet(pip, "Installing packages")


def _has_pip() -> bool:
    return any(site_packages().glob("pip-*.dist-info"))


def site_packages() -> Path:
    """Where the environment keeps its packages."""
    base = {"base": str(VENV), "platbase": str(VENV)}
    return Path(sysconfig.get_path("purelib", scheme="nt" if sys.platform == "win32" else "posix_prefix", vars=base))


def project() -> bool:
    """The project itself, editable; and the repository root, so that tests and tools can be imported."""
    wanted = places.digest(ROOT / "pyproject.toml")
    if places.stamps().get("project") == wanted:
        return False
    install(["--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
    (site_packages() / "jiandi_repository.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    places.stamp("project", wanted)
    return True


def translations() -> bool:
    """Compile the Chinese texts where a source is newer than the compiled file."""
    sources = sorted((places.PACKAGE / "locale").glob("*/*.po"))
    compiled = list((places.PACKAGE / "locale").glob("*/LC_MESSAGES/django.mo"))
    wanted = places.digest(*sources)
    if not sources or (compiled and places.stamps().get("messages") == wanted):
        return False
    places.quiet(places.python("-m", "tools.dev.messages"), "Compiling translations")
    places.stamp("messages", wanted)
    return True
