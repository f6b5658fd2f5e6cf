from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from rating.services.backups import BackupError, delete_old_backups, make_backup


class Command(BaseCommand):
    help = "Copy database, files and the list of erasures into a new folder below TARGET, while all runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("target", type=Path, help="a folder on another disk; made where it is missing")
        parser.add_argument(
            "--delete-old", action="store_true", help="then delete backups older than BACKUP_DAYS in TARGET"
        )

    def handle(self, *args: object, target: Path, delete_old: bool, **options: object) -> None:
        del args, options
        try:
            made = make_backup(target, now=timezone.now())
            self.stdout.write(f"{made.folder}: {made.n_files} files, {made.n_bytes} bytes.")
            for folder in delete_old_backups(target) if delete_old else []:
                self.stdout.write(f"Deleted {folder}.")
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
