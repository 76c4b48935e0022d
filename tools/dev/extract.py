"""Which messages the code holds, and which of them lack Chinese. Runs under the environment's Python (Babel, Django).

python -m tools.dev.extract            prints what is missing, ready to paste into an area's .po file
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import extract
from django.utils.translation.template import templatize

from tools.dev import messages

PACKAGE = messages.LOCALES.parent
LANGUAGE = "zh_Hans"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("_", "N_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
FIELD = re.compile(r"%\((\w+)\)[sd]|\{(\w+)[^{}]*\}")


@dataclass(frozen=True)
class Found:
    """One message id, where it stands first, and its plural if it has one."""

    context: str | None
    text: str
    plural: str | None
    place: str

    @property
    def key(self) -> messages.Key:
        return self.context, self.text


def found() -> list[Found]:
    """Every message of the product, in the order of its places; an id that stands twice is listed once."""
    first: dict[messages.Key, Found] = {}
    for path in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.txt")]):
        for one in in_file(path):
            first.setdefault(one.key, one)
    return list(first.values())


def in_file(path: Path) -> Iterator[Found]:
    """The messages of one Python file or one template."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Django rewrites a template to calls; what is left of the markup must not look like indentation.
        rewritten = templatize(source, origin=str(path))
        source = "\n".join(line.strip() for line in rewritten.split("\n"))
    lines = extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"})
    for number, text, _comments, context in lines:
        single, plural = (text, None) if isinstance(text, str) else (text[0], text[1])
        if single:
            yield Found(context, single, plural, f"{path.relative_to(PACKAGE)}:{number}")


def fields(text: str) -> set[str]:
    return {a or b for a, b in FIELD.findall(text)}


def missing() -> list[Found]:
    """Messages without a Chinese text."""
    catalog, _quarrels = messages.merge(LANGUAGE)
    known = {messages.key(m) for m in catalog if m.id}
    return [one for one in found() if one.key not in known]


def left_over() -> list[str]:
    """Translations of messages that no source holds any more, by area."""
    known = {one.key for one in found()}
    return [
        f"{area}: {messages.key(m)[1]}"
        for area, catalog in messages.areas(LANGUAGE)
        for m in catalog
        if m.id and messages.key(m) not in known
    ]


def wrong() -> list[str]:
    """Sentences about translations that name other fields than their message, or that two areas translate differently."""
    catalog, quarrels = messages.merge(LANGUAGE)
    unlike = []
    for message in catalog:
        if not message.id:
            continue
        allowed = fields(" ".join([message.id] if isinstance(message.id, str) else message.id))
        strange = fields(messages.text(message)) - allowed
        lost = fields(messages.key(message)[1]) - fields(messages.text(message)) if isinstance(message.id, str) else set()
        if strange or lost:
            unlike.append(f"{messages.key(message)[1]!r}: fields differ ({', '.join(sorted(strange | lost))})")
    return quarrels + unlike


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def main() -> int:
    lacking = missing()
    for one in lacking:
        print(f"#: {one.place}")
        if one.context:
            print(f"msgctxt {quoted(one.context)}")
        print(f"msgid {quoted(one.text)}")
        print(f'msgid_plural {quoted(one.plural)}\nmsgstr[0] ""\n' if one.plural else 'msgstr ""\n')
    for sentence in wrong():
        print("#", sentence)
    print(f"{len(lacking)} of {len(found())} messages lack Chinese.", file=sys.stderr)
    return 1 if lacking or wrong() else 0


if __name__ == "__main__":
    sys.exit(main())
