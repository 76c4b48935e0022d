"""A document that went from one program to another is the document it was."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from jiandi.loop.intake.readers import opening, packing
from jiandi.loop.intake.readers.model import Line, ReadDocument, Table
from tests.loop.intake import office_files


@pytest.mark.parametrize("kind", ["ledger", "letter", "text"])
def test_packed_and_unpacked_is_equal(kind: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("一、问题\n（一）台账不清\n", encoding="utf-8")
    made = {"ledger": lambda: office_files.ledger(tmp_path / "a.xlsx"), "letter": lambda: office_files.letter(tmp_path / "a.docx")}
    document = opening.open_document(made.get(kind, lambda: tmp_path / "a.txt")())
    packed = packing.packed(document)
    assert isinstance(packed, packing.Packed)
    assert packing.unpacked(pickle.loads(pickle.dumps(packed))) == document


def test_cells_that_are_no_lines_travel_as_they_are() -> None:
    document = ReadDocument("a", (Line(0, 1),), (Table("t", (Line(0, 1, "cell"),)),))
    assert packing.packed(document) is document
