"""Delete stored exports whose days are over. For a daily timer."""

from __future__ import annotations

from django.core.management.base import BaseCommand
from django.utils import timezone

from rating.services.stored_exports import expire_exports
from rating.services.study_archives import expire_archives


class Command(BaseCommand):
    help = "Delete the files of exports past their days; their rows stay. The scheduler does it hourly."

    def handle(self, *args: object, **options: object) -> None:
        del args, options
        now = timezone.now()
        self.stdout.write(f"Files deleted: {expire_exports(now=now) + expire_archives(now=now)}")
