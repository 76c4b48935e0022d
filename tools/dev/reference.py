"""Writes the pages of docs/reference that are lists of what the code says. Runs under the environment's Python.

python -m tools.dev.reference          (dev.py reference)
"""

from __future__ import annotations

import os
from pathlib import Path

import django

PAGES = Path(__file__).resolve().parent.parent.parent / "docs" / "reference"
HEAD = """# States and moves

Written by `python3 dev.py reference` from `jiandi.record.ledger.lifecycle`; do not edit by hand.
Each line is one allowed move. *Who* names the duties that may ask for it; where it says "inside another action",
the move happens only as part of an action that was itself allowed. *Guard* names the function in
`jiandi.record.ledger.guards` that looks at the facts and lists what is still missing.
"""


def states() -> str:
    """One table per thing: from, verb, to, who, guard."""
    from jiandi.record.ledger import lifecycle  # noqa: PLC0415 - needs Django to be set up
    from jiandi.record.policy import decide  # noqa: PLC0415

    def who(verb: str) -> str:
        roles = sorted({role for rule in decide.TABLE[verb] for role in rule.roles}) if verb else []
        return ", ".join(f"`{role}`" for role in roles) or "inside another action"

    parts = [HEAD]
    for thing, table in lifecycle.TABLES.items():
        parts.append(f"\n## {thing}\n\n| From | Verb | To | Who | Guard |\n|---|---|---|---|---|")
        for move in table:
            before = ", ".join(f"`{state}`" for state in move.from_states)
            guard = f"`{move.guard}`" if move.guard else ""
            parts.append(f"| {before} | `{move.verb}` | `{move.to}` | {who(move.who)} | {guard} |")
    return "\n".join(parts) + "\n"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiandi.config.settings")
    os.environ.setdefault("JIANDI_DATA", "var/check")
    django.setup()
    (PAGES / "states.md").write_text(states(), encoding="utf-8")


if __name__ == "__main__":
    main()
