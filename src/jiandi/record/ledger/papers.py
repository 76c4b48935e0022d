"""What a file is and what it shows, by its name and its first bytes. No Django here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_

TALK, ACT, OUTCOME = "talk", "act", "outcome"

# Extension -> (family by its first bytes, media type). What is not here is not taken.
TYPES: dict[str, tuple[str, str]] = {
    "pdf": ("pdf", "application/pdf"),
    "docx": ("zip", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": ("zip", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pptx": ("zip", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "ofd": ("zip", "application/ofd"),
    "zip": ("zip", "application/zip"),
    "doc": ("ole", "application/msword"),
    "xls": ("ole", "application/vnd.ms-excel"),
    "ppt": ("ole", "application/vnd.ms-powerpoint"),
    "wps": ("ole", "application/vnd.ms-works"),
    "et": ("ole", "application/octet-stream"),
    "jpg": ("jpeg", "image/jpeg"),
    "jpeg": ("jpeg", "image/jpeg"),
    "png": ("png", "image/png"),
    "gif": ("gif", "image/gif"),
    "bmp": ("bmp", "image/bmp"),
    "webp": ("webp", "image/webp"),
    "heic": ("heic", "image/heic"),
    "tif": ("tiff", "image/tiff"),
    "tiff": ("tiff", "image/tiff"),
    "mp4": ("mp4", "video/mp4"),
    "mov": ("mp4", "video/quicktime"),
    "mp3": ("mp3", "audio/mpeg"),
    "m4a": ("mp4", "audio/mp4"),
    "wav": ("wav", "audio/wav"),
    "txt": ("text", "text/plain; charset=utf-8"),
    "csv": ("text", "text/csv; charset=utf-8"),
}
# What the bytes look like (as an extension, from the magic library) -> family.
FAMILIES: dict[str, str] = {
    **dict.fromkeys(("pdf", "fdf"), "pdf"),
    **dict.fromkeys(("docx", "xlsx", "pptx", "xlsb", "zip", "ofd", "odt", "jar", "apk", "epub"), "zip"),
    **dict.fromkeys(("doc", "xls", "ppt", "wps", "msi", "vsd", "spo"), "ole"),
    **dict.fromkeys(("jpg", "jpeg", "jpe", "jfif"), "jpeg"),
    **dict.fromkeys(("heif", "heic", "avif"), "heic"),
    **dict.fromkeys(("tif", "tiff"), "tiff"),
    **dict.fromkeys(("mp4", "mov", "m4a", "m4v", "3gp", "qtvr"), "mp4"),
    **{name: name for name in ("png", "gif", "webp", "mp3", "wav")},
    **dict.fromkeys(("bmp", "dib"), "bmp"),
}

_TALK = ("会议", "纪要", "通知", "方案", "讲话", "部署", "学习", "签到", "动员", "传达", "宣贯", "培训", "计划", "承诺", "简报", "研究")
_ACT = (
    "制度", "办法", "规定", "规程", "细则", "凭证", "发票", "转账", "拨付", "回单", "收据", "合同", "验收", "现场", "照片", "整改前", "整改后",
    "处分", "决定", "缴款", "退款", "清退", "公示", "台账", "核查", "检查记录", "支付", "到账", "印发",
)  # fmt: skip
_OUTCOME = ("成效", "满意度", "测评", "对比", "监测", "统计", "下降", "提升", "回访", "评估", "抽查结果", "复查结果", "审计结果")
_DATES = (
    re.compile(r"(20\d{2})[-._年/](\d{1,2})[-._月/](\d{1,2})"),
    re.compile(r"(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)"),
)
LONGEST_NAME = 200
LONGEST_ENDING, LONGEST_BYTES = 10, 230
_UNSEEN = re.compile('[\x00-\x1f\x7f-\x9f"<>|:*?\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc]')
_DEVICE = re.compile(r"(?i)^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")
# What a file carries that a reader should know of; it is handed over as it is, never shown in the page.
WARNINGS: dict[str, str] = {
    "macros": N_("carries macros"),
    "script": N_("carries script"),
    "launch": N_("starts a program when opened"),
    "embedded": N_("carries other files inside"),
    "archive": N_("an archive: what is inside was not looked at"),
}


@dataclass(frozen=True)
class FileType:
    """A file's ending, the family its bytes must belong to, and the media type it is stored with."""

    ending: str
    family: str
    media_type: str


def type_of(file_name: str) -> FileType:
    """The type a file's name claims; a name that claims none of the known types is refused."""
    ending = file_name.rsplit(".", 1)[-1].lower() if "." in file_name else ""
    if ending not in TYPES:
        raise BadInput(
            "evidence.type",
            N_("“{name}” is not a type of file that can be kept here. Hand in a document, table, picture, sound or film."),
            name=file_name,
        )
    family, media_type = TYPES[ending]
    return FileType(ending, family, media_type)


def check_content(file_name: str, head: bytes, looks_like: Iterable[str]) -> None:
    """Refuse an empty file, and one whose first bytes belong to another type than its name says."""
    if not head:
        raise BadInput("evidence.empty", N_("“{name}” is empty. Choose the file again."), name=file_name)
    wanted = type_of(file_name)
    fits = is_text(head) if wanted.family == "text" else wanted.family in families_of(looks_like)
    if not fits:
        raise BadInput(
            "evidence.lies",
            N_("“{name}” is not what its name says ({ending}). Save it again in its real format and hand that in."),
            name=file_name,
            ending=wanted.ending,
        )


def families_of(looks_like: Iterable[str]) -> set[str]:
    return {FAMILIES[ending] for ending in (e.lstrip(".").lower() for e in looks_like) if ending in FAMILIES}


def is_text(head: bytes) -> bool:
    """Plain text in UTF-8 or a Chinese encoding, and not the beginning of a page with script."""
    if b"\0" in head or head.lstrip().lower().startswith((b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script")):
        return False
    return any(_decodes(head, name) for name in ("utf-8", "gb18030"))


def _decodes(head: bytes, encoding: str) -> bool:
    for cut in range(4):
        try:
            head[: len(head) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def guess_kind(title: str, file_name: str = "") -> str:
    """Talk, act or outcome, by the words of title and name; a picture without such a word shows an act.

    Where nothing tells, it is talk: what is not known to be an act does not support a claim.
    """
    words = f"{title} {file_name}"
    for kind, marks in ((OUTCOME, _OUTCOME), (ACT, _ACT), (TALK, _TALK)):
        if any(mark in words for mark in marks):
            return kind
    ending = file_name.rsplit(".", 1)[-1].lower()
    return ACT if TYPES.get(ending, ("", ""))[1].startswith(("image/", "video/")) else TALK


def guess_date(title: str, file_name: str = "") -> date | None:
    """The first day written in the title or the file's name."""
    for text in (title, file_name):
        for pattern in _DATES:
            for hit in pattern.finditer(text):
                if found := _day(*hit.groups()):
                    return found
    return None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def title_of(title: str, file_name: str) -> str:
    """The title given, or the file's name without its ending."""
    return (title.strip() or file_name.rsplit(".", 1)[0].strip())[:LONGEST_NAME]


def safe_name(file_name: str) -> str:
    """The last part of a path without signs that mean something to a browser, a disk or the eye, short enough to keep.

    Taken out: control characters, marks that turn the direction of writing or are not seen, what Windows forbids;
    a name that Windows keeps for a device gets a line before it.
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", file_name))[-1]
    clean = _UNSEEN.sub("", last).strip(". ")
    clean = f"_{clean}" if _DEVICE.match(clean) else clean
    stem, dot, ending = clean.rpartition(".")
    if not dot:
        return _short(clean, LONGEST_NAME)
    return f"{_short(stem, LONGEST_NAME - len(ending) - 1)}.{ending[:LONGEST_ENDING]}"


def _short(text: str, letters: int) -> str:
    """Disks count bytes, and a Chinese character has three of them."""
    kept = text[: max(letters, 1)]
    return kept.encode()[:LONGEST_BYTES].decode(errors="ignore").strip()
