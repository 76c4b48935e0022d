"""Files with pages for the readers' tests, written byte by byte: .pdf whose letters stand where the test says, .ofd, pictures of text."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont

from tests.loop.intake import office_files

WIDTH, HEIGHT = 595.0, 842.0
OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'


@dataclass
class Sheet:
    """One page: texts as (x, y from the top, size, words), strokes as (x0, y0, x1, y1)."""

    texts: list[tuple[float, float, float, str]] = field(default_factory=list)
    strokes: list[tuple[float, float, float, float]] = field(default_factory=list)
    turned: int = 0

    def lines(self, words: Sequence[str], *, x: float = 80, y: float = 120, size: float = 16, step: float = 28) -> Sheet:
        self.texts += [(x, y + number * step, size, line) for number, line in enumerate(words)]
        return self

    def table(self, rows: Sequence[Sequence[str]], *, x: float = 80, y: float = 120, width: float = 110, height: float = 30) -> Sheet:
        """A ruled table."""
        wide, high = len(rows[0]) * width, len(rows) * height
        self.strokes += [(x, y + n * height, x + wide, y + n * height) for n in range(len(rows) + 1)]
        self.strokes += [(x + n * width, y, x + n * width, y + high) for n in range(len(rows[0]) + 1)]
        for row, cells in enumerate(rows):
            self.texts += [(x + 4 + c * width, y + 20 + row * height, 10, words) for c, words in enumerate(cells) if words]
        return self


def pdf(path: Path, *sheets: Sheet, extra: bytes = b"") -> Path:
    """A .pdf with a font that every reader knows by name; nothing is embedded."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R" + extra + b">>",
        f"<</Type/Pages/Kids[{' '.join(f'{6 + 2 * n} 0 R' for n in range(len(sheets)))}]/Count {len(sheets)}>>".encode(),
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>",
        (
            b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
            b"/FontDescriptor 5 0 R/DW 1000/W[1[500 500 500]]>>"
        ),
        (
            b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120"
            b"/CapHeight 880/StemV 93>>"
        ),
    ]
    for number, sheet in enumerate(sheets):
        content = _content(sheet)
        turned = f"/Rotate {sheet.turned}" if sheet.turned else ""
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH:g} {HEIGHT:g}]{turned}/Resources<</Font<</F 3 0 R>>>>/Contents {7 + 2 * number} 0 R>>".encode()
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
    path.write_bytes(pdf_bytes(objects))
    return path


def pdf_bytes(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """The objects, numbered from 1, with their table of places."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, trailer, start)


def _content(sheet: Sheet) -> bytes:
    texts = "".join(
        f"BT /F {size:g} Tf {x:g} {HEIGHT - y:g} Td <{words.encode('utf-16-be').hex()}> Tj ET\n" for x, y, size, words in sheet.texts
    )
    strokes = "".join(f"{x0:g} {HEIGHT - y0:g} m {x1:g} {HEIGHT - y1:g} l S\n" for x0, y0, x1, y1 in sheet.strokes)
    return (texts + strokes).encode()


def scanned_pdf(path: Path, *pictures: PIL.Image.Image) -> Path:
    """A .pdf of nothing but pictures, one a page."""
    kids = " ".join(f"{3 + 3 * n} 0 R" for n in range(len(pictures)))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {len(pictures)}>>".encode()]
    for number, picture in enumerate(pictures):
        first, packed = 3 + 3 * number, zlib.compress(picture.convert("L").tobytes())
        shown = f"q {WIDTH:g} 0 0 {HEIGHT:g} 0 0 cm /P Do Q".encode()
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH:g} {HEIGHT:g}]/Resources<</XObject<</P {first + 1} 0 R>>>>/Contents {first + 2} 0 R>>".encode(),
            b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode/Length %d>>stream\n%s\nendstream"
            % (picture.width, picture.height, len(packed), packed),
            b"<</Length %d>>stream\n%s\nendstream" % (len(shown), shown),
        ]
    path.write_bytes(pdf_bytes(objects))
    return path


def page_of_text(words: Sequence[str], font: Path | None = None) -> PIL.Image.Image:
    """A page at 150 points per inch; without a font the letters are only blocks."""
    picture = PIL.Image.new("L", (1240, 1754), 255)
    draw = PIL.ImageDraw.Draw(picture)
    type_ = PIL.ImageFont.truetype(str(font), 40) if font else None
    for number, line in enumerate(words):
        place = (160, 200 + 70 * number)
        if type_:
            draw.text(place, line, font=type_, fill=20)
        else:
            draw.rectangle((*place, 160 + 40 * len(line), 240 + 70 * number), fill=20)
    return picture


def ofd_text(words: str, x: float, y: float, size: float = 5.6, more: str = "") -> str:
    """One object of text whose letters stand side by side, in millimetres."""
    return (
        f'<ofd:TextObject ID="9" Font="1" Size="{size}" Boundary="{x} {y} 170 {size * 1.3}"{more}>'
        f'<ofd:TextCode X="0" Y="{size}" DeltaX="g {max(1, len(words) - 1)} {size}">{words}</ofd:TextCode></ofd:TextObject>'
    )


def ofd(path: Path, *pages: str, document: str | None = None, **more: str | bytes) -> Path:
    """An .ofd with these layers of pages; further parts by their whole names."""
    listed = "".join(f'<ofd:Page ID="{n + 10}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    own = document or (
        f"<ofd:Document {OFD}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
    )
    parts: dict[str, str | bytes] = {
        "OFD.xml": f'<ofd:OFD {OFD} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>',
        "Doc_0/Document.xml": own,
    }
    for number, layer in enumerate(pages):
        parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = (
            f'<ofd:Page {OFD}><ofd:Content><ofd:Layer ID="1">{layer}</ofd:Layer></ofd:Content></ofd:Page>'
        )
    return office_files.zipped(path, parts | more)
