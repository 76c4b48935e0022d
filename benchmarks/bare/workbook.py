"""XlsxWriter with nothing around it: reads the rows of a file as JSON lines, writes them, says how long the writing took."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import xlsxwriter


def write(rows: list[list[object]], path: Path) -> float:
    began = time.perf_counter()
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "tmpdir": str(path.parent)})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return time.perf_counter() - began


if __name__ == "__main__":
    given = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    print(write(given, Path(sys.argv[2])))
