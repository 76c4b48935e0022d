"""Front-end files: fetched by npm in the versions of package-lock.json, then only the needed ones are copied."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from tools.dev import install, places
from tools.dev.places import ROOT, VENDOR

MODULES = ROOT / "node_modules"
SOURCES = (ROOT / "package.json", ROOT / "package-lock.json", Path(__file__))

# Folder in vendor/ -> files taken from node_modules (a licence lies beside each).
FILES: dict[str, tuple[str, ...]] = {
    "tabler": ("@tabler/core/dist/css/tabler.min.css", "@tabler/core/dist/js/tabler.min.js"),
    "bootstrap-icons": ("bootstrap-icons/font/bootstrap-icons.min.css", "bootstrap-icons/LICENSE"),
    "bootstrap-icons/fonts": (
        "bootstrap-icons/font/fonts/bootstrap-icons.woff2",
        "bootstrap-icons/font/fonts/bootstrap-icons.woff",
    ),
    "echarts": ("echarts/dist/echarts.min.js", "echarts/LICENSE", "echarts/NOTICE"),
    "tom-select": (
        "tom-select/dist/js/tom-select.complete.min.js",
        "tom-select/dist/css/tom-select.bootstrap5.min.css",
        "tom-select/LICENSE",
    ),
}
SOURCE_MAP = re.compile(rb"\s*(//|/\*)# sourceMappingURL=[^\s*]+\s*(\*/)?")


def set_up() -> bool:
    """True when the files were copied anew."""
    wanted = places.digest(*SOURCES)
    mark = VENDOR / ".stamp"
    if mark.is_file() and mark.read_text(encoding="utf-8") == wanted:
        return False
    places.say("Fetching front-end files …")
    fetch()
    copy()
    mark.write_text(wanted, encoding="utf-8")
    return True


def fetch() -> None:
    """`npm ci` by the machine's Node, or by the Python package that carries one."""
    npm = places.program("npm")
    if npm is None:
        places.say("No Node on this machine: installing the Python package that carries it.")
        install.install(["--require-hashes", "-r", str(ROOT / "requirements" / "node.txt")])
        npm = places.program("npm")
    if npm is None:
        raise places.Stop("npm was not found and could not be installed. Install Node 20 or newer, then try again.")
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    places.quiet(["cmd", "/c", *command] if os.name == "nt" else command, "Fetching front-end files")


def copy() -> None:
    """A fresh vendor folder. Source-map comments go: the hashed static storage would look for the maps."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for folder, names in FILES.items():
        target = VENDOR / folder
        target.mkdir(parents=True, exist_ok=True)
        for name in names:
            content = (MODULES / name).read_bytes()
            if name.endswith((".js", ".css")):
                content = SOURCE_MAP.sub(b"", content)
            (target / Path(name).name).write_bytes(content)
    shutil.copy(Path(__file__).parent / "licences" / "tabler.txt", VENDOR / "tabler" / "LICENSE")
