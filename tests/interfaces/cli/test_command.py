import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from jiandi.interfaces.cli.management.commands import export

OURS = sorted(name for name, app in get_commands().items() if str(app).startswith("jiandi."))


@pytest.mark.parametrize("name", OURS)
def test_every_command_tells_how_it_is_used(name: str) -> None:
    command = load_command_class("jiandi.interfaces.cli", name)
    assert "usage:" in command.create_parser("jiandi", name).format_help()


def test_a_file_goes_into_the_folder_under_its_own_name(tmp_path: Path) -> None:
    assert export._place(tmp_path, "ledger.xlsx") == tmp_path / "ledger.xlsx"
    assert export._place(tmp_path / "mine.xlsx", "ledger.xlsx") == tmp_path / "mine.xlsx"
    assert export._place(None, "ledger.xlsx") == Path("ledger.xlsx")


def test_a_reader_that_has_enough_ends_the_command_quietly(tmp_path: Path) -> None:
    line = f"{sys.executable} -m jiandi health --help | true"
    done = subprocess.run(line, shell=True, capture_output=True, text=True, check=False, env={"JIANDI_DATA": str(tmp_path)})
    assert done.stderr == ""
