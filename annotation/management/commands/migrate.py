"""Django's own, one at a time: see annotation/migration_lock.py."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from annotation.migration_lock import only_migration


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with only_migration(connections[options["database"]]):
            super().handle(*args, **options)
