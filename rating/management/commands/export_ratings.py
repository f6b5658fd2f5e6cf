"""Write a study's ratings, codebook and digests into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotation.models import Plan, Study
from rating.queries.exports import export_scope
from rating.queries.ratings import default_stage
from rating.services.exports import write_export


class Command(BaseCommand):
    help = "Write all ratings of a study as CSV, with codebook, README and SHA-256 digests."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("study", help="code of the study")
        parser.add_argument("--out", required=True, help="folder for the files; made when missing")
        parser.add_argument("--stage", choices=list(Plan.Stage.values), help="default: main, else imported")
        parser.add_argument("--all-revisions", action="store_true", help="earlier revisions too")

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        study = Study.objects.filter(code=options["study"]).first()
        if study is None:
            raise CommandError(f"There is no study {options['study']}.")
        stage = options["stage"] or default_stage(study)
        scope = export_scope(study, stage=stage, is_current_only=not options["all_revisions"])
        folder = Path(options["out"])
        try:
            written = write_export(scope, folder)
        except OSError as error:
            raise CommandError(f"Could not write into {folder}: {error.strerror}") from error
        self.stdout.write(f"Wrote {len(written)} files of the {stage} stage into {folder}")
