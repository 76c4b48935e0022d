"""Whatever a sheet holds, its check answers: rows, faults at cells that exist, and a workbook that opens."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiandi.base.errors import BadInput
from jiandi.loop.intake import rules
from jiandi.loop.intake.readers import checking, marked, spreadsheet
from tests.loop.intake.test_mapping import UNITS, WORDS

CELLS = st.sampled_from(
    ["", "", "序号", "问题", "反馈问题", "具体问题", "整改措施", "牵头单位", "责任单位", "整改时限", "完成情况", "备注", "合计", "一、政治建设",
     "甲", "1.甲；2.乙", "市水务局", "市财正局", "各相关单位", "2026年6月底", "2026年2月30日", "尽快", "整改中", "甲等", "=1+1", "长" * 50]
)  # fmt: skip
GRID = st.integers(1, 7).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=14))
MERGES = st.dictionaries(
    st.tuples(st.integers(0, 12), st.integers(0, 6)),
    st.tuples(st.integers(1, 3), st.integers(1, 3)).filter(lambda m: m != (1, 1)),
    max_size=3,
)
MAPPINGS = st.builds(
    lambda columns, head, out: rules.SheetMapping(head, columns, out),
    st.dictionaries(st.sampled_from("ABCDEFG"), st.sampled_from(["", *rules.FIELDS]), max_size=5),
    st.one_of(st.none(), st.integers(1, 20)),
    st.booleans(),
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("any") / "a.xlsx"
    made.write_bytes(b"")
    return made


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    grid=GRID,
    merges=MERGES,
    sheet=MAPPINGS,
    units=st.dictionaries(CELLS, st.sampled_from(["new", "leave", "as:市水务局", "as:甲"]), max_size=3),
)
def test_any_sheet_under_any_mapping_is_checked_or_refused(
    path: Path, grid: list[list[str]], merges: Any, sheet: rules.SheetMapping, units: dict[str, str]
) -> None:
    mapping = rules.LedgerMapping({"表": sheet}, {}, units)
    try:
        document = spreadsheet.document_of(path, [("表", grid, merges)], "text/csv")
        found = checking.check(document, year=2026, known=UNITS, mapping=mapping)
    except BadInput:
        return
    assert found.stopping + found.notes == len(found.faults)
    assert all(row.text and row.measures is not None for row in found.rows)
    if not any(one.is_taken for one in found.sheets):
        assert (found.rows, found.stopping > 0) == ([], True)
    book = openpyxl.load_workbook(BytesIO(marked.workbook(document, found.sheets, found.faults, WORDS)))
    assert all(cell.data_type != "f" for one in book for row in one.iter_rows() for cell in row)
