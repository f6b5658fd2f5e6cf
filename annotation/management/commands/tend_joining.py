"""Forget addresses and applications whose time is over. For a daily timer."""

from __future__ import annotations

from django.core.management.base import BaseCommand
from django.utils import timezone

from annotation.services.mailed_invitations import forget_addresses
from annotation.services.public_calls import forget_applications


class Command(BaseCommand):
    help = "Forget addresses of expired invitations, and applications nobody decided. For a daily timer."

    def handle(self, *args: object, **options: object) -> None:
        del args, options
        n_addresses, n_applications = (
            forget_addresses(now=timezone.now()),
            forget_applications(now=timezone.now()),
        )
        self.stdout.write(f"Forgot {n_addresses} addresses and {n_applications} applications.")
