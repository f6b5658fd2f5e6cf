from __future__ import annotations

from django.core.management.base import BaseCommand

from annotation.services.audit_seals import seal_events


class Command(BaseCommand):
    help = "Chain every audit event that has no seal yet. The scheduler does this by itself."

    def handle(self, *args: object, **options: object) -> None:
        del args, options
        n = seal_events(look_back=None)
        self.stdout.write(f"Sealed {n} audit event{'' if n == 1 else 's'}.")
