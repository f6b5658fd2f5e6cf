"""Delete what has reached its retention date. For a daily timer."""

from __future__ import annotations

from django.core.management.base import BaseCommand
from django.utils import timezone

from annotation.services.retention import tend_retention


class Command(BaseCommand):
    help = "Delete comments, wellbeing data, export files and readable audit data whose day has come."

    def handle(self, *args: object, **options: object) -> None:
        del args, options
        n = tend_retention(now=timezone.now())
        self.stdout.write(f"Retention dates carried out: {n}.")
