"""Every message has its Chinese, and says it with the same fields."""

from tests.house import shape
from tools.dev import extract


def test_every_message_has_chinese():
    lacking = [f"{one.place} {one.text!r}" for one in extract.missing()]
    assert not lacking, f"{len(lacking)} messages lack Chinese (python3 dev.py messages lists them):" + shape.report(lacking)


def test_translations_keep_the_fields_and_agree():
    assert not (wrong := extract.wrong()), shape.report(wrong)


def test_no_translation_is_left_over():
    assert not (gone := extract.left_over()), shape.report(gone)
