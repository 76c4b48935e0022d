"""Chinese texts: one .po file per area is merged and compiled to one django.mo per language, by Babel.

    python -m tools.dev.messages            (dev.py setup does it)
Also called by hatch_build.py, so that a wheel carries the compiled file.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).resolve().parent.parent.parent / "src" / "jiandi" / "locale"
Key = tuple[str | None, str]


def key(message: Message) -> Key:
    """Context and id; the singular stands for a plural pair."""
    name = message.id if isinstance(message.id, str) else message.id[0]
    return message.context, name


def text(message: Message) -> str:
    """The translation; one plural form is all Chinese has."""
    value = message.string
    return value if isinstance(value, str) else (value[0] if value else "")


def areas(language: str) -> Iterator[tuple[str, Catalog]]:
    """Each area's file, in alphabetical order."""
    for path in sorted((LOCALES / language).glob("*.po")):
        with path.open("rb") as source:
            yield path.stem, read_po(source, locale=language, charset="utf-8")


def merge(language: str) -> tuple[Catalog, list[str]]:
    """One catalogue of all areas, and a sentence for each id that two areas translate differently (the first counts)."""
    whole = Catalog(locale=language, charset="utf-8")
    seen: dict[Key, tuple[str, str]] = {}
    quarrels = []
    for area, catalog in areas(language):
        for message in catalog:
            if not message.id or not text(message) or message.fuzzy:
                continue
            first = seen.setdefault(key(message), (area, text(message)))
            if first[1] != text(message):
                quarrels.append(f"{key(message)[1]!r}: {first[0]} says {first[1]!r}, {area} says {text(message)!r}")
            elif first[0] == area:
                whole.add(message.id, message.string, context=message.context)
    return whole, quarrels


def compile_all() -> list[Path]:
    """Write LC_MESSAGES/django.mo of every language; the files written."""
    written = []
    for folder in sorted(p for p in LOCALES.iterdir() if p.is_dir()):
        catalog, quarrels = merge(folder.name)
        for quarrel in quarrels:
            print("Translated twice:", quarrel, file=sys.stderr)
        target = folder / "LC_MESSAGES" / "django.mo"
        target.parent.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".new", delete=False) as out:  # two test workers may compile at once
            write_mo(out, catalog)
        Path(out.name).replace(target)
        written.append(target)
    return written


if __name__ == "__main__":
    for path in compile_all():
        print(path.relative_to(LOCALES))
