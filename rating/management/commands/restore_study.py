"""Make a study again from its archive."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from annotation.errors import DomainError
from annotation.models import User
from rating.services.study_restore import restore_study


class Command(BaseCommand):
    help = "Check an archive of a study and make the study again from it: everything or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("archive", type=Path, help="the ZIP file")
        parser.add_argument("--owner", required=True, help="login of who is to own the study")

    def handle(self, *args: object, archive: Path, owner: str, verbosity: int, **options: object) -> None:
        del args, options
        login = User.objects.filter(username=owner, is_active=True).first()
        if login is None:
            raise CommandError(f"There is no login {owner}.")

        def tell(share: float, words: str) -> None:
            if verbosity > 1:
                self.stdout.write(f"{100 * share:3.0f} %  {words}")

        try:
            restored = restore_study(archive, owner=login, tell=tell)
        except DomainError as error:
            raise CommandError(error.message) from error
        study, origin = restored.study, restored.origin
        self.stdout.write(
            self.style.SUCCESS(f"Study {study.code} “{study.title}”: {restored.n_rows:,} rows restored.")
        )
        if restored.n_renewed:
            self.stdout.write(f"  {restored.n_renewed:,} codes were taken here; those rows have new ones.")
        state = "whole" if not restored.n_defects else f"BROKEN at {restored.n_defects} places"
        self.stdout.write(
            f"  Audit trail of {origin.origin_code}: {state}, {origin.n_events:,} events, "
            f"head {origin.n_sealed}:{origin.head}"
        )
        self.stdout.write("  Nobody but the owner can sign in to it yet; name the safeguarding lead anew.")
