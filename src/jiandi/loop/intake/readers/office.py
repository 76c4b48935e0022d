"""Reads .doc, .wps and .rtf: LibreOffice, where it is installed, makes a .docx of them, and that is read."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

from jiandi.base import digests
from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.loop.intake.readers import kind, word
from jiandi.loop.intake.readers.limits import Limits
from jiandi.loop.intake.readers.model import ReadDocument, Remark

MEDIA_TYPE: Final = "application/msword"
CONVERTED: Final = N_("The file was converted by LibreOffice before it was read.")
PROGRAMS: Final = ("soffice", "libreoffice")
_FILTERS: Final = {"docx": "docx:MS Word 2007 XML", "pdf": "pdf:writer_pdf_Export"}
_LEAST_SECONDS: Final = 5
_ITEM: Final = '<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
_SETTINGS: Final = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Save/Document", "LoadPrinter", "false"),
    ("Office.Writer/Content/Update", "Link", "2"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


def read(path: Path, limits: Limits) -> ReadDocument:
    """The .docx LibreOffice makes of it; `BadInput` where it is absent, fails or takes too long."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise BadInput(
            "intake.no_libreoffice",
            N_("“{place}” is an old kind of file that only LibreOffice can open, and it is not installed here. Save it as .docx."),
            place=path.name,
        )
    with TemporaryDirectory(prefix="jiandi-office-") as folder:
        made = converted(program, path, Path(folder), limits, "docx")
        document = word.read(made, limits)
    remarks = (Remark(CONVERTED), *document.warnings)
    return replace(document, digest=digests.digest(digests.DEFAULT, path.read_bytes()), media_type=MEDIA_TYPE, warnings=remarks)


def program_for(path: Path) -> str:
    """LibreOffice, to print a file that is read without it."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise BadInput(
            "intake.no_printing",
            N_("The pages of “{place}” are printed by LibreOffice, and it is not installed here. The text beside the rows is complete."),
            place=path.name,
        )
    return program


def converted(program: str, path: Path, folder: Path, limits: Limits, into: Literal["docx", "pdf"]) -> Path:
    """The .docx or .pdf, under the name of the file, so that faults name what people know."""
    source, made, profile = folder / "in" / "source.doc", folder / "out", folder / "profile"
    for place in (source.parent, made, profile / "user"):
        place.mkdir(parents=True)
    shutil.copyfile(path, source)
    (profile / "user" / "registrymodifications.xcu").write_text(_profile(), encoding="utf-8")
    command = [
        *_apart(), program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--invisible", "--nologo", "--norestore",
        "--nolockcheck", "--nodefault", "--nofirststartwizard", "--convert-to", _FILTERS[into], "--outdir", str(made), str(source),
    ]  # fmt: skip
    _run(command, folder, path, limits)
    result = made / f"source.{into}"
    if not result.is_file():
        raise kind.broken(path.name)
    return result.rename(made / path.name)


def _profile() -> str:
    items = "".join(_ITEM.format(path=path, name=name, value=value) for path, name, value in _SETTINGS)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry"'
        f' xmlns:xs="http://www.w3.org/2001/XMLSchema">{items}</oor:items>'
    )


@functools.cache
def _apart() -> tuple[str, ...]:
    """A name space without a network, where the system allows it."""
    program, nothing = shutil.which("unshare"), shutil.which("true")
    if program is None or nothing is None:
        return ()
    prefix = (program, "--map-root-user", "--net")
    return prefix if subprocess.run([*prefix, nothing], capture_output=True, check=False).returncode == 0 else ()  # noqa: S603 - fixed words


def _run(command: Sequence[str], folder: Path, path: Path, limits: Limits) -> None:
    """In the group of the bounded reader, which ends as a whole, or in one of its own."""
    leads = sys.platform != "win32" and os.getpid() == os.getpgrp()
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LC_ALL", "SYSTEMROOT")}
    nowhere = {"HOME": str(folder), "TMPDIR": str(folder), "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    running = subprocess.Popen(  # noqa: S603 - our own words, no shell
        command,
        env=kept | nowhere,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=not leads,
    )
    try:
        running.wait(max(_LEAST_SECONDS, limits.seconds - _LEAST_SECONDS))
    except subprocess.TimeoutExpired as error:
        raise BadInput(
            "intake.libreoffice_too_slow",
            N_("LibreOffice could not open “{place}” in {limit} seconds. Save it as .docx, or copy its text into a new file."),
            place=path.name,
            limit=limits.seconds,
        ) from error
    finally:
        _end(running, whole=not leads)


def _end(running: subprocess.Popen[bytes], *, whole: bool) -> None:
    if whole and sys.platform != "win32":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
    running.kill()
    running.wait()
