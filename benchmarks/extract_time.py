"""How the time of reading grows with the length of a letter. The letter is invented."""

from __future__ import annotations

import itertools
import time
from typing import Final

from jiandi.loop.intake.extract import extract
from jiandi.loop.intake.readers.model import ReadDocument, lines_of
from tools.dev import places

LENGTH: Final = 30_000
TIMES: Final = (1, 10, 100)
LONGEST: Final = 1.0
STEEPEST: Final = 1.5
CHAPTER: Final = """{n}.关于“河段{n}巡查记录不全，{n}处隐患未登记”的问题
整改措施：一是补录2023年以来的巡查记录，逐段核对；二是制定巡查办法，2024年6月底前印发；三是每季度抽查一次，结果报县水务局党组。
牵头单位：河道股
配合单位：办公室、县水务局工程股
整改时限：2024年9月底前，并长期坚持
进展情况：已完成整改，共补录记录{n}份。截至2024年5月底，登记率由{n}%提高到95%。
"""


def main() -> int:
    """1 where 30,000 characters take too long, or ten times the length takes much more than ten times the time."""
    taken = [measured(letter(LENGTH * times)) for times in TIMES]
    for times, (length, seconds, items) in zip(TIMES, taken, strict=True):
        places.say(
            f"{times:>4}x {length:>9,} characters {items:>7,} items {seconds:>8.2f} s   {seconds / length * LENGTH:.3f} s for 30,000"
        )
    growth = max(later[1] / first[1] / (later[0] / first[0]) for first, later in itertools.pairwise(taken))
    places.say(f"growth beyond the length: {growth:.2f} (at most {STEEPEST})")
    return 1 if taken[0][1] > LONGEST or growth > STEEPEST else 0


def letter(length: int) -> str:
    """A plan of about so many characters, with numbers running on."""
    count = length // len(CHAPTER)
    return "云岭县水务局党组整改方案\n\n" + "".join(CHAPTER.format(n=n) for n in range(1, count + 1))


def measured(text: str) -> tuple[int, float, int]:
    document = ReadDocument(text, lines_of(text))
    begun = time.process_time()
    found = extract(document)
    return len(text), time.process_time() - begun, len(found.items)


if __name__ == "__main__":
    raise SystemExit(main())
