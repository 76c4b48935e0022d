"""What makes a ledger file fit to come back: hidden keys, locked facts, cells that stay open, and drop-downs for them."""

from __future__ import annotations

from typing import Any, Final

from jiandi.record.accounts import queries as accounts
from jiandi.record.ledger.models import Finding, Round

# Without a password: it keeps from mistakes, not from people. What comes back is compared cell by cell with what was handed out.
ALLOWED: Final = {
    "autofilter": True,
    "sort": True,
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}
OPEN: Final = {"locked": False, "bg_color": "#FFFBE6"}
SHEET: Final = "lists"
MOST_WORDS: Final = 500


def headings(report_id: int) -> tuple[str, str]:
    """Of the two hidden columns; the last names the file that was handed out."""
    return "version", f"id {report_id}"


class Offer:
    """The words to choose from in the open cells, on a hidden sheet: a list inside a cell holds 255 letters."""

    def __init__(self, round_: Round) -> None:
        kept = Finding.objects.filter(round=round_).exclude(category="").order_by("category").values_list("category", flat=True).distinct()
        titles = accounts.leader_posts().values_list("title", flat=True)
        self.words = {"category": list(kept[:MOST_WORDS]), "leader_post": list(dict.fromkeys(titles[:MOST_WORDS]))}
        self.columns = {field: letter for letter, field in zip("AB", self.words, strict=True)}

    def of(self, field: str) -> dict[str, Any] | None:
        """The drop-down of a column. A category may be a new one, a post may not."""
        count = len(self.words.get(field, ()))
        if not count:
            return None
        source = f"={SHEET}!${self.columns[field]}$1:${self.columns[field]}${count}"
        return {"validate": "list", "source": source, "error_type": "warning" if field == "category" else "stop"}

    def write(self, book: Any) -> None:
        sheet = book.add_worksheet(SHEET)
        for row in range(max(map(len, self.words.values()))):
            for column, words in enumerate(self.words.values()):
                if row < len(words):
                    sheet.write_string(row, column, words[row])
        sheet.hide()
