"""Invented papers that people bring along."""

from __future__ import annotations

from pathlib import Path

import docx

LETTER = (
    "市委第三巡察组关于巡察云溪市的反馈意见",
    "一、巡察发现的主要问题",
    "（一）项目资金拨付滞后。三个水利项目开工半年仍未拨付资金，涉及金额120万元。",
    "（二）固定资产账实不符。抽查20件固定资产，有6件账上有而库中无。",
    "（三）会议室标识陈旧。三楼会议室门牌仍为旧名称。",
)


def letter(folder: Path) -> Path:
    """A feedback letter with three problems."""
    document = docx.Document()
    for line in LETTER:
        document.add_paragraph(line)
    path = folder / "反馈意见.docx"
    document.save(str(path))
    return path


def paper(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(f"%PDF-1.7\n% {name}\n1 0 obj\n<<>>\nendobj\n%%EOF\n".encode())
    return path
