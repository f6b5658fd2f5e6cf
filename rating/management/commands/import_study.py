"""Import a folder of items and ratings: `manage.py import_study FOLDER`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from annotation.errors import DomainError
from annotation.imports.checks.mapping import mapping_defects
from annotation.models import Role, Study, User
from rating.services.import_sources import (
    DESCRIPTION_FILE,
    ITEM_ENDINGS,
    RATINGS_FILE,
    ImportFiles,
    ImportOptions,
    bundled_descriptions,
)
from rating.services.import_words import finding_sentences, import_sentences
from rating.services.study_imports import ImportOutcome, import_study

T = TypeVar("T", User, Study)

ENCODINGS = ["windows-1252", "windows-1256", "iso-8859-1", "iso-8859-15"]


class Command(BaseCommand):
    help = (
        "Import items and ratings of a folder into a study. Every defect is listed with its line, "
        "and then nothing is imported; importing the same rows again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder",
            type=Path,
            help=f"holds items.{{{','.join(ITEM_ENDINGS)}}}, {RATINGS_FILE}, {DESCRIPTION_FILE}; "
            "or the file of items itself",
        )
        into = parser.add_mutually_exclusive_group()
        into.add_argument("--study", default="", help="code of the study to import into")
        into.add_argument("--title", default="", help="title of the study to make")
        parser.add_argument("--owner", default="", help="user name of the owner of a new study")
        profiles = ", ".join(bundled_descriptions())
        parser.add_argument("--profile", default="", help=f"read the files as one of: {profiles}")
        parser.add_argument("--scale", default="", help="make questions from the file, on this scale: 1-5")
        parser.add_argument("--measurement", default="", choices=["ordinal", "interval"])
        parser.add_argument("--judges", nargs="*", default=[], help="groups that are judge models")
        parser.add_argument(
            "--map",
            nargs="*",
            default=[],
            metavar="NAME=COLUMN",
            help="what a column of the items is, as “Question=prompt”, “ID=item:first-”, "
            "“Topic=factor:topic”, “Notes=”; or the file that the import's page offers",
        )
        parser.add_argument(
            "--encoding", default="", choices=ENCODINGS, help="of a CSV file of items that is not UTF-8"
        )
        parser.add_argument("--keep-broken", action="store_true", help="do not mend broken letters")
        parser.add_argument(
            "--identifiers",
            default="keep",
            choices=["keep", "mask", "refuse"],
            help="what happens to names, numbers and addresses in the texts",
        )
        parser.add_argument(
            "--keep-out-of-scale",
            action="store_true",
            help="keep values outside the scale as declared exceptions",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        try:
            outcome = self._import(options)
        except DomainError as error:
            raise CommandError("\n".join([error.message, *error.details])) from error
        self._tell(outcome)

    def _import(self, options: dict[str, Any]) -> ImportOutcome:
        folder: Path = options["folder"].resolve()
        files = _files(folder)
        key = f"import:{options['profile'] or folder.name}"[:100]
        mapping = _mapping(options["map"])
        study = _study(options, key)
        return import_study(
            study,
            files,
            ImportOptions(
                profile=options["profile"],
                scale=options["scale"],
                measurement=options["measurement"],
                keep_out_of_scale=options["keep_out_of_scale"],
                mapping=mapping,
                encoding=options["encoding"],
                keep_broken=options["keep_broken"],
                identifiers=options["identifiers"],
                add_items=files.items is None,
                add_groups=True,
                judge_groups=tuple(options["judges"]),
            ),
            actor=self._owner(options["owner"], study),
            title=options["title"],
            source_key=key,
        )

    def _owner(self, username: str, study: Study | None) -> User:
        """Who acts: the one named, the study's owner, else the first login that may create studies."""
        if username:
            return _found(User.objects.filter(username=username), f"There is no login “{username}”.")
        users = User.objects.filter(is_active=True).order_by("pk")
        if study is not None:
            users = users.filter(memberships__study=study, memberships__grants__role=Role.OWNER)
        first = users.filter(can_create_studies=True).first() or users.filter(is_superuser=True).first()
        if first is not None or study is not None:
            return first or _found(users, "The study has no owner: name a login with --owner.")
        made, is_new = User.objects.get_or_create(username="owner", defaults={"can_create_studies": True})
        if is_new:
            made.set_unusable_password()
            made.save(update_fields=["password"])
            self.stdout.write("There was no login yet: the study belongs to “owner”, who has no pass phrase.")
            self.stdout.write("Give it one with: manage.py changepassword owner")
        return made

    def _tell(self, outcome: ImportOutcome) -> None:
        study = outcome.study
        if outcome.batch is None:
            self.stdout.write(f"Nothing changed: “{study.title}” ({study.code}) has all of this already.")
            return
        self.stdout.write(self.style.SUCCESS(f"Imported into “{study.title}” ({study.code}):"))
        for sentence in import_sentences(outcome.counts):
            self.stdout.write(f"  {sentence}")
        found = outcome.counts.get("identifiers", {})
        for sentence in finding_sentences(found, outcome.counts.get("n_items_found", 0)):
            self.stdout.write(self.style.WARNING(f"  {sentence}"))


def _found(queryset: QuerySet[T], sentence: str) -> T:
    row = queryset.first()
    if row is None:
        raise CommandError(sentence)
    return row


def _study(options: dict[str, Any], key: str) -> Study | None:
    """The study named, or the one an earlier import of this folder made for the same owner and title."""
    if options["study"]:
        return _found(Study.objects.filter(code=options["study"]), f"There is no study {options['study']}.")
    studies = Study.objects.filter(source_key=key).order_by("pk")
    if options["title"]:
        studies = studies.filter(title=options["title"])
    if options["owner"]:
        studies = studies.filter(members__user__username=options["owner"], members__grants__role=Role.OWNER)
    return studies.first()


def _files(folder: Path) -> ImportFiles:
    """The files of a folder, or a file of items alone."""
    if folder.is_file():
        return ImportFiles(items=folder.read_bytes(), items_name=folder.name)
    if not folder.is_dir():
        raise CommandError(f"There is no folder {folder.name}.")
    found = [path for ending in ITEM_ENDINGS if (path := folder / f"items.{ending}").is_file()]
    if len(found) > 1:
        raise CommandError(f"Which one? There are {' and '.join(path.name for path in found)}.")
    return ImportFiles(
        items=_bytes(found[0]) if found else None,
        ratings=_bytes(folder / RATINGS_FILE),
        description=_description(folder / DESCRIPTION_FILE),
        items_name=found[0].name if found else "",
    )


def _mapping(given: list[str]) -> dict[str, str]:
    """NAME=COLUMN pairs, and files of such pairs."""
    mapping: dict[str, str] = {}
    for one in given:
        path = Path(one)
        if path.is_file():
            document = _description(path)
            if not isinstance(document, dict):
                raise CommandError(f"{path.name} does not hold names and columns.")
            mapping |= {name: str(column) for name, column in document.items()}
            continue
        name, mark, column = one.rpartition("=")
        if not mark:
            raise CommandError(f"“{one}” is neither a file nor NAME=COLUMN.")
        mapping[name] = column.strip()
    defects = mapping_defects(mapping)
    if defects:
        raise CommandError("\n".join(defects))
    return mapping


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _description(path: Path) -> dict[str, Any] | None:
    data = _bytes(path)
    if data is None:
        return None
    try:
        document: dict[str, Any] = json.loads(data)
    except ValueError as error:
        raise CommandError(f"{path.name} is not JSON: {error}.") from error
    return document
