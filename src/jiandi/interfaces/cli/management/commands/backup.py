from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiandi.base.text.words import N_
from jiandi.interfaces.cli import backup
from jiandi.interfaces.cli.command import JiandiCommand


class Command(JiandiCommand):
    help = gettext_lazy("Copy the record while people work: the database and the list of its files.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, help=_("Folder for backups, best on another disk; default JIANDI_DATA/backups."))
        parser.add_argument("--with-files", action="store_true", help=_("Bring the stored files too."))

    def act(self, options: dict[str, Any]) -> None:
        made = backup.make(options["to"], is_with_files=options["with_files"])
        self.say(
            N_("Backup: {folder}, database {database_kb} KB, {count} files of {files_kb} KB in its list"),
            folder=str(made.folder),
            database_kb=made.database_bytes // 1024,
            count=made.file_count,
            files_kb=made.file_bytes // 1024,
        )
