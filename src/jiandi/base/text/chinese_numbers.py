"""Chinese numerals as they stand in outlines and dates: 十二, 二十一, 二〇二四, 廿三, 三百零五."""

from __future__ import annotations

from typing import Final

DIGITS: Final[dict[str, int]] = {
    **{letter: value for value, letter in enumerate("零一二三四五六七八九")},
    **{letter: value for value, letter in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "○": 0, "Ｏ": 0, "两": 2,
}  # fmt: skip
UNITS: Final[dict[str, int]] = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
LETTERS: Final[str] = "".join(DIGITS) + "".join(UNITS) + "廿卅"
PLAIN: Final[str] = "一二三四五六七八九十百零〇"


def to_int(text: str) -> int | None:
    """The number a run of Chinese or ASCII digits stands for; None when it is not one number."""
    if not text:
        return None
    if text.isascii():
        return int(text) if text.isdigit() and len(text) < 12 else None
    text = text.replace("廿", "二十").replace("卅", "三十")
    if all(letter in DIGITS for letter in text):
        return _positional(text)
    return _with_units(text)


def _positional(text: str) -> int:
    value = 0
    for letter in text:
        value = value * 10 + DIGITS[letter]
    return value


def _with_units(text: str) -> int | None:
    total, digit, last_unit = 0, -1, 10_000
    for letter in text:
        if letter in UNITS:
            unit = UNITS[letter]
            if unit >= last_unit:
                return None
            total += unit * (max(digit, 1))
            digit, last_unit = -1, unit
        elif letter in DIGITS:
            if digit > 0:
                return None
            digit = DIGITS[letter]
        else:
            return None
    return total + max(digit, 0)


def to_chinese(number: int) -> str:
    """1 → 一, 12 → 十二, 305 → 三百零五; beyond 9,999 the ASCII digits."""
    if not 0 <= number <= 9999:
        return str(number)
    if number == 0:
        return "零"
    out, gap = "", False
    for unit, letter in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            out += ("零" if gap and out else "") + "零一二三四五六七八九"[digit] + letter
            gap = False
        else:
            gap = True
    return out[1:] if out.startswith("一十") else out
