"""What looks at the loop from outside. The parts are written here and nowhere else."""

from __future__ import annotations

PARTS: tuple[str, ...] = ("oversight",)
