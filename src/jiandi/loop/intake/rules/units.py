"""Which unit a document means: exact name, alias, the one unit whose name ends alike, the one it abbreviates; never a guess between two."""

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
SHORTENED: Final = N_("The name is read as a short form of this unit. Check it.")
MANY_MEANT: Final = N_("The words mean several units together. Choose those that take part.")
_SEPARATORS: Final = re.compile(r"[、，,;；/\n\t\f|]+|\s{2,}|(?<=[局委办院校会部室中心])\s+")
_PARTY: Final = re.compile(r"(?:党委|党组|党总支|党支部|党工委)$")
_REMARK: Final = re.compile(r"[（(].*?[)）]|^(?:牵头|责任|配合|主责)(?:单位|部门)?[：:]|(?<=[^各])等?(?:有关|相关)(?:单位|部门)$|[。等]$")
_SHORTEST: Final = 3
_COLLECTIVE: Final = re.compile(
    r"^(?:各|有关|相关|其他|所有|全体|全[市县区州省旗校])|^(?:本级|下属|所属|派驻)?各|各?(?:有关|相关)(?:单位|部门|方面|地方)$"
)
_KINDS: Final = (
    (re.compile("乡镇|镇街|街道|镇乡|苏木"), ("镇", "乡", "街道", "街道办事处", "苏木")),
    (re.compile("县区|区县|县市|市县|旗县|辖区"), ("县", "区", "市", "旗", "县委", "区委", "县政府", "区政府", "县人民政府", "区人民政府")),
    (re.compile("股室"), ("股", "室")),
    (re.compile("科室|处室"), ("科", "处", "室")),
    (re.compile("学院|院系"), ("学院", "系")),
    (re.compile("支部"), ("支部",)),
)
_BRANCH: Final = ("政府", "人民政府", "人大", "政协", "纪委")
_COMMITTEE: Final = re.compile(r"(?:党委|委员会|委)$")


@dataclass(frozen=True)
class Resolved:
    """A name as written and the unit it means; ``doubt`` says why none was chosen, or what to check; ``candidates`` are offered."""

    name: str
    unit_id: int | None
    doubt: str = ""
    candidates: tuple[int, ...] = ()


@functools.lru_cache(maxsize=4096)
def split_names(text: str) -> tuple[str, ...]:
    """The names in a cell, in order, each once. A ledger names the same units again and again."""
    parts = (_REMARK.sub("", part.strip()).strip() for part in _SEPARATORS.split(text))
    return tuple(dict.fromkeys(part for part in parts if part))


def resolve_units(names: Iterable[str], table: Table) -> list[Resolved]:
    """One answer for each name, in order."""
    found: list[Resolved] = []
    for text in names:
        for name in split_names(text):
            found.append(_resolve(name, _placed(name, found), table))
    return found


def _placed(name: str, before: list[Resolved]) -> str:
    """区委、政府: the second has the place of the first."""
    plain = normalise.plain(name)
    if plain in _BRANCH and before and _COMMITTEE.search(normalise.plain(before[-1].name)):
        return _COMMITTEE.sub("", normalise.plain(before[-1].name)) + plain
    return plain


def _resolve(name: str, plain: str, table: Table) -> Resolved:
    for wanted in dict.fromkeys((plain, _PARTY.sub("", plain))):
        if found := table.get(wanted, ()):
            return Resolved(name, found[0], candidates=found) if len(found) == 1 else Resolved(name, None, TWO_MEANT, found)
    if _COLLECTIVE.search(plain):
        return Resolved(name, None, MANY_MEANT, _of_kind(plain, table))
    return _by_likeness(name, _PARTY.sub("", plain), table)


def _of_kind(plain: str, table: Table) -> tuple[int, ...]:
    """各乡镇 offers the towns and townships there are."""
    endings = next((endings for pattern, endings in _KINDS if pattern.search(plain)), ())
    return tuple(sorted({one for key, ids in table.items() if endings and key.endswith(endings) for one in ids}))


def _by_likeness(name: str, plain: str, table: Table) -> Resolved:
    """水务局 means 市水务局 where there is one such unit, 云溪市水务局 likewise; 住建局 may stand for 住房和城乡建设局."""
    if len(plain) < _SHORTEST:
        return Resolved(name, None, NOT_KNOWN)
    alike = tuple(sorted({one for key, ids in table.items() if _ends_alike(key, plain) for one in ids}))
    if alike:
        return Resolved(name, alike[0], candidates=alike) if len(alike) == 1 else Resolved(name, None, TWO_MEANT, alike)
    short = _curt(plain)
    meant = tuple(sorted({one for key, ids in table.items() if abbreviates(short, _curt(key)) for one in ids}))
    if len(meant) == 1:
        return Resolved(name, meant[0], SHORTENED, meant)
    return Resolved(name, None, TWO_MEANT if meant else NOT_KNOWN, meant)


def _ends_alike(key: str, plain: str) -> bool:
    return len(key) >= _SHORTEST and (key.endswith(plain) or plain.endswith(key))


def _curt(words: str) -> str:
    return words.replace("委员会", "委").replace("办公室", "办")


def abbreviates(short: str, full: str) -> bool:
    """Whether every letter of the short form stands in the full one in the same order, and both end alike."""
    if not _SHORTEST <= len(short) < len(full) or short[-1] != full[-1]:
        return False
    letters = iter(full)
    return all(letter in letters for letter in short)
