"""What is no form that can be filled: each with what to do about it, and nothing half-kept."""

from __future__ import annotations

import io
import zipfile

import pytest

from jiandi.loop.report.jobs import shifting
from jiandi.loop.report.jobs.shifting import Room
from jiandi.record.ledger.models import PrescribedForm
from tests.cast import Cast
from tests.loop.report import superiors
from tests.loop.report.test_prescribed import keep

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def zipped(**parts: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return held.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    held = io.BytesIO(content)
    with zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, part)
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "空"),
        (b"not a workbook", "不是Excel"),
        (OLE + bytes(600), "旧"),
        (OLE + bytes(64) + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (zipped(word__document=b"<w/>"), "不是Excel"),
        (with_part(superiors.summary(), "xl/vbaProject.bin", b"x"), "宏"),
        (zipped(**{"xl__workbook.xml": b"<workbook"}), "损坏"),
        (with_part(superiors.summary(), "xl/media/large.bin", bytes(33 * 1024**2)), "32"),
        (superiors.summary()[:2000], "不是Excel"),
    ],
    ids=["empty", "text", "old", "locked", "word", "macros", "broken", "bomb", "cut"],
)
def test_what_cannot_be_filled_says_what_to_do(cast: Cast, content: bytes, word: str) -> None:
    form = keep(cast, content)
    assert form.state == "failed"
    assert word in form.fault
    assert not PrescribedForm.objects.exclude(layout=[]).exists()


def test_what_a_copy_would_lose_is_said_at_once(cast: Cast) -> None:
    form = keep(cast, with_part(superiors.summary(), "xl/charts/chart9.xml", b"<c/>"))
    assert [params["what"] for _text, params in form.remarks] == ["charts"]


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        ("=SUM(I5:I7)", "=SUM(I5:I10)"),
        ("=SUM(I5:I6)", "=SUM(I5:I6)"),
        ("=I8+1", "=I11+1"),
        ("=$I$8", "=$I$11"),
        ("=SUM(A:A)", "=SUM(A:A)"),
        ("=别的!I8", "=别的!I8"),
        ("='问题 清单'!I8", "='问题 清单'!I11"),
        ('=IF(A8="I8","合计I8",0)', '=IF(A11="I8","合计I8",0)'),
        ("=SUM(8:9)", "=SUM(11:12)"),
    ],
)
def test_formulas_mean_the_same_after_rows_came_in(formula: str, moved: str) -> None:
    assert shifting.moved(formula, "问题 清单", Room("问题 清单", after=7, count=3)) == moved
