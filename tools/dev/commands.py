"""The subcommands of dev.py, in one table."""

from __future__ import annotations

import argparse
import os
import shutil
import time
from collections.abc import Callable

from tools.dev import install, places, postgres, suites
from tools.dev.check import check
from tools.dev.places import ROOT
from tools.dev.steps import Step

DEMO = ROOT / "var" / "demo"
FUZZED = ("txt", "html", "md", "csv", "pdf", "docx", "xlsx", "ofd")
SETS = ("run", "build", "pg", "waitress", "ocr", "dev", "fuzz", "node")


def run(arguments: list[str]) -> int:
    """The product with the sample city, in a data folder of its own."""
    install.set_up()
    data = {"JIANDI_DATA": os.environ.get("JIANDI_DATA", str(DEMO))}
    return places.become(places.python("-m", "jiandi", "serve", "--demo", *arguments), **data)


def set_up(arguments: list[str]) -> int:
    install.set_up(install.RUN if "--run" in arguments else install.DEVELOP)
    places.say("Everything is in place.")
    return 0


def test(arguments: list[str]) -> int:
    """All test runs that this machine allows; names of tests and pytest's options may follow."""
    install.set_up(install.DEVELOP)
    began = time.monotonic()
    with postgres.server() as database:
        steps, left_out = suites.suites(database, arguments, spread=not arguments)
        codes = [attended(step, chosen=bool(arguments)) for step in steps]
    for sentence in left_out:
        places.say(f"LEFT OUT {sentence}")
    places.say(f"{'Some tests failed' if any(codes) else 'All tests passed'}. {time.monotonic() - began:.0f} s.")
    return 1 if any(codes) else 0


def attended(step: Step, *, chosen: bool) -> int:
    """A test run before the reader's eyes. Chosen tests need not be in every run."""
    places.say(f"\n── {step.name}")
    code = places.call(step.command, **step.surroundings)
    return 0 if chosen and code == suites.NOTHING_COLLECTED else code


def script(path: str) -> Callable[[list[str]], int]:
    """A command that is a script of the repository."""

    def start(arguments: list[str]) -> int:
        install.set_up(install.DEVELOP)
        if not (ROOT / path).is_file():
            raise places.Stop(f"{path} is not here yet.")
        return places.call(places.python(path, *arguments), PYTHONPATH=str(ROOT))

    return start


def messages(_arguments: list[str]) -> int:
    """Messages that lack Chinese, ready to paste; then the compiled file is made anew."""
    install.set_up(install.DEVELOP)
    code = places.call(places.python("-m", "tools.dev.extract"))
    return places.call(places.python("-m", "tools.dev.messages")) or code


def fuzz(arguments: list[str]) -> int:
    """Each kind of file for a while; what broke lies in var/fuzz/KIND/ under a name that says how."""
    asked = argparse.ArgumentParser(prog="dev.py fuzz")
    asked.add_argument("kinds", nargs="*", metavar="kind", help="some of them; all when none is named")
    asked.add_argument("--seconds", default="60", help="for each kind")
    given = asked.parse_args(arguments)
    install.set_up((*install.DEVELOP, "fuzz"))
    codes = {}
    for kind in given.kinds or FUZZED:
        places.say(f"\n── {kind}")
        codes[kind] = places.call(places.python("-m", "tools.fuzz", kind, str(ROOT / "var" / "fuzz" / kind), given.seconds))
    broken = [kind for kind, code in codes.items() if code]
    places.say(f"Broken: {', '.join(broken)}. The inputs lie in var/fuzz." if broken else "Nothing broke.")
    return 1 if broken else 0


def reference(_arguments: list[str]) -> int:
    install.set_up(install.DEVELOP)
    return places.call(places.python("-m", "tools.dev.reference"))


def packages(arguments: list[str]) -> int:
    """Lock the newest allowed versions: requirements/*.in -> *.txt, with hashes and no registry's name. For maintainers."""
    install.set_up(install.DEVELOP)
    uv = shutil.which("uv")
    if uv is None:
        install.install(["uv"])
        uv = str(places.BIN / "uv")
    for name in SETS:
        lock = f"{name}.txt"
        options = ["--quiet", "--universal", "--generate-hashes", "--no-header", "--python-version", "3.11", *arguments]
        command = [uv, "pip", "compile", *options, f"{name}.in", "-o", lock]
        places.quiet(["env", "-C", "requirements", *command], f"Locking {name}")
        if "://" in (ROOT / "requirements" / lock).read_text(encoding="utf-8"):
            raise places.Stop(f"requirements/{lock} names an address. Locks must not.")
    return 0


def wheel(_arguments: list[str]) -> int:
    """dist/jiandi-….whl with the front-end files and the Chinese texts inside."""
    install.set_up()
    return places.call(places.python("-m", "hatchling", "build", "-t", "wheel"))


COMMANDS: dict[str, tuple[Callable[[list[str]], int], str]] = {
    "run": (run, "the product with a sample city, at the address it prints; Ctrl-C ends it"),
    "test": (test, "the tests on SQLite, and on PostgreSQL and in the browser where the machine has them"),
    "check": (check, "exactly what CI runs: lint, types, layers, texts, every test; --long adds the slow ones"),
    "setup": (set_up, "environment, packages, front-end files, translations; --run leaves out what tests need"),
    "messages": (messages, "texts that lack Chinese, ready for an area's .po file; compiles what is there"),
    "reference": (reference, "docs/reference/states.md, written from the tables of the code"),
    "screenshots": (script("tools/screenshots.py"), "pictures of the pages of the sample city"),
    "bench": (script("benchmarks/run.py"), "the measurements of docs and benchmarks"),
    "bench-extract": (script("benchmarks/extract.py"), "how well letters are read, against a marked set"),
    "fuzz": (fuzz, "readers and extraction under a fuzzer, e.g. fuzz docx --seconds 600 (Linux)"),
    "packages": (packages, "lock the versions of Python packages anew (maintainers); --upgrade takes the newest"),
    "wheel": (wheel, "an installable wheel in dist/"),
}


def usage() -> str:
    return "python3 dev.py <command>\n\n" + "\n".join(f"  {name:<14} {says}" for name, (_, says) in COMMANDS.items())


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        places.say(usage())
        return 0
    if arguments[0] not in COMMANDS:
        places.say(f"There is no command {arguments[0]!r}.\n\n{usage()}")
        return 2
    return COMMANDS[arguments[0]][0](arguments[1:])
