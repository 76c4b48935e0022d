"""Documents lead where they say: links and headings exist, both languages stand side by side, lists are complete."""

import re
from pathlib import Path

import pytest

from jiandi.interfaces.api.root import api
from tests.house import shape

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+\s+(.+?)\s*$", re.MULTILINE)
OUTSIDE = ("http://", "https://", "mailto:")
PAPERS = sorted([*shape.ROOT.glob("*.md"), *(shape.ROOT / "docs").rglob("*.md")])
USE = shape.ROOT / "docs" / "use"


def prose(path: Path) -> str:
    return CODE.sub("", path.read_text(encoding="utf-8"))


def anchor(heading: str) -> str:
    """The name of a heading as most renderers make it."""
    kept = re.sub(r"[^\w\- ]", "", heading.lower())
    return kept.replace(" ", "-")


def broken(path: Path) -> list[str]:
    found = []
    for link in LINK.findall(prose(path)):
        if link.startswith(OUTSIDE):
            continue
        place, _, name = link.partition("#")
        target = (path.parent / place).resolve() if place else path
        if not target.exists():
            found.append(f"{shape.name(path)} leads to {link}, which is not there")
        elif name and name not in {anchor(h) for h in HEADING.findall(prose(target))}:
            found.append(f"{shape.name(path)} leads to a heading #{name} that {target.name} does not have")
    return found


@pytest.mark.parametrize("paper", PAPERS, ids=shape.name)
def test_every_link_leads_somewhere(paper: Path):
    assert not (wrong := broken(paper)), shape.report(wrong)


def test_every_page_for_a_role_is_there_in_both_languages():
    assert {p.name for p in (USE / "zh").glob("*.md")} == {p.name for p in (USE / "en").glob("*.md")}


def test_every_paper_is_reached_from_another():
    """A page that nothing leads to is read by nobody."""
    reached = {
        (p.parent / link.partition("#")[0]).resolve() for p in PAPERS for link in LINK.findall(prose(p)) if not link.startswith(OUTSIDE)
    }
    alone = [shape.name(p) for p in PAPERS if p.resolve() not in reached and p.name != "README.md"]
    assert not alone, shape.report(alone)


def test_every_picture_is_shown_somewhere_or_by_the_script():
    """Pictures are written by dev.py screenshots; none lies about that it no longer takes."""
    script = (shape.ROOT / "tools" / "screenshots.py").read_text(encoding="utf-8")
    stray = [p.name for p in (shape.ROOT / "docs" / "pictures").glob("*.png") if f'Shot("{p.stem}"' not in script]
    assert not stray, stray


def test_pictures_are_small():
    large = [p.name for p in (shape.ROOT / "docs" / "pictures").glob("*.png") if p.stat().st_size > 250_000]
    assert not large, large


def test_every_address_of_the_api_is_on_its_page():
    page = (shape.ROOT / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    described = api.get_openapi_schema(path_prefix="/")["paths"]
    asked = {f"{method.upper()} `/{path.strip('/')}`" for path, methods in described.items() for method in methods}
    assert not (lacking := sorted(a for a in asked if f"| {a} |" not in page)), lacking


def test_every_command_is_on_its_page():
    page = (shape.ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    folder = shape.PACKAGE / "interfaces" / "cli" / "management" / "commands"
    names = [path.stem for path in folder.glob("[!_]*.py")]
    assert not (lacking := [name for name in names if f"`jiandi {name}" not in page]), lacking
