"""Numbers of findings, made from a pattern such as ``{prefix}{year}-{round:02}-{seq:03}``; serials are never reused."""

from __future__ import annotations

import re
from typing import Final

from jiandi.record.regimes import vocabulary
from jiandi.record.regimes.parts import Numbering

_WORDS: Final = "prefix|level|outline"
_COUNTS: Final = "year|round|seq"
_PART: Final = re.compile(rf"\{{({_WORDS}|(?:{_COUNTS})(?::0?[1-9])?)\}}")


def parts_of(pattern: str) -> tuple[str, ...] | None:
    """The parts a pattern names, or None if it is not a pattern."""
    if re.search(r"[{}]", _PART.sub("", pattern)):
        return None
    return tuple(found.partition(":")[0] for found in _PART.findall(pattern))


def finding_number(numbering: Numbering, *, year: int, round_: int, seq: int, level: str = "", outline: str = "") -> str:
    """The number of one finding."""
    given = {"prefix": numbering.prefix, "level": level, "year": year, "round": round_, "outline": outline, "seq": seq}
    return numbering.pattern.format(**{part: given[part] for part in sorted(vocabulary.NUMBER_PARTS)})
