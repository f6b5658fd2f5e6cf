"""After a database was restored from a backup: erase again who had been erased since."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from annotation.services.leaving import erase_again
from annotation.services.tombstones import erasures_file, list_all_begun, listed_tombstones


class Command(BaseCommand):
    help = "Erase again, from the list of erasures, whoever came back with a restored backup."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--file", help="the list; default: erasures.jsonl in the data folder")

    def handle(self, *args: object, file: str | None, **options: object) -> None:
        del args, options
        list_all_begun()
        path = Path(file) if file else erasures_file()
        if not path.exists():
            raise CommandError(f"There is no list of erasures at {path.name}.")
        n, n_refused = 0, 0
        for tombstone, signature in listed_tombstones(path):
            if not signature:
                n_refused += 1
            elif erase_again(tombstone):
                n += 1
        self.stdout.write(f"Erased again: {n}.")
        if n_refused:
            raise CommandError(f"{n_refused} lines do not fit their signature and were left alone.")
