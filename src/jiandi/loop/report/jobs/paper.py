"""A page as GB/T 9704-2012 wants it: A4, type area 156 × 225 mm, 22 lines of 28 characters, fonts by name.

The grid is of lines only, with a slightly narrower character pitch: a grid of characters gives 14 a line in
LibreOffice. Fonts are named, never embedded; 仿宋_GB2312, 楷体_GB2312 and 方正小标宋简体 are the reader's.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jiandi.base import heavy
from jiandi.loop.report import rules

TOP_MM, BOTTOM_MM, LEFT_MM, RIGHT_MM = 37, 35, 28, 26
FOOTER_MM = 23  # 7 mm below the type area, less the height of the number
PITCH_TWIPS = 579
TWIPS_PER_POINT = 20
CHARACTER_SPACING = -5  # twentieths of a point
BODY, TITLE, NUMBER, SMALL = 16.0, 22.0, 14.0, 12.0
SMALL_PITCH = 18.0
TITLE_LETTERS = 20  # on a line of 156 mm
SONG, FANG, KAI, HEI, TITLE_FONT = "宋体", "仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体"
LATIN = "Times New Roman"


class Paper:
    """An official document that grows from top to bottom."""

    def __init__(self, *, is_wide: bool = False) -> None:
        self.is_wide = is_wide
        docx = heavy.docx()
        self._docx = docx
        self._shared, self._text = docx.shared, docx.enum.text
        self.document = docx.Document()
        self._set_page()
        self._set_body()
        self._set_numbers()

    @property
    def width_mm(self) -> int:
        """Of the type area."""
        return 297 - TOP_MM - BOTTOM_MM if self.is_wide else 210 - LEFT_MM - RIGHT_MM

    def title(self, text: str) -> None:
        for line in rules.balanced(text, TITLE_LETTERS + 12 * self.is_wide):
            paragraph = self._paragraph(line, TITLE_FONT, TITLE, indent=0)
            paragraph.alignment = self._text.WD_ALIGN_PARAGRAPH.CENTER
        self.text("", indent=0)

    def heading(self, text: str) -> None:
        """First level: 一、"""
        self._keep_with_next(self._paragraph(text, HEI, BODY))

    def subheading(self, text: str) -> None:
        """Second level: （一）"""
        self._keep_with_next(self._paragraph(text, KAI, BODY))

    def text(self, text: str, *, indent: int = 2) -> None:
        self._paragraph(text, FANG, BODY, indent=indent)

    def right(self, text: str) -> None:
        """Signature and date, four characters from the right."""
        paragraph = self._paragraph(text, FANG, BODY, indent=0)
        paragraph.alignment = self._text.WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = self._shared.Pt(BODY * 4)

    def table(self, rows: list[list[str]], widths_mm: Sequence[int] = ()) -> None:
        """A plain grid; the first row repeats on every page. Columns share the width, or have their own in millimetres:
        then the letters are smaller, the widest column begins at the left, and no row is torn apart by a page.
        """
        table = self.document.add_table(rows=0, cols=len(rows[0]))
        table.style = "Table Grid"
        table.alignment = self._docx.enum.table.WD_TABLE_ALIGNMENT.CENTER
        table.autofit = not widths_mm
        for column, width in zip(table.columns, widths_mm, strict=False):
            column.width = self._shared.Mm(width)
        for place, row in enumerate(rows):
            made = table.add_row()
            for column, (cell, text) in enumerate(zip(made.cells, row, strict=True)):
                is_long = bool(widths_mm) and place > 0 and widths_mm[column] == max(widths_mm)
                self._fill(cell, text, HEI if place == 0 else FANG, is_long=is_long, width=widths_mm[column] if widths_mm else 0)
            if widths_mm:
                made._tr.get_or_add_trPr().append(self._element("w:cantSplit", {"w:val": "true"}))  # noqa: SLF001
        first = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no call for a repeated head
        first.append(self._element("w:tblHeader", {"w:val": "true"}))

    def _fill(self, cell: Any, text: str, font: str, *, is_long: bool, width: int) -> None:
        paragraph = cell.paragraphs[0]
        if not is_long:
            paragraph.alignment = self._text.WD_ALIGN_PARAGRAPH.CENTER
        if width:
            cell.width = self._shared.Mm(width)
            paragraph.paragraph_format.line_spacing = self._shared.Pt(SMALL_PITCH)
            paragraph._p.get_or_add_pPr().insert(0, self._element("w:snapToGrid", {"w:val": "false"}))  # noqa: SLF001
        self._run(paragraph, text, font, SMALL if width else NUMBER)

    def new_page(self) -> None:
        self.document.add_page_break()

    def save(self, path: Path, *, title: str) -> None:
        self.document.core_properties.title = title
        self.document.core_properties.author = ""
        self.document.save(str(path))

    def _set_page(self) -> None:
        mm, section = self._shared.Mm, self.document.sections[0]
        sides = (TOP_MM, RIGHT_MM, BOTTOM_MM, LEFT_MM)
        section.page_width, section.page_height = mm(210), mm(297)
        if self.is_wide:
            section.orientation = self._docx.enum.section.WD_ORIENT.LANDSCAPE
            section.page_width, section.page_height = mm(297), mm(210)
            sides = (LEFT_MM, BOTTOM_MM, RIGHT_MM, TOP_MM)
        section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = (mm(side) for side in sides)
        section.footer_distance = mm(FOOTER_MM)
        grid = section._sectPr.find(self._name("w:docGrid"))  # noqa: SLF001 - the grid has no call
        if grid is None:
            grid = self._element("w:docGrid", {})
            section._sectPr.append(grid)  # noqa: SLF001
        grid.set(self._name("w:type"), "lines")
        grid.set(self._name("w:linePitch"), str(PITCH_TWIPS))

    def _set_body(self) -> None:
        style = self.document.styles["Normal"]
        style.font.name, style.font.size = LATIN, self._shared.Pt(BODY)
        properties = style.element.get_or_add_rPr()
        properties.get_or_add_rFonts().set(self._name("w:eastAsia"), FANG)
        properties.append(self._element("w:spacing", {"w:val": str(CHARACTER_SPACING)}))
        form = style.paragraph_format
        form.space_before = form.space_after = self._shared.Pt(0)
        form.line_spacing_rule = self._text.WD_LINE_SPACING.EXACTLY
        form.line_spacing = self._shared.Pt(PITCH_TWIPS / TWIPS_PER_POINT)

    def _set_numbers(self) -> None:
        """— 1 — at the outer edge: right on odd pages, left on even ones, one character in."""
        section = self.document.sections[0]
        self.document.settings.odd_and_even_pages_header_footer = True
        align = self._text.WD_ALIGN_PARAGRAPH
        for footer, side in ((section.footer, align.RIGHT), (section.even_page_footer, align.LEFT)):
            paragraph = footer.paragraphs[0]
            paragraph.alignment = side
            paragraph.paragraph_format.right_indent = self._shared.Pt(NUMBER)
            paragraph.paragraph_format.left_indent = self._shared.Pt(NUMBER)
            self._run(paragraph, "— ", SONG, NUMBER)
            run = self._run(paragraph, "", SONG, NUMBER)
            for kind in ("begin", "", "end"):
                run._r.append(self._field_part(kind))  # noqa: SLF001 - fields have no call
            self._run(paragraph, " —", SONG, NUMBER)

    def _field_part(self, kind: str) -> Any:
        if kind:
            return self._element("w:fldChar", {"w:fldCharType": kind})
        part = self._element("w:instrText", {"xml:space": "preserve"})
        part.text = " PAGE "
        return part

    def _paragraph(self, text: str, font: str, size: float, *, indent: int = 2) -> Any:
        paragraph = self.document.add_paragraph()
        if indent:
            self._indent(paragraph, indent)
        self._run(paragraph, text, font, size)
        return paragraph

    def _indent(self, paragraph: Any, characters: int) -> None:
        """Both forms: Word reads characters, others read twips."""
        paragraph.paragraph_format.first_line_indent = self._shared.Pt(BODY * characters)
        form = paragraph._p.get_or_add_pPr().find(self._name("w:ind"))  # noqa: SLF001
        form.set(self._name("w:firstLineChars"), str(characters * 100))

    def _run(self, paragraph: Any, text: str, font: str, size: float) -> Any:
        run = paragraph.add_run(text)
        run.font.name, run.font.size = LATIN if font in {FANG, KAI} else font, self._shared.Pt(size)
        run._r.get_or_add_rPr().get_or_add_rFonts().set(self._name("w:eastAsia"), font)  # noqa: SLF001
        return run

    def _keep_with_next(self, paragraph: Any) -> None:
        paragraph.paragraph_format.keep_with_next = True

    def _name(self, tag: str) -> str:
        return str(self._docx.oxml.ns.qn(tag))

    def _element(self, tag: str, attributes: dict[str, str]) -> Any:
        element = self._docx.oxml.OxmlElement(tag)
        for name, value in attributes.items():
            element.set(self._name(name), value)
        return element
