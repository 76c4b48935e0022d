"""The program behind `showing`: one page on its output as a PNG, within bounds of memory and processor time."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from jiandi.base.errors import BadInput
from jiandi.loop.intake.readers import bounded, picture
from jiandi.loop.intake.readers.limits import DEFAULT


def main(asked: str) -> int:
    """1 where the page cannot be shown."""
    path, number, width, seconds, memory = json.loads(asked)
    bounded.bound(memory, seconds)
    try:
        sys.stdout.buffer.write(picture.page_picture(Path(path), number, replace(DEFAULT, picture_width=width)))
    except (BadInput, MemoryError):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
