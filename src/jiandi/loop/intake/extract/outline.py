"""Paragraphs of a document, and the tree their numbers build."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, replace
from typing import Final

from jiandi.loop.intake.extract import labels, numbering
from jiandi.loop.intake.extract.model import OutlineItem
from jiandi.loop.intake.readers.model import ReadDocument

_PAGE_NUMBER: Final = re.compile(
    r"[\s\u3000]*[-—–·]*\s*(?:第\s*)?\d{1,4}\s*(?:页)?(?:\s*[/共]\s*(?:共\s*)?\d+\s*页?)?\s*[-—–·]*[\s\u3000]*"
)
_DASHED: Final = re.compile(r"[\s\u3000]*[-—–]\s*\d{1,4}\s*[-—–][\s\u3000]*")
_ENDS: Final = "。；;：:！？!?）)】"
_TITLE_LENGTH: Final = 60


@dataclass(frozen=True)
class Paragraph:
    """One paragraph: its number, the words after it, and the numbers above it."""

    start: int
    end: int
    marker: numbering.Marker | None = None
    depth: int = 0
    path: tuple[str, ...] = ()
    leaf: bool = True

    @property
    def body(self) -> int:
        return self.marker.end if self.marker else self.start


def paragraphs(document: ReadDocument, *, without: tuple[tuple[int, int], ...] = ()) -> list[Paragraph]:
    """Lines that carry text, wrapped lines joined, page numbers and table regions left out."""
    text = document.text
    spans = [_stripped(text, line.start, line.end) for line in document.lines if line.table is None and line.kind != "note"]
    regions = sorted(without)
    spans = [span for span in spans if span[0] < span[1] and not _inside(regions, span[0])]
    spans = [span for span in spans if not _DASHED.fullmatch(text, *span)]
    return _numbered(text, _joined(text, spans))


def _inside(regions: list[tuple[int, int]], at: int) -> bool:
    place = bisect.bisect_right(regions, at, key=lambda region: region[0]) - 1
    return place >= 0 and at < regions[place][1]


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _joined(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    width = _wrap_width(text, spans)
    out: list[tuple[int, int]] = []
    for span in spans:
        if out and _goes_on(text, out[-1], span, width):
            out[-1] = (out[-1][0], span[1])
        else:
            out.append(span)
    return out


def _wrap_width(text: str, spans: list[tuple[int, int]]) -> int:
    """The line width of a text with hard line breaks; 0 for ordinary text."""
    if len(spans) < 6:
        return 0
    lengths = sorted(_print_width(text[start:end]) for start, end in spans)
    width = lengths[int(len(lengths) * 0.9)]
    if sum(labels.leading_label(text, *span) is not None for span in spans) > len(spans) // 5:
        return 0
    full = [span for span in spans if _print_width(text[span[0] : span[1]]) >= width * 0.8]
    broken = sum(text[end - 1] not in _ENDS for _, end in full)
    return width if 24 <= width <= 100 and lengths[-1] <= width * 1.3 and broken >= max(3, len(full) * 0.4) else 0


def _goes_on(text: str, before: tuple[int, int], span: tuple[int, int], width: int) -> bool:
    last = text[before[1] - 1]
    if last == "-" and before[1] - before[0] > _TITLE_LENGTH:
        return True
    if not width or numbering.leading_marker(text, *span) or labels.leading_label(text, *span):
        return False
    line_words = text[max(text.rfind("\n", before[0], before[1]) + 1, before[0]) : before[1]]
    if line_words.count("(") + line_words.count("（") > line_words.count(")") + line_words.count("）"):
        return True
    if last in _ENDS:
        return False
    return _print_width(line_words) >= width * 0.7


def _print_width(words: str) -> int:
    """Half-width letters count one, all others two."""
    return sum(1 if letter < "\u2000" else 2 for letter in words)


def _numbered(text: str, spans: list[tuple[int, int]]) -> list[Paragraph]:
    stack: list[tuple[str, str]] = []
    out: list[Paragraph] = []
    for start, end in spans:
        marker = numbering.leading_marker(text, start, end)
        if marker is not None:
            kinds = [kind for kind, _ in stack]
            del stack[kinds.index(marker.kind) if marker.kind in kinds else len(stack) :]
            stack.append((marker.kind, marker.label))
        out.append(Paragraph(start, end, marker, len(stack), tuple(label for _, label in stack)))
    return _with_leaves(out)


def _with_leaves(marked: list[Paragraph]) -> list[Paragraph]:
    out: list[Paragraph] = []
    next_depth = 0
    for paragraph in reversed(marked):
        out.append(replace(paragraph, leaf=next_depth <= paragraph.depth))
        if paragraph.marker is not None:
            next_depth = paragraph.depth
    return out[::-1]


def outline_items(text: str, all_paragraphs: list[Paragraph]) -> tuple[OutlineItem, ...]:
    """The tree of numbers; ``parent`` is a place in the returned tuple."""
    out: list[OutlineItem] = []
    above: dict[int, int] = {}
    for paragraph in all_paragraphs:
        if paragraph.marker is None:
            continue
        body = text[paragraph.body : paragraph.end].strip()
        title = re.split("[。：:]", body, maxsplit=1)[0][:_TITLE_LENGTH]
        parent = next((above[depth] for depth in range(paragraph.depth - 1, 0, -1) if depth in above), None)
        above = {depth: place for depth, place in above.items() if depth < paragraph.depth}
        above[paragraph.depth] = len(out)
        out.append(OutlineItem(paragraph.marker.label, title, paragraph.start, paragraph.end, paragraph.depth, parent))
    return tuple(out)


def is_page_number(text: str) -> bool:
    return bool(_PAGE_NUMBER.fullmatch(text))
