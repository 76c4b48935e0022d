"""The finder of messages finds them in code and in templates."""

import pytest
from babel.messages.catalog import Catalog

from tools.dev import extract, messages


@pytest.fixture
def template(tmp_path, monkeypatch):
    """Messages of a template with this text."""
    monkeypatch.setattr(extract, "PACKAGE", tmp_path)

    def read(text: str, name: str = "page.html"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return [(one.context, one.text, one.plural) for one in extract.in_file(tmp_path / name)]

    return read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<div>\n    {% translate 'Open' %}\n  </div>", [(None, "Open", None)]),
        ("{% translate 'Open' context 'a door' %}", [("a door", "Open", None)]),
        ("{% blocktranslate with n=total %}{{ n }} findings{% endblocktranslate %}", [(None, "%(n)s findings", None)]),
        ("{% blocktranslate count n=t %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}", [(None, "%(n)s day", "%(n)s days")]),
        ("<c-card title=\"{% translate 'Plan' %}\">{{ _('Due') }}</c-card>", [(None, "Plan", None), (None, "Due", None)]),
        ("{% include 'x.html' with title=_('Claims') only %}", [(None, "Claims", None)]),
        ("It's a quotation \" and { a brace", []),
    ],
)
def test_messages_of_templates(template, text, expected):
    assert template(text) == expected


def test_messages_of_code(template):
    code = 'raise RuleBroken("x", N_("First " "second."))\nlabel = _("Third")\nngettext("a day", "days", n)\n'
    assert template(code, "code.py") == [(None, "First second.", None), (None, "Third", None), (None, "a day", "days")]


def test_two_areas_that_disagree_are_named(monkeypatch):
    one, other = Catalog(locale="zh_Hans"), Catalog(locale="zh_Hans")
    one.add("Open", "开放")
    other.add("Open", "打开")
    monkeypatch.setattr(messages, "areas", lambda _language: [("desk", one), ("plan", other)])
    catalog, quarrels = messages.merge("zh_Hans")
    assert [messages.text(message) for message in catalog if message.id] == ["开放"]
    assert len(quarrels) == 1


def test_a_translation_that_loses_a_field_is_named(monkeypatch):
    catalog = Catalog(locale="zh_Hans")
    catalog.add("{number} has no lead.", "没有牵头单位。")
    monkeypatch.setattr(messages, "areas", lambda _language: [("plan", catalog)])
    assert len(extract.wrong()) == 1
