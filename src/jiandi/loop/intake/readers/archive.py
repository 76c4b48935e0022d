"""Parts of an Office file: bounded, without entities, every one well formed."""

from __future__ import annotations

import io
import xml.parsers.expat as expat  # noqa: PLR0402 - used with a handler that refuses every document type
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree as SafeTree
from defusedxml.common import DefusedXmlException

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.loop.intake.readers import kind
from jiandi.loop.intake.readers.limits import MEGABYTE, Limits

_SMALL: Final = 8 * MEGABYTE
_UNREADABLE: Final = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True)
class Archive:
    """An opened Office file whose sizes have been checked."""

    name: str
    file: zipfile.ZipFile
    limits: Limits

    def names(self) -> list[str]:
        return self.file.namelist()

    def part(self, name: str) -> bytes | None:
        """One part, never more than it promised."""
        try:
            entry = self.file.getinfo(name)
            with self.file.open(entry) as stream:
                content = stream.read(entry.file_size + 1)
        except KeyError:
            return None
        except _UNREADABLE as error:
            raise kind.broken(self.name) from error
        if len(content) > entry.file_size:
            raise bomb(self.name)
        return content

    def xml(self, name: str) -> Element | None:
        """The root of an XML part; `BadInput` for entities, a document type, bad form or too deep nesting."""
        content = self.part(name)
        if content is None:
            return None
        root: Element | None = None
        depth = 0
        try:
            for event, element in SafeTree.iterparse(io.BytesIO(content), ("start", "end"), forbid_dtd=True):
                root = element if root is None else root
                depth += 1 if event == "start" else -1
                if depth > self.limits.nesting:
                    raise too_deep(self.name, name)
        except DefusedXmlException as error:
            raise _own_entities(self.name, name) from error
        except (ParseError, ValueError, LookupError) as error:
            raise _not_well_formed(self.name, name) from error
        return root

    def check_xml(self, name: str) -> None:
        """As `xml`, for parts another reader will parse; the tree is not kept."""
        depth = 0

        def begin(_name: str, _attributes: object) -> None:
            nonlocal depth
            depth += 1
            if depth > self.limits.nesting:
                raise too_deep(self.name, name)

        def finish(_name: str) -> None:
            nonlocal depth
            depth -= 1

        def refuse(*_declared: object) -> None:
            raise _own_entities(self.name, name)

        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler, parser.StartDoctypeDeclHandler = begin, finish, refuse
        try:
            parser.Parse(self.part(name) or b"", True)
        except expat.ExpatError as error:
            raise _not_well_formed(self.name, name) from error


def opened(path: Path, limits: Limits) -> Archive:
    """Open an Office file and refuse a bomb before anything is unpacked."""
    try:
        archive = zipfile.ZipFile(path)
    except _UNREADABLE as error:
        raise kind.broken(path.name) from error
    entries = archive.infolist()
    whole = sum(entry.file_size for entry in entries)
    packed = max(1, path.stat().st_size)
    if any(entry.flag_bits & 1 for entry in entries):
        archive.close()
        raise kind.password(path.name)
    if len(entries) > limits.members or whole > limits.unzipped_bytes or (whole > _SMALL and whole > packed * limits.unzipped_ratio):
        archive.close()
        raise bomb(path.name)
    return Archive(path.name, archive, limits)


def bomb(name: str) -> BadInput:
    return BadInput(
        "intake.unpacks_too_large",
        N_("“{place}” unpacks to far more than a document holds. Copy its text into a new file and hand that in."),
        place=name,
    )


def too_deep(name: str, part: str) -> BadInput:
    return BadInput(
        "intake.too_deep",
        N_("“{place}” ({part}) is nested too deeply. Copy its text into a new file and hand that in."),
        place=name,
        part=part,
    )


def _not_well_formed(name: str, part: str) -> BadInput:
    return BadInput(
        "intake.broken_part",
        N_("“{place}” is damaged in {part}. Open it in Office or WPS, save it again and hand that in."),
        place=name,
        part=part,
    )


def _own_entities(name: str, part: str) -> BadInput:
    return BadInput(
        "intake.entities",
        N_("“{place}” ({part}) defines entities of its own, as Office never does. Save it again in Office or WPS."),
        place=name,
        part=part,
    )
