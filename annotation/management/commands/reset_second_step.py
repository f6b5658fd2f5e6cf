from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from annotation.errors import DomainError
from annotation.services.accounts import reset_second_step


class Command(BaseCommand):
    help = "Switch a login's second step off, e.g. for somebody who lost phone and recovery codes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: object, username: str, **options: object) -> None:
        del args, options
        try:
            user = reset_second_step(username)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(
            f"The second step of {user.username} is switched off, and every browser signed out."
        )
