"""Recompute frozen ratings and their analyses, and compare every number."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from rating.models import Snapshot
from rating.services.verification import Verification, verify_snapshot

N_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Read a snapshot's file again, compute its digest and all its analyses anew with their options and "
        "seeds, and compare every number. Ends with 1 when anything differs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("code", nargs="?", help="code or digest of a snapshot, or code of an analysis")
        which.add_argument("--all", action="store_true", help="every snapshot")

    def handle(self, *args: Any, **options: Any) -> None:
        snapshots = Snapshot.objects.order_by("pk")
        if options["code"]:
            code = options["code"]
            named = Q(code=code) | Q(digest=code) | Q(analyses__code=code)
            snapshots = snapshots.filter(named).distinct()
        found = [self._verify(snapshot) for snapshot in snapshots]
        if options["code"] and not found:
            raise CommandError(f"There is no snapshot or analysis {options['code']}.")
        if not found:
            self.stdout.write("No snapshots: nothing to compare.")
        n_differences = sum(len(one.differences) for one in found)
        if n_differences:
            raise CommandError(f"{n_differences} difference(s) found.", returncode=1)

    def _verify(self, snapshot: Snapshot) -> Verification:
        found = verify_snapshot(snapshot)
        name = f"Snapshot {snapshot.code} ({snapshot.digest[:12]})"
        for remark in found.remarks:
            self.stdout.write(f"{name}: {remark} (not a difference of a number)")
        for difference in found.differences[:N_SHOWN]:
            self.stderr.write(self.style.ERROR(f"{name}: {difference}"))
        if len(found.differences) > N_SHOWN:
            self.stderr.write(f"{name}: and {len(found.differences) - N_SHOWN} more")
        if not found.differences:
            what = f"{found.n_rows:,} rows and {found.n_numbers:,} numbers of {found.n_analyses} analyses"
            self.stdout.write(self.style.SUCCESS(f"{name}: {what} are the same."))
        return found
