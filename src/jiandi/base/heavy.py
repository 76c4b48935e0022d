"""The one lazy loader: libraries too heavy for a web process, each loaded at its first use.

Call these from jobs and commands. A test holds that the web application loads none of them.
"""

import importlib
from types import ModuleType
from typing import Final

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_

NEVER_IN_WEB: Final = (
    "docx",
    "docxtpl",
    "lxml",
    "numpy",
    "onnxruntime",
    "openpyxl",
    "pandas",
    "pypdf",
    "pypdfium2",
    "python_calamine",
    "rapidocr",
    "scipy",
    "sklearn",
    "xlsxwriter",
)


def docx() -> ModuleType:
    """python-docx: read and write Word files."""
    return importlib.import_module("docx")


def docxtpl() -> ModuleType:
    """Word templates."""
    return importlib.import_module("docxtpl")


def openpyxl() -> ModuleType:
    """Workbooks with merged headers; slow and large, for reading layouts."""
    return importlib.import_module("openpyxl")


def xlsxwriter() -> ModuleType:
    """Write workbooks."""
    return importlib.import_module("xlsxwriter")


def calamine() -> ModuleType:
    """Read workbooks fast."""
    return importlib.import_module("python_calamine")


def pypdf() -> ModuleType:
    """Text of PDF files."""
    return importlib.import_module("pypdf")


def pdfium() -> ModuleType:
    """Pictures and text boxes of PDF pages."""
    return importlib.import_module("pypdfium2")


def rapidfuzz() -> ModuleType:
    """Similarity of texts."""
    return importlib.import_module("rapidfuzz")


def numpy() -> ModuleType:
    """Arrays of numbers; comes with the extra `ocr`."""
    return importlib.import_module("numpy")


def rapidocr() -> ModuleType:
    """Text of scanned pages; comes with the extra `ocr`."""
    try:
        return importlib.import_module("rapidocr")
    except ImportError:
        raise BadInput(
            "heavy.no_ocr",
            N_("This installation cannot read scanned pages. Install Jiandi with the extra “ocr”, or upload a file that has text."),
        ) from None
