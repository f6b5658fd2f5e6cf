from __future__ import annotations

import sys
from argparse import ArgumentParser
from getpass import getpass

from django.core.management.base import BaseCommand, CommandError

from annotation.errors import DomainError
from annotation.services.accounts import create_owner


class Command(BaseCommand):
    help = "Make a login that may create studies. Asks for what is not given."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--username")
        parser.add_argument("--email")
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the pass phrase from the first line of stdin"
        )

    def handle(
        self, *args: object, username: str | None, email: str | None, password_stdin: bool, **options: object
    ) -> None:
        del args, options
        password = sys.stdin.readline().rstrip("\n") if password_stdin else ""
        if not password_stdin and not sys.stdin.isatty():
            raise CommandError("Nobody to ask here: give --username and --password-stdin.")
        username = username or self._ask("User name: ", can_ask=not password_stdin)
        if email is None:
            email = "" if password_stdin else input("E-mail (may stay empty): ").strip()
        try:
            owner = create_owner(username=username, password=password or self._ask_twice(), email=email)
        except DomainError as error:
            raise CommandError("\n".join([error.message, *error.details])) from error
        self.stdout.write(f"{owner.username} can sign in now and create studies.")

    def _ask(self, question: str, *, can_ask: bool) -> str:
        answer = input(question).strip() if can_ask else ""
        if not answer:
            raise CommandError("A user name is needed.")
        return answer

    def _ask_twice(self) -> str:
        """A pass phrase typed the same way twice; it is not shown while it is typed."""
        first = getpass("Pass phrase (10 characters or more): ")
        if first != getpass("The same once more: "):
            raise CommandError("The two differ. Nothing was made; please start again.")
        return first
