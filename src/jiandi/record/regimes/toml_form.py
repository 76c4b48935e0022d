"""TOML text to frozen dataclasses and back, led by the field types. It knows nothing of regimes.

Every refusal names the place as a path (``lights[2].days``, rows counted from 1) and what to write instead.
"""

from __future__ import annotations

import json
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_

T = TypeVar("T")
MAX_TEXT = 256 * 1024
MAX_WORD = 300
MAX_ROWS = 200
MAX_WHOLE = 100_000
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def load(text: str) -> dict[str, Any]:
    """The tables of a TOML text, not yet checked."""
    if len(text) > MAX_TEXT:
        raise BadInput(
            "regime.too_long",
            N_("The regime text has {length} characters. Shorten it to {limit} at most."),
            length=len(text),
            limit=MAX_TEXT,
        )
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput(
            "regime.not_toml",
            N_("The text cannot be read as TOML: {reason}. Correct that line and hand it in again."),
            reason=str(error)[:200],
        ) from error


def read(kind: type[T], raw: object, path: str = "") -> T:
    """Make one part out of its table; unknown, missing and wrong values are refused by name."""
    if not isinstance(raw, dict):
        raise BadInput("regime.not_a_table", N_("{path}: write a table with keys here."), path=path)
    parts: dict[str, Field[Any]] = {part.name: part for part in fields(kind)}  # type: ignore[arg-type]
    _refuse_unknown(raw, parts, path)
    hints = get_type_hints(kind)
    values = {}
    for name, part in parts.items():
        where = _join(path, name)
        if name in raw:
            values[name] = _value(hints[name], raw[name], where)
        elif part.default is MISSING:
            raise BadInput("regime.missing_key", N_("{path}: this key is missing. Add it."), path=where)
    return kind(**values)


def write(part: object) -> str:
    """The one canonical text of a part: each field on a line, in the order of the class, rows one per line."""
    return "".join(f"{name} = {_written(value, rows=True)}\n" for name, value in _pairs(part))


def not_offered(found: str, allowed: Iterable[str], where: str) -> BadInput:
    """The refusal of a word that is not on a closed list."""
    return BadInput(
        "regime.not_a_choice",
        N_("{path}: “{found}” is not offered. Use one of: {allowed}."),
        path=where,
        found=found[:60],
        allowed=", ".join(allowed),
    )


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _refuse_unknown(raw: dict[str, Any], parts: dict[str, Field[Any]], path: str) -> None:
    for key in raw:
        if key not in parts:
            raise BadInput(
                "regime.unknown_key",
                N_("{path}: this key is not known. Remove it, or use one of: {known}."),
                path=_join(path, key[:60]),
                known=", ".join(parts),
            )


def _value(hint: Any, raw: object, where: str) -> Any:
    if is_dataclass(hint):
        return read(hint, raw, where)  # type: ignore[arg-type]
    if get_origin(hint) is tuple:
        return _rows(get_args(hint)[0], raw, where)
    if get_origin(hint) is Literal:
        return _choice(get_args(hint), raw, where)
    return _SCALARS[hint](raw, where)


def _rows(hint: Any, raw: object, where: str) -> tuple[Any, ...]:
    if not isinstance(raw, list):
        raise BadInput("regime.not_a_list", N_("{path}: write a list in square brackets here."), path=where)
    if len(raw) > MAX_ROWS:
        raise BadInput("regime.too_many_rows", N_("{path}: at most {limit} entries are taken."), path=where, limit=MAX_ROWS)
    return tuple(_value(hint, one, f"{where}[{place}]") for place, one in enumerate(raw, start=1))


def _choice(allowed: tuple[Any, ...], raw: object, where: str) -> object:
    if raw not in allowed or isinstance(raw, bool):
        raise not_offered(str(raw), (str(one) for one in allowed), where)
    return raw


def _text(raw: object, where: str) -> str:
    if not isinstance(raw, str):
        raise BadInput("regime.not_a_text", N_("{path}: write a text in quotation marks here."), path=where)
    if len(raw) > MAX_WORD or any(unicodedata.category(sign) in _UNPRINTABLE for sign in raw):
        raise BadInput(
            "regime.bad_text",
            N_("{path}: use at most {limit} characters, on one line, without control characters."),
            path=where,
            limit=MAX_WORD,
        )
    return raw


def _whole(raw: object, where: str) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool) or not 0 <= raw <= MAX_WHOLE:
        raise BadInput(
            "regime.not_a_number",
            N_("{path}: write a whole number from 0 to {limit} here."),
            path=where,
            limit=MAX_WHOLE,
        )
    return raw


def _flag(raw: object, where: str) -> bool:
    if not isinstance(raw, bool):
        raise BadInput("regime.not_a_flag", N_("{path}: write true or false here."), path=where)
    return raw


def _day(raw: object, where: str) -> date:
    if not isinstance(raw, date) or isinstance(raw, datetime):
        raise BadInput("regime.not_a_day", N_("{path}: write a day like 2027-01-01 here, without quotes."), path=where)
    return raw


_SCALARS: dict[Any, Any] = {str: _text, int: _whole, bool: _flag, date: _day}


def _pairs(part: object) -> Iterator[tuple[str, Any]]:
    for one in fields(part):  # type: ignore[arg-type]
        yield one.name, getattr(part, one.name)


def _written(value: object, *, rows: bool = False) -> str:
    if is_dataclass(value):
        return "{ " + ", ".join(f"{name} = {_written(one)}" for name, one in _pairs(value)) + " }"
    if isinstance(value, tuple):
        inner = [_written(one) for one in value]
        if rows and value and is_dataclass(value[0]):
            return "[\n" + "".join(f"  {one},\n" for one in inner) + "]"
        return "[" + ", ".join(inner) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else json.dumps(value, ensure_ascii=False)
