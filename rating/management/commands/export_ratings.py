"""Write a study's ratings, codebook and digests into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from annotation.errors import DomainError
from annotation.models import Plan, Study
from rating.queries.exports import ExportScope, export_scope
from rating.queries.ratings import default_stage
from rating.services.export_formats import FORMATS, export_format
from rating.services.export_formats.registered import ExportSource
from rating.services.export_packing import write_members
from rating.services.exports import write_export


class Command(BaseCommand):
    help = "Write all ratings of a study in any format, with codebook, README and SHA-256 digests."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("study", help="code of the study")
        parser.add_argument("--out", required=True, help="folder for the files; made when missing")
        parser.add_argument("--format", choices=list(FORMATS), help="default: every table as CSV")
        parser.add_argument("--stage", choices=list(Plan.Stage.values), help="default: main, else imported")
        parser.add_argument("--public", action="store_true", help="only what raters agreed to share publicly")
        parser.add_argument("--all-revisions", action="store_true", help="earlier revisions too")

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        study = Study.objects.filter(code=options["study"]).first()
        if study is None:
            raise CommandError(f"There is no study {options['study']}.")
        stage = options["stage"] or default_stage(study)
        is_current_only = not options["all_revisions"]
        scope = export_scope(study, stage=stage, is_current_only=is_current_only, is_public=options["public"])
        folder = Path(options["out"])
        try:
            n = self._write(scope, folder, options["format"])
        except OSError as error:
            raise CommandError(f"Could not write into {folder}: {error.strerror}") from error
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"Wrote {n} files of the {stage} stage into {folder}")

    def _write(self, scope: ExportScope, folder: Path, key: str | None) -> int:
        if key is None:
            return len(write_export(scope, folder))
        form = export_format(key)
        lacking = form.lacks(scope)
        if lacking:
            raise CommandError(lacking)
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise CommandError(f"{folder} is not empty: the digests would name what is there already.")
        write_members(ExportSource(scope), form, folder, timezone.now())
        return len(list(folder.iterdir()))
