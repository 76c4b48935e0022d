"""Reads HTML strictly: every tag closed in order, ids once, labels and names where people need them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
Attrs = dict[str, str]


@dataclass
class Tag:
    """One element with the text inside it."""

    name: str
    attrs: Attrs
    text: str = ""


@dataclass
class Page(HTMLParser):
    """What was read, and the faults found while reading."""

    tags: list[Tag] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    open: list[Tag] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _value in attrs]
        self.faults += [f"<{tag}> says {name} twice" for name in set(names) if names.count(name) > 1]
        found = Tag(tag, {name: value or "" for name, value in attrs})
        self.tags.append(found)
        if tag not in VOID:
            self.open.append(found)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1].name != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1].name if self.open else 'nothing'}")
            return
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for tag in self.open:
            tag.text += data

    def all(self, tag_name: str, **attrs: str) -> list[Tag]:
        wanted = {key.replace("_", "-").rstrip("-"): value for key, value in attrs.items()}
        return [tag for tag in self.tags if tag.name == tag_name and wanted.items() <= tag.attrs.items()]

    @property
    def text(self) -> str:
        return " ".join(tag.text for tag in self.tags[:1])


def read(html: str) -> Page:
    """The page, wrapped so that a piece has one root."""
    page = Page()
    page.feed(html if "<html" in html else f"<main>{html}</main>")
    page.close()
    page.faults += [f"<{tag.name}> is never closed" for tag in page.open]
    page.faults += _ids(page) + _names(page)
    return page


def _ids(page: Page) -> list[str]:
    ids = [tag.attrs["id"] for tag in page.tags if "id" in tag.attrs]
    return [f"id {one} stands twice" for one in sorted(set(ids)) if ids.count(one) > 1]


def _names(page: Page) -> list[str]:
    labelled = {tag.attrs.get("for") for tag in page.all("label")}
    wrapped = [tag.text for tag in page.all("label") if "for" not in tag.attrs]
    faults = [f"image {tag.attrs.get('src')} has no alt" for tag in page.all("img") if "alt" not in tag.attrs]
    faults += [f"icon {tag.attrs.get('class')} is read aloud" for tag in page.all("i") if tag.attrs.get("aria-hidden") != "true"]
    faults += [f"empty button {tag.attrs}" for tag in page.all("button") if not (tag.text.strip() or tag.attrs.get("aria-label"))]
    for tag in page.tags:
        if tag.name not in {"input", "select", "textarea"} or tag.attrs.get("type") == "hidden":
            continue
        if tag.attrs.get("id") not in labelled and not tag.attrs.get("aria-label") and not wrapped:
            faults.append(f"{tag.name} {tag.attrs.get('name')} has no label")
    return faults
