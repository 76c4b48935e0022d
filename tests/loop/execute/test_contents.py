"""What a file is, carries and is called; what its days ask; how much may be kept."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest

from jiandi.base.errors import BadInput, RuleBroken
from jiandi.loop.execute import rules
from jiandi.record.ledger import quota, write
from jiandi.record.ledger.models import Evidence, Measure
from jiandi.record.trail.actor import SYSTEM
from tests.cast import Cast
from tests.loop.execute.test_papers import PDF, planned, prove


@pytest.fixture
def measure(cast: Cast) -> Measure:
    write.change(cast.finding, {"state": "planned"}, actor=SYSTEM, verb="plan")
    return planned(cast)


class TestDays:
    FOUND, CLAIMED, TODAY = date(2026, 3, 1), date(2026, 6, 1), date(2026, 7, 1)

    def codes(self, **days: date) -> list[str]:
        given = {"found_on": self.FOUND, "claimed_on": self.CLAIMED, "today": self.TODAY, **days}
        return [u.code for u in rules.day_questions(rules.Days(**given))]

    @pytest.mark.parametrize(
        ("days", "codes"),
        [
            ({}, []),
            ({"made_on": date(2026, 4, 1)}, []),
            ({"made_on": date(2025, 12, 1)}, ["before"]),
            ({"made_on": date(2026, 6, 2)}, ["after"]),
            ({"made_on": date(2026, 4, 1), "changed_on": date(2026, 6, 20)}, ["after"]),
            ({"declared": date(2026, 4, 1), "made_on": date(2026, 5, 20)}, ["apart"]),
            ({"made_on": date(2031, 1, 1)}, ["future"]),
        ],
    )
    def test_days_that_do_not_fit_are_questions(self, days: dict[str, date], codes: list[str]) -> None:
        assert self.codes(**days) == codes

    def test_each_is_a_question_with_its_days(self) -> None:
        asked = rules.day_questions(rules.Days(made_on=date(2025, 12, 1), found_on=self.FOUND))
        assert asked[0].sentence().endswith("?")
        assert "2025-12-01" in asked[0].sentence()


def office(**parts: bytes | str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return made.getvalue()


DOCX = {"[Content_Types]_dot_xml": "<Types/>", "word__document_dot_xml": "<a/>"}


class TestTypes:
    @pytest.mark.parametrize(
        ("name", "body", "code"),
        [
            ("带宏.docx", office(**DOCX, word__vbaProject_dot_bin=b"x"), "evidence.macros"),
            ("是压缩包.docx", office(a=b"x"), "evidence.lies"),
            ("是表格.docx", office(xl__workbook_dot_xml=b"x"), "evidence.lies"),
            ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "evidence.type"),
            ("网页.html", b"<html><script>1</script></html>", "evidence.type"),
            ("程序.exe", b"MZ", "evidence.type"),
        ],
    )
    def test_a_file_that_lies_or_runs_is_refused(self, cast: Cast, measure: Measure, name: str, body: bytes, code: str) -> None:
        with pytest.raises(BadInput) as refused:
            prove(cast, measure, body, file_name=name)
        assert refused.value.code == code
        assert not Evidence.objects.exists()

    @pytest.mark.parametrize(
        ("name", "body", "warnings"),
        [
            ("凭证.pdf", PDF + b"/OpenAction << /S /JavaScript /JS (x) >>", "script"),
            ("转义.pdf", PDF + b"/J#61vaScript", "script"),
            ("启动.pdf", PDF + b"/S /Launch /F (cmd.exe)", "launch"),
            ("附件.pdf", PDF + b"/EmbeddedFiles 3 0 R", "embedded"),
            ("长.pdf", PDF + b"a" * (1024 * 1024 - len(PDF) - 4) + b"/JavaScript", "script"),
            ("老表.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "_VBA_PROJECT".encode("utf-16-le"), "macros"),
            ("内嵌.docx", office(**DOCX, word__embeddings__a_dot_bin=b"x"), "embedded"),
            ("打包.zip", office(a=b"x"), "archive"),
            ("干净.docx", office(**DOCX), ""),
        ],
    )
    def test_what_a_file_carries_is_marked(self, cast: Cast, measure: Measure, name: str, body: bytes, warnings: str) -> None:
        assert prove(cast, measure, body, file_name=name).warnings == warnings

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("../../../etc/凭证.pdf", "凭证.pdf"),
            ("C:\\Windows\\凭证.pdf", "凭证.pdf"),
            ("凭\x00证\r\n\x1b.pdf", "凭证.pdf"),
            ("凭证\u202efdp.exe.pdf", "凭证fdp.exe.pdf"),
            ("凭\u200b证\ufeff.pdf", "凭证.pdf"),
            ("CON.pdf", "_CON.pdf"),
            ("lpt1.pdf", "_lpt1.pdf"),
            ("凭证.pdf. . ", "凭证.pdf"),
            ('a"<>|:*?b.pdf', "ab.pdf"),
        ],
    )
    def test_hostile_names_become_harmless(self, given: str, kept: str) -> None:
        assert rules.safe_name(given) == kept

    def test_a_name_of_300_letters_fits_any_disk_and_keeps_its_ending(self) -> None:
        for letter in ("长", "a"):
            name = rules.safe_name(letter * 300 + ".pdf")
            assert (len(name.encode()) <= 255, len(name) <= 200, name[-4:]) == (True, True, ".pdf")


class TestQuota:
    def test_a_unit_over_its_quota_adds_nothing(self, cast: Cast, measure: Measure, settings: Any) -> None:
        settings.JIANDI_EVIDENCE_UNIT_MB = 1
        prove(cast, measure, PDF + bytes(700_000))
        with pytest.raises(RuleBroken, match="unit_quota"):
            prove(cast, measure, PDF + b"a" + bytes(700_000))
        assert quota.used(cast.bureau.pk) < 1024**2

    def test_an_installation_over_its_quota_adds_nothing(self, cast: Cast, measure: Measure, settings: Any) -> None:
        settings.JIANDI_EVIDENCE_TOTAL_MB = 1
        with pytest.raises(RuleBroken, match=r"evidence\.quota"):
            prove(cast, measure, PDF + bytes(1_100_000))

    def test_a_disk_that_is_nearly_full_takes_nothing(self, cast: Cast, measure: Measure, settings: Any) -> None:
        settings.JIANDI_KEEP_FREE_MB = 1 << 40
        with pytest.raises(RuleBroken, match="disk_full"):
            prove(cast, measure)
