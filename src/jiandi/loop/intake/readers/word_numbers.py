"""The numbers Word prints before paragraphs but does not keep in their text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import Element

from jiandi.base.text import chinese_numbers


def local(name: str) -> str:
    """The name of an element or attribute without its namespace."""
    return name.rsplit("}", 1)[-1]


def attribute(element: Element | None, name: str) -> str | None:
    if element is None:
        return None
    return next((value for key, value in element.attrib.items() if local(key) == name), None)


def child(element: Element | None, *names: str) -> Element | None:
    """The element at the end of a path of names."""
    for name in names:
        element = next((part for part in element if local(part.tag) == name), None) if element is not None else None
    return element


def children(element: Element | None, name: str) -> list[Element]:
    return [] if element is None else [part for part in element if local(part.tag) == name]


def _roman(number: int) -> str:
    out = ""
    for value, letters in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        count, number = divmod(number, value)
        out += letters * count
    return out


def _letters(number: int) -> str:
    return chr(65 + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _circled(number: int) -> str:
    return chr(0x245F + number) if 1 <= number <= 20 else f"({number})"


def _full_width(number: int) -> str:
    return str(number).translate({code: code + 0xFEE0 for code in range(48, 58)})


_FORMATS: Final[dict[str, Callable[[int], str]]] = {
    "decimalZero": lambda number: f"{number:02}",
    "decimalFullWidth": _full_width,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": lambda number: chr(0x2473 + number) if number <= 20 else f"({number})",
    "decimalEnclosedFullstop": lambda number: chr(0x2487 + number) if number <= 20 else f"{number}.",
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperLetter": _letters,
    "lowerLetter": lambda number: _letters(number).lower(),
    **dict.fromkeys(
        (
            "chineseCounting",
            "chineseCountingThousand",
            "ideographDigital",
            "japaneseCounting",
            "taiwaneseCounting",
            "taiwaneseCountingThousand",
        ),
        chinese_numbers.to_chinese,
    ),
}
_HIGHEST: Final = 3_000
_SILENT: Final = ("bullet", "none")


@dataclass(frozen=True)
class Level:
    """How one level of a list is numbered."""

    form: str = "decimal"
    pattern: str = "%1."
    start: int = 1
    style: str | None = None
    legal: bool = False

    def words(self, number: int) -> str:
        """The number in the form of this level."""
        return _FORMATS.get(self.form, str)(max(1, number)) if number <= _HIGHEST else str(number)


@dataclass
class Numbering:
    """All lists of a document and how far each has counted."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    restarts: dict[str, dict[int, int]] = field(default_factory=dict)
    counts: dict[tuple[str, int], int] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)

    def next(self, list_id: str, depth: int) -> str:
        """The number of the next paragraph of a list, as printed; empty for bullets."""
        abstract = self.lists.get(list_id)
        if abstract is None:
            return ""
        levels = self.levels.get(abstract, {})
        level = levels.get(depth, Level())
        self._begin(list_id, abstract)
        self.counts[abstract, depth] = self.counts.get((abstract, depth), level.start - 1) + 1
        for deeper in [key for key in self.counts if key[0] == abstract and key[1] > depth]:
            del self.counts[deeper]
        if level.form in _SILENT:
            return ""
        return re.sub("%([1-9])", lambda match: self._at(abstract, levels, int(match[1]) - 1, legal=level.legal), level.pattern)

    def level_of_style(self, list_id: str, style: str | None) -> int | None:
        """The level a list keeps for a style, where the style names only the list."""
        levels = self.levels.get(self.lists.get(list_id, ""), {})
        return next((depth for depth, level in levels.items() if style is not None and level.style == style), None)

    def _begin(self, list_id: str, abstract: str) -> None:
        if list_id in self.begun:
            return
        self.begun.add(list_id)
        for depth, start in self.restarts.get(list_id, {}).items():
            self.counts[abstract, depth] = start - 1

    def _at(self, abstract: str, levels: dict[int, Level], depth: int, *, legal: bool) -> str:
        level = levels.get(depth, Level())
        number = self.counts.get((abstract, depth), level.start)
        return str(number) if legal else level.words(number)


def read_numbering(root: Element | None) -> Numbering:
    """From numbering.xml."""
    made = Numbering()
    linked = {attribute(child(a, "styleLink"), "val"): a for a in children(root, "abstractNum") if child(a, "styleLink") is not None}
    for abstract in children(root, "abstractNum"):
        link = attribute(child(abstract, "numStyleLink"), "val")
        own = linked.get(link, abstract) if link else abstract
        made.levels[attribute(abstract, "abstractNumId") or ""] = {
            whole(attribute(level, "ilvl"), 0): _level(level) for level in children(own, "lvl")
        }
    for number in children(root, "num"):
        list_id = attribute(number, "numId") or ""
        made.lists[list_id] = attribute(child(number, "abstractNumId"), "val") or ""
        made.restarts[list_id] = {
            whole(attribute(override, "ilvl"), 0): whole(attribute(child(override, "startOverride"), "val"), 1)
            for override in children(number, "lvlOverride")
            if child(override, "startOverride") is not None
        }
    return made


def _level(level: Element) -> Level:
    return Level(
        form=attribute(child(level, "numFmt"), "val") or "decimal",
        pattern=attribute(child(level, "lvlText"), "val") or "",
        start=whole(attribute(child(level, "start"), "val"), 1),
        style=attribute(child(level, "pStyle"), "val"),
        legal=child(level, "isLgl") is not None,
    )


def whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and len(text) < 7 and text.isascii() and text.isdigit() else otherwise
