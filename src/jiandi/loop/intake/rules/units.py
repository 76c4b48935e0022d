"""Which unit a document means: exact name, alias, then the one unit whose name ends alike; never a guess between two."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from jiandi.base.text import normalise
from jiandi.base.text.words import N_

Table = Mapping[str, tuple[int, ...]]

NOT_KNOWN: Final = N_("The unit named here is not known. Choose it, or add it under system settings.")
TWO_MEANT: Final = N_("The name fits more than one unit. Choose one.")
_SEPARATORS: Final = re.compile(r"[、，,;；/\n\t|]+|\s{2,}|(?<=[局委办院校会部室中心])\s+")
_PARTY: Final = re.compile(r"(?:党委|党组|党总支|党支部|党工委)$")
_REMARK: Final = re.compile(r"[（(].*?[)）]|^(?:牵头|责任|配合|主责)(?:单位|部门)?[：:]|等?(?:有关|相关)(?:单位|部门)$|[。等]$")
_SHORTEST: Final = 3


@dataclass(frozen=True)
class Resolved:
    """A name as written and the unit it means; without a unit, why."""

    name: str
    unit_id: int | None
    doubt: str = ""


@functools.lru_cache(maxsize=4096)
def split_names(text: str) -> tuple[str, ...]:
    """The names in a cell, in order, each once. A ledger names the same units again and again."""
    parts = (_REMARK.sub("", part.strip()).strip() for part in _SEPARATORS.split(text))
    return tuple(dict.fromkeys(part for part in parts if part))


def resolve_units(names: Iterable[str], table: Table) -> list[Resolved]:
    """One answer for each name, in order."""
    return [_resolve(name, table) for text in names for name in split_names(text)]


def _resolve(name: str, table: Table) -> Resolved:
    plain = normalise.plain(name)
    for wanted in dict.fromkeys((plain, _PARTY.sub("", plain))):
        if found := table.get(wanted, ()):
            return Resolved(name, found[0]) if len(found) == 1 else Resolved(name, None, TWO_MEANT)
    return _by_ending(name, _PARTY.sub("", plain), table)


def _by_ending(name: str, plain: str, table: Table) -> Resolved:
    """水务局 means 市水务局 where there is one such unit; 云溪市水务局 means 市水务局 likewise."""
    if len(plain) < _SHORTEST:
        return Resolved(name, None, NOT_KNOWN)
    alike = {one for key, ids in table.items() if _ends_alike(key, plain) for one in ids}
    if len(alike) == 1:
        return Resolved(name, alike.pop())
    return Resolved(name, None, TWO_MEANT if alike else NOT_KNOWN)


def _ends_alike(key: str, plain: str) -> bool:
    return len(key) >= _SHORTEST and (key.endswith(plain) or plain.endswith(key))
