"""The days of a year are read as they were published, and a line that cannot be read is named."""

from __future__ import annotations

from datetime import date

import pytest

from jiandi.base.errors import BadInput
from jiandi.record.regimes import announced, holidays

NOTICE_2026 = """国务院办公厅关于2026年部分节假日安排的通知
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。"""


def days(found: holidays.Year) -> dict[date, bool]:
    return {one.day: one.is_workday for one in found.days}


def test_a_published_notice_gives_the_days_the_product_brings() -> None:
    seed = next(year for year in holidays.seed_years() if year.year == 2026)
    assert days(announced.read(NOTICE_2026, 2026, "通知")) == days(seed)


def test_a_day_worked_instead_is_named_after_its_holiday() -> None:
    found = announced.read(NOTICE_2026, 2026, "通知")
    assert {one.note for one in found.days if one.day == date(2026, 2, 28)} == {"春节调休上班"}


@pytest.mark.parametrize("line", ["2027-01-01, 休, 元旦", "2027年1月1日\t放假\t元旦", "2027/1/1 星期五 休 元旦", "２０２７.1.1；off；元旦"])
def test_lines_of_a_sheet_are_read_however_they_are_written(line: str) -> None:
    found = announced.read(line, 2027, "通知")
    assert found.days == (holidays.Day(date(2027, 1, 1), False, "元旦"),)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("2027-01-01, 休\n2027-02-30, 休", "calendar.no_date", 2),
        ("2027-01-01, 元旦", "calendar.line", 1),
        ("2027-01-04, 休\n2027-01-04, 班", "calendar.twice", 2),
        ("2028-01-03, 休", "calendar.other_year", 1),
        ("元旦：1月9日至3日放假。", "calendar.span", 1),
    ],
)
def test_a_line_that_cannot_be_read_is_named(text: str, code: str, line: int) -> None:
    with pytest.raises(BadInput) as caught:
        announced.read(text, 2027, "通知")
    assert (caught.value.code, caught.value.params["n"]) == (code, line)


@pytest.mark.parametrize(("text", "source", "code"), [("", "通知", "calendar.no_days"), ("2027-01-01 休", " ", "calendar.source")])
def test_nothing_is_taken_for_nothing(text: str, source: str, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        announced.read(text, 2027, source)
    assert caught.value.code == code
