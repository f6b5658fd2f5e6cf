from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from rating.services.backup_restore import Restored, check_backup, restore_backup
from rating.services.backups import BackupError


class Command(BaseCommand):
    help = "Put a backup into an empty database and an empty folder of files. Nothing else may run meanwhile."
    requires_system_checks = []
    # The database is empty: there is nothing to compare the code's tables with.
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path, help="the folder that `backup` made")
        parser.add_argument("--erasures", type=Path, help="the newest erasures.jsonl, kept by itself")
        parser.add_argument("--check", action="store_true", help="only see whether the backup is whole")

    def handle(
        self, *args: object, backup: Path, erasures: Path | None, check: bool, **options: object
    ) -> None:
        del args, options
        if erasures is not None and not erasures.is_file():
            raise CommandError(f"There is no list of erasures at {erasures}.")
        try:
            if check:
                manifest = check_backup(backup)
                self.stdout.write(f"Whole: made at {manifest['made_at']}, {len(manifest['files'])} files.")
                return
            restored = restore_backup(backup, newer_erasures=erasures)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        self._tell(restored)

    def _tell(self, restored: Restored) -> None:
        self.stdout.write(f"Restored {restored.n_files} files. Erased again: {restored.n_erased}.")
        if restored.n_refused:
            raise CommandError(f"{restored.n_refused} lines of erasures.jsonl do not fit their signature.")
        if restored.missing:
            raise CommandError("Files of snapshots are missing: " + ", ".join(restored.missing[:10]))
