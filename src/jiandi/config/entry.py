"""The `jiandi` command."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run a sub-command with the product's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiandi.config.settings")
    try:
        _run()
    except BrokenPipeError:  # the reader of a pipe (`| head`) has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _run() -> None:
    try:
        execute_from_command_line(["jiandi", *sys.argv[1:]])
    finally:
        sys.stdout.flush()
