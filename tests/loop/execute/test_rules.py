"""What a file is and shows, and when the next note is due."""

from __future__ import annotations

from datetime import date

import pytest

from jiandi.base.errors import BadInput
from jiandi.loop.execute import rules


@pytest.mark.parametrize(
    ("title", "name", "kind"),
    [
        ("党组会议纪要", "", "talk"),
        ("", "关于开展自查的通知.pdf", "talk"),
        ("拨付凭证", "", "act"),
        ("资金管理办法（印发稿）", "", "act"),
        ("", "IMG_2031.jpg", "act"),
        ("群众满意度测评结果", "", "outcome"),
        ("材料", "材料.docx", "talk"),
    ],
)
def test_kind_is_guessed_and_the_unknown_supports_no_claim(title: str, name: str, kind: str) -> None:
    assert rules.guess_kind(title, name) == kind


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("纪要2026-03-01", date(2026, 3, 1)),
        ("纪要20260301", date(2026, 3, 1)),
        ("2026年3月1日纪要", date(2026, 3, 1)),
        ("2026.3.1纪要", date(2026, 3, 1)),
        ("编号20269901", None),
        ("纪要", None),
    ],
)
def test_a_day_is_read_from_the_name(text: str, day: date | None) -> None:
    assert rules.guess_date(text) == day


@pytest.mark.parametrize(
    ("name", "head", "looks_like"),
    [
        ("a.pdf", b"%PDF-1.7", [".pdf", ".fdf"]),
        ("a.docx", b"PK\x03\x04", [".docx", ".xlsx"]),
        ("a.doc", b"\xd0\xcf\x11\xe0", [".doc"]),
        ("a.jpg", b"\xff\xd8\xff", [".jfif"]),
        ("a.txt", "说明".encode("gb18030"), []),
        ("a.csv", "甲,乙".encode() + b"\xe4\xbd", []),
    ],
)
def test_honest_files_pass(name: str, head: bytes, looks_like: list[str]) -> None:
    rules.check_content(name, head, looks_like)


@pytest.mark.parametrize(
    ("name", "head", "looks_like"),
    [
        ("a.pdf", b"", []),
        ("a.pdf", b"PK\x03\x04", [".docx"]),
        ("a.docx", b"\xd0\xcf\x11\xe0", [".doc"]),
        ("a.txt", b"MZ\x00", [".exe"]),
        ("a.txt", b"  <SVG onload=x>", [".svg"]),
        ("a.svg", b"<svg>", [".svg"]),
        ("a.exe", b"MZ", [".exe"]),
    ],
)
def test_empty_lying_and_running_files_do_not(name: str, head: bytes, looks_like: list[str]) -> None:
    with pytest.raises(BadInput):
        rules.check_content(name, head, looks_like)


def test_a_name_keeps_its_ending_and_loses_what_is_dangerous() -> None:
    assert rules.safe_name("C:\\temp\\..\\凭\r\n证.pdf") == "凭证.pdf"
    assert rules.safe_name("../../etc/passwd") == "passwd"
    long = rules.safe_name("长" * 300 + ".pdf")
    assert (len(long.encode()) <= 255, long[-4:]) == (True, ".pdf")


@pytest.mark.parametrize(
    ("every", "start"),
    [
        ("day", date(2026, 11, 18)),
        ("week", date(2026, 11, 16)),
        ("half_month", date(2026, 11, 16)),
        ("month", date(2026, 11, 1)),
        ("quarter", date(2026, 10, 1)),
        ("half_year", date(2026, 7, 1)),
        ("year", date(2026, 1, 1)),
    ],
)
def test_one_note_for_each_period(every: str, start: date) -> None:
    today = date(2026, 11, 18)
    assert rules.period_start(every, today) == start
    assert rules.is_note_due(every, None, today)
    assert not rules.is_note_due(every, start, today)
    assert rules.is_note_due(every, date.fromordinal(start.toordinal() - 1), today)
