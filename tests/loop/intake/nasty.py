"""Files no office should hand in, each with the code of the message it must give ("" where it must simply be read).

python -m tests.loop.intake.nasty FOLDER      writes them all
"""

from __future__ import annotations

import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pypdf

from jiandi.loop.intake.readers.limits import MEGABYTE
from tests.loop.intake import office_files, page_files
from tests.loop.intake.office_files import CONTENT_TYPES, WORD, paragraph, word_file, zipped
from tests.loop.intake.page_files import Sheet

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
BOMB = "<!DOCTYPE b [<!ENTITY a '笑'>" + "".join(
    f"<!ENTITY {n} '{('&' + m + ';') * 10}'>" for m, n in zip("abcdefghi", "bcdefghij", strict=True)
)
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
ANY_OLD = "intake.broken_file|intake.no_text|intake.no_libreoffice"
PICTURE_ONLY = "intake.no_ocr|intake.no_text"


@dataclass(frozen=True)
class Nasty:
    """``code`` may name several, for what depends on the machine; ``bounded`` ones would harm the program that reads them."""

    name: str
    make: Callable[[Path], object]
    code: str = ""
    bounded: bool = False


def raw(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def word_of(document: str, **more: str | bytes) -> Callable[[Path], object]:
    return lambda path: zipped(path, {"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": document, **more})


def body(words: str, **parts: str) -> Callable[[Path], object]:
    return lambda path: word_file(path, words, **parts)


def cut(make: Callable[[Path], object], part: float) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        make(path)
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * part)])

    return write


def sparse(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(200 * MEGABYTE)


def locked_entry(path: Path) -> None:
    """A member that says it is enciphered."""
    word_file(path, paragraph("密"))
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    path.write_bytes(content)


def lying_sizes(path: Path) -> None:
    """The table of contents promises fewer letters than there are."""
    word_file(path, paragraph("长" * 5000))
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 10)
    path.write_bytes(content)


def symlink(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        link = zipfile.ZipInfo("word/document.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")


def wide_sheet(path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    book.create_sheet("宽").append(["列"] * 10_000)
    book.save(str(path))


def far_corner(path: Path) -> None:
    """Two cells, as far apart as a sheet allows."""
    office_files.ledger(path)
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData></worksheet>'
    )
    _swap(path, "xl/worksheets/sheet1.xml", sheet.encode())


def own_entities(path: Path) -> None:
    office_files.ledger(path)
    _swap(path, "xl/worksheets/sheet1.xml", (BOMB + "]><worksheet>&j;</worksheet>").encode())


def _swap(path: Path, name: str, content: bytes) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    zipped(path, {**parts, name: content})


def circle_of_formulas(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["序号", "=B2"])
    sheet.append(["台账不清", "=B1"])
    book.save(str(path))


def locked_pdf(path: Path) -> None:
    page_files.pdf(path, Sheet().lines(["台账不清"]))
    writer = pypdf.PdfWriter(clone_from=path)
    writer.encrypt("口令", algorithm="AES-256")
    writer.write(path)


def loop_of_pages(path: Path) -> None:
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2/Parent 2 0 R>>"]
    path.write_bytes(page_files.pdf_bytes(objects))


def stream_bomb(path: Path) -> None:
    """A page whose drawing unpacks to 300 MB of nothing."""
    packed = zlib.compress(bytes(1024)) if path.suffix == ".small" else zlib.compress(b" " * (300 * MEGABYTE), 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed),
    ]
    path.write_bytes(page_files.pdf_bytes(objects))


def acting_pdf(path: Path) -> None:
    page_files.pdf(
        path, Sheet().lines(["台账不清"]), extra=b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>/AA<</WC<</S/Launch/F(/bin/sh)>>>>"
    )


def scanned(path: Path) -> None:
    page_files.scanned_pdf(path, page_files.page_of_text(["　"]))


def photograph(path: Path) -> None:
    page_files.page_of_text([]).save(path)


def huge_png(path: Path) -> None:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + head
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk)) + b"\0\0\0\0IDAT")


def circle_of_tif(path: Path) -> None:
    """A directory of pictures that names itself as the next."""
    entries = [
        (256, 4, 1, 8),
        (257, 4, 1, 8),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (278, 4, 1, 8),
        (279, 4, 1, 64),
    ]
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries) + struct.pack("<I", 80)
    path.write_bytes(b"II*\0" + struct.pack("<I", 80) + bytes(72) + directory)


TABLE_OF_NOTHING = "<table>" * 5000 + "<tr><td>台账不清" + "</table>" * 5000
CIRCLE_OF_STYLES = f'<w:styles {WORD}><w:style w:styleId="a"><w:basedOn w:val="b"/></w:style><w:style w:styleId="b"><w:basedOn w:val="a"/></w:style></w:styles>'
PICTURE = "<w:p><w:r><w:drawing><a:blip xmlns:a='a'/></w:drawing></w:r></w:p>"
OFD_BOMB = BOMB + "]><a>&j;</a>"

FILES = (
    Nasty("空.docx", raw(b""), "intake.empty_file"),
    Nasty("空白.txt", raw(b" \r\n "), "intake.no_text"),
    Nasty("过大.docx", sparse, "intake.too_large"),
    Nasty("炸弹.docx", lambda p: zipped(p, {"word/document.xml": b"0" * (64 * MEGABYTE)}), "intake.unpacks_too_large"),
    Nasty("万件.docx", word_of("<a/>", **{f"x/{n}": "" for n in range(5_001)}), "intake.unpacks_too_large"),
    Nasty("套娃.docx", lambda p: zipped(p, {"a.zip": (zipped(p.with_suffix(".in"), {"b.zip": b"PK"})).read_bytes()}), "intake.wrong_kind"),
    Nasty("截断.docx", cut(office_files.letter, 0.5), "intake.broken_file"),
    Nasty("截断.xlsx", cut(office_files.ledger, 0.7), "intake.broken_file"),
    Nasty("截断.pdf", cut(lambda p: page_files.pdf(p, Sheet().lines(["台"])), 0.1), "intake.broken_file"),
    Nasty("截断.ofd", cut(lambda p: page_files.ofd(p, page_files.ofd_text("台", 9, 9)), 0.6), "intake.broken_file"),
    Nasty("名不副实.docx", lambda p: page_files.pdf(p, Sheet().lines(["台账不清"]))),
    Nasty("照片.docx", raw(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + bytes(200)), "intake.broken_file"),
    Nasty("程序.docx", raw(b"MZ\x90\x00\x03\x00\x00\x00" + bytes(300)), "intake.wrong_kind"),
    Nasty("动图.png", raw(b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"), "intake.picture"),
    Nasty("密码.docx", raw(OLE + "EncryptedPackage".encode("utf-16-le")), "intake.password"),
    Nasty("密码.xlsx", raw(OLE + bytes(700) + "EncryptedPackage".encode("utf-16-le") + bytes(90)), "intake.password"),
    Nasty("密码.pdf", locked_pdf, "intake.password"),
    Nasty("密码件.docx", locked_entry, "intake.password"),
    Nasty(
        "密码.doc", raw(OLE + b"\xec\xa5\xc1\x00" + bytes(7) + b"\x01" + bytes(500) + "WordDocument".encode("utf-16-le")), "intake.password"
    ),
    Nasty("幻灯.doc", raw(OLE + "PowerPoint Document".encode("utf-16-le")), "intake.old_office"),
    Nasty("坏.doc", raw(OLE + "WordDocument".encode("utf-16-le") + bytes(2000)), ANY_OLD),
    Nasty("坏.xls", raw(OLE + "Workbook".encode("utf-16-le") + bytes(2000)), "intake.broken_file"),
    Nasty("坏.rtf", raw(b"{\\rtf1\\ansi"), ANY_OLD),
    Nasty("实体.docx", word_of(BOMB + "]><a>&j;</a>"), "intake.entities"),
    Nasty("外部实体.docx", word_of(OUTSIDE), "intake.entities"),
    Nasty("实体.xlsx", own_entities, "intake.entities"),
    Nasty("实体.ofd", lambda p: page_files.ofd(p, document=OFD_BOMB), "intake.entities"),
    Nasty("深.docx", word_of("<a>" * 5000 + "</a>" * 5000), "intake.too_deep"),
    Nasty("坏件.docx", word_of("<w:document"), "intake.broken_part"),
    Nasty("无身.docx", word_of("<a/>"), "intake.broken_file"),
    Nasty("只有图.docx", body(PICTURE), "intake.no_text"),
    Nasty("只有图.pdf", scanned, PICTURE_ONLY),
    Nasty("只有图.png", photograph, PICTURE_ONLY),
    Nasty("巨图.png", huge_png, "intake.picture_too_large|intake.broken_file"),
    Nasty("绕圈.tif", circle_of_tif, "intake.no_ocr|intake.no_text|intake.broken_file", bounded=True),
    Nasty("万列.xlsx", wide_sheet, "intake.too_many_columns"),
    Nasty("万列.csv", raw(("列," * 10_000 + "末\n").encode()), "intake.too_many_columns"),
    Nasty("万列.md", raw(("|" + "列|" * 10_000 + "\n|" + "-|" * 10_000 + "\n").encode()), "intake.too_many_columns"),
    Nasty("万列.html", raw(("<table><tr>" + "<td>列" * 10_000).encode()), "intake.too_many_columns"),
    Nasty("万行.csv", raw("序号,问题\n".encode() * 100_001), "intake.too_many_rows"),
    Nasty("天涯.xlsx", far_corner, "intake.reader_gave_out|intake.too_much|intake.too_many_rows|intake.broken_file", bounded=True),
    Nasty("两级表头.xlsx", office_files.ledger),
    Nasty("零字节.txt", raw("台账\0不清\0".encode()), "intake.wrong_kind"),
    Nasty("零字节.csv", raw(b"a,b\n" + bytes(40)), "intake.wrong_kind|intake.unknown_encoding"),
    Nasty("乱码.txt", raw(b"\x81\xff\xff\x81"), "intake.unknown_encoding"),
    Nasty("半个字.txt", raw(b"\xff\xfe\x00\xd8\x41\x00"), "intake.unknown_encoding"),
    Nasty("巨格.csv", raw(("问题," + "长" * 5_000_001).encode()), "intake.bad_csv"),
    Nasty(
        "巨段.docx",
        lambda p: word_file(p, "".join(paragraph(f"{n}" + "长" * 9_000) for n in range(600))),
        "intake.too_many_letters|intake.unpacks_too_large",
    ),
    Nasty("未闭.csv", raw('问题,措施\n"台账不清,清点\n'.encode())),
    Nasty("互引.xlsx", circle_of_formulas),
    Nasty("互承.docx", body('<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr><w:r><w:t>台账不清</w:t></w:r></w:p>', styles=CIRCLE_OF_STYLES)),
    Nasty("绕圈.pdf", loop_of_pages, "intake.broken_file|intake.no_text", bounded=True),
    Nasty("流弹.pdf", stream_bomb, "intake.no_text|intake.reader_gave_out|intake.too_slow", bounded=True),
    Nasty("动作.pdf", acting_pdf),
    Nasty("宏.docm", word_of("<a/>", **{"word/vbaProject.bin": b"x"}), "intake.macros"),
    Nasty("宏.xlsm", lambda p: zipped(p, {"xl/workbook.xml": "<a/>", "xl/vbaProject.bin": b"x"}), "intake.macros"),
    Nasty("宏.xls", raw(OLE + "Workbook".encode("utf-16-le") + "_VBA_PROJECT".encode("utf-16-le")), "intake.macros"),
    Nasty("二进制.xlsx", lambda p: zipped(p, {"xl/workbook.bin": b"x"}), "intake.binary_excel"),
    Nasty("链接.docx", symlink, "intake.broken_part"),
    Nasty(
        "越界.docx",
        word_of(
            f"<w:document {WORD}><w:body>{paragraph('台账不清')}</w:body></w:document>", **{"../../../tmp/evil": "x", "/etc/evil": "x"}
        ),
    ),
    Nasty(
        "越界.ofd",
        lambda p: page_files.ofd(p, document='<a><Pages><Page BaseLoc="../../../etc/passwd"/></Pages></a>'),
        "intake.broken_file",
    ),
    Nasty("说谎.docx", lying_sizes, "intake.broken_file|intake.unpacks_too_large"),
    Nasty("旧格式.xml", raw(b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><a/>'), "intake.wrong_kind"),
    Nasty("只有脚本.html", raw(b"<html><script>document.write('x')</script><style>a{}</style></html>"), "intake.no_text"),
    Nasty("深.html", raw(("<div>" * 100_000 + "台账不清").encode())),
    Nasty("套表.html", raw(TABLE_OF_NOTHING.encode())),
)


def write_all(folder: Path) -> int:
    """All of them into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in FILES:
        one.make(folder / one.name)
    return len(FILES)


if __name__ == "__main__":
    print(write_all(Path(sys.argv[1])))
