"""Check an import against the study it goes into. Reads only: nothing is written before all is sound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from annotation.errors import Code, DomainError
from annotation.imports.checks.csv_rows import Table
from annotation.imports.checks.description import Description
from annotation.imports.checks.file_bytes import Data
from annotation.imports.checks.identifier_step import Decisions, Findings
from annotation.imports.checks.item_row import ItemRow
from annotation.imports.checks.items import ItemsFile, KnownItems, check_items
from annotation.imports.checks.kept_items import PIECE_ITEMS, KeptItems, items_of, piece_of, pieces_of
from annotation.imports.checks.passages import place_of, texts_in_order
from annotation.imports.checks.questions import (
    AskedQuestion,
    document_of,
    key_of,
    questions_of,
    scale_of,
    with_measurement,
)
from annotation.imports.checks.ratings import Expected, RatingsFile, check_ratings
from annotation.imports.checks.report import CheckReport
from annotation.models import Group, Question, RubricVersion, Study
from annotation.services.item_imports import ReadText, item_texts, known_items
from rating.services.import_sources import (
    ITEMS_FILE,
    RATINGS_FILE,
    ImportFiles,
    ImportOptions,
    chosen_description,
    dimensions_of,
    read_ratings,
)
from rating.services.rating_imports import imported_answers, imported_raters

Tell = Callable[[int], object]


def _untold(_: int) -> None:
    """Nobody waits."""


@dataclass
class CheckedImport:
    """What an import would bring. Ready to be written when the report is clean.

    Attributes:
        items: of the items file, read again whenever they are gone through; `bare_items`: names that only
            ratings have, which become items without text.
        findings: what may tell who somebody is; `decisions`: what is done about it.
        document: rubric to load; None where `version` of the study is used, or there are no ratings.
        texts: turns and responses by item, new items included.
    """

    report: CheckReport
    options: ImportOptions
    description: Description = field(default_factory=Description)
    items: KeptItems = field(default_factory=KeptItems)
    bare_items: list[ItemRow] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    decisions: Decisions = field(default_factory=Decisions)
    n_items_known: int = 0
    ratings: RatingsFile = field(default_factory=RatingsFile)
    document: dict[str, Any] | None = None
    version: RubricVersion | None = None
    texts: dict[str, ReadText] = field(default_factory=dict)

    @property
    def brings_nothing(self) -> bool:
        return not self.items and not self.bare_items and not self.ratings.rows

    def incoming(self) -> Iterator[Any]:
        """The items as they will be stored, in columns: masked or left out where that was decided."""
        for piece in self.items.pieces():
            if self.decisions.leave_alone(piece):
                yield piece
            else:
                yield piece_of(list(self._decided(items_of(piece))))
        yield from map(piece_of, pieces_of(self.bare_items, PIECE_ITEMS))

    def _decided(self, items: Iterable[ItemRow]) -> Iterator[ItemRow]:
        decided = map(self.decisions.applied, items)
        return (item for item in decided if item is not None)

    def stored_texts(self) -> dict[str, ReadText]:
        """Turns and responses as they will be stored: places of quoted passages count in these."""
        if self.decisions.changes_nothing:
            return self.texts
        decided = self._decided(self.items)
        return self.texts | {item.external_id: (item.turns, item.texts) for item in decided}

    def decide(self, decisions: Decisions) -> None:
        """Take over what a person has confirmed.

        Raises:
            DomainError: an item is left out that ratings of the same import are about.
        """
        self.decisions = decisions
        if decisions.changes_nothing or not self.ratings.rows:
            return
        left = {item.external_id for item in self.items if decisions.applied(item) is None}
        rated = sorted(left & {row.item for row in self.ratings.rows})
        if rated:
            raise DomainError(
                Code.INVALID,
                _("Items with ratings in the same import cannot be left out: %(items)s.")
                % {"items": ", ".join(rated[:10])},
            )

    def refuse_defects(self) -> None:
        if not self.report.is_clean():
            raise DomainError(
                Code.INVALID_FILE, _("Nothing was imported. Please mend this first."), self.report.sentences()
            )

    def counts(self) -> dict[str, Any]:
        """What would come in."""
        rows = self.ratings.rows
        raters = {row.rater: row.group for row in rows}
        return {
            "n_items": len(self.items) + len(self.bare_items),
            "n_items_without_text": len(self.bare_items),
            "n_items_known": self.n_items_known,
            "n_raters": dict(Counter(raters.values())),
            "n_ratings": len({(row.item, row.rater) for row in rows}),
            "n_questions": len({row.question for row in rows}),
            "n_answers": len(rows),
            "n_missing": sum(row.value is None for row in rows),
            "n_exceptions": sum(row.is_exception for row in rows),
            "n_quotes": sum(bool(row.quote) for row in rows),
            "n_quotes_without_place": self._n_quotes_without_place(),
            "n_rows_known": self.ratings.n_known,
            "n_repairs": self.report.n_repairs,
            "left_out": dict(self.report.left_out),
            "identifiers": dict(self.findings.n_by_kind),
            "n_items_found": self.findings.n_items,
        }

    def _n_quotes_without_place(self) -> int:
        places = {name: texts_in_order(turns, replies) for name, (turns, replies) in self.texts.items()}
        quoted = [row for row in self.ratings.rows if row.quote]
        return sum(place_of(row.quote, places.get(row.item, ())) is None for row in quoted)


@dataclass(frozen=True)
class Scanned:
    """What was found in the texts of these very files before; it stands while the same items are new."""

    findings: Findings
    n_new: int
    n_known: int

    def findings_in(self, found: ItemsFile) -> Findings:
        """Scanned anew where the study has got items of the file in the meantime, or lost some."""
        if (len(found.rows), found.n_known) == (self.n_new, self.n_known):
            return self.findings
        anew = Findings()
        for items in pieces_of(found.rows.telling(), PIECE_ITEMS):
            anew.look(items)
        return anew


def check_import(
    study: Study | None,
    files: ImportFiles,
    options: ImportOptions,
    tell: Tell = _untold,
    *,
    scanned: Scanned | None = None,
) -> CheckedImport:
    """Check all files of an import at once; `study` None: a study that is yet to be made.

    Args:
        tell: called after each new item with the number of those read so far.
        scanned: what an earlier check of the same files has found in their texts.

    Raises:
        DomainError: no file, an unknown profile, a broken study.json. Defects of rows are in the report.
    """
    if files.items is None and files.ratings is None:
        raise DomainError(
            Code.INVALID, f"There is nothing to import: neither {ITEMS_FILE} nor {RATINGS_FILE}."
        )
    # Only quoted passages of ratings are looked for in texts; items alone are compared by hash.
    texts = item_texts(study) if study is not None and files.ratings is not None else {}
    checked = CheckedImport(CheckReport(), options, texts=texts)
    description = chosen_description(files, options)
    checked.description = description or Description()
    if files.items is not None:
        _take_items(checked, study, files, tell, scanned)
    if files.ratings is not None:
        _take_ratings(checked, study, files.ratings, description)
    return checked


class _Looking:
    """Looks through new items, unless that was done before, and tells how many were read."""

    def __init__(self, findings: Findings | None, tell: Tell) -> None:
        self.findings = findings
        self.tell = tell
        self.n_read = 0

    def look(self, items: Sequence[ItemRow]) -> Sequence[bool]:
        self._tell(len(items))
        return [True] * len(items) if self.findings is None else self.findings.look(items)

    def look_at(self, piece: Any) -> Sequence[bool]:
        self._tell(len(piece))
        return [True] * len(piece) if self.findings is None else self.findings.look_at(piece)

    def _tell(self, n: int) -> None:
        self.n_read += n
        self.tell(self.n_read)


def _take_items(
    checked: CheckedImport, study: Study | None, files: ImportFiles, tell: Tell, scanned: Scanned | None
) -> None:
    report = CheckReport(files.items_name or ITEMS_FILE)
    found: ItemsFile = check_items(
        files.items or b"",
        known=known_items(study) if study is not None else KnownItems(),
        max_bytes=settings.MAX_IMPORT_BYTES,
        report=report,
        reading=checked.options.reading,
        look=_Looking(None if scanned else checked.findings, tell),
    )
    checked.items = found.rows
    checked.n_items_known = found.n_known
    if scanned is not None:
        checked.findings = scanned.findings_in(found)
    if files.ratings is not None:
        checked.texts |= {row.external_id: (row.turns, row.texts) for row in found.rows}
    checked.report.absorb(report)


def _take_ratings(
    checked: CheckedImport, study: Study | None, data: Data, description: Description | None
) -> None:
    report = CheckReport(RATINGS_FILE)
    checked.description, table = read_ratings(data, description, report)
    asked = _asked(checked, study, table, report) if table.rows else None
    if asked is not None:
        checked.ratings = check_ratings(table, _expected(checked, study, asked), report)
        checked.bare_items = [
            ItemRow(0, name, checked.description.conversation_of(name), factors=factors)
            for name, factors in checked.ratings.items.items()
        ]
    checked.report.absorb(report)


def _expected(checked: CheckedImport, study: Study | None, asked: Mapping[str, AskedQuestion]) -> Expected:
    groups = {group.key for group in checked.description.groups}
    if study is not None:
        groups |= set(Group.objects.filter(study=study).values_list("key", flat=True))
    return Expected(
        questions=asked,
        items=frozenset(checked.texts),
        may_add_items=checked.options.add_items,
        groups=frozenset(groups),
        may_add_groups=checked.options.add_groups,
        raters=imported_raters(study) if study is not None else {},
        answers=imported_answers(study) if study is not None else {},
        factor_columns=checked.description.factor_columns,
        keep_out_of_scale=checked.options.keep_out_of_scale,
    )


def _asked(
    checked: CheckedImport, study: Study | None, table: Table, report: CheckReport
) -> dict[str, AskedQuestion] | None:
    """The questions by the names they have in the file: of the description, made from the file, or of the
    study's newest published rubric."""
    described, options = checked.description, checked.options
    if described.rubric is not None:
        checked.document = with_measurement(described.rubric, options.measurement)
        by_key = questions_of(checked.document)
        return by_key | {name: by_key[key] for name, key in described.dimensions.items()}
    if options.scale:
        return _made_questions(checked, dimensions_of(table), report)
    checked.version = _newest_version(study)
    if checked.version is None:
        report.add(
            0,
            "the study has no published questions to compare the dimensions with. "
            "Say the scale (such as 1-5) to make questions from the file.",
        )
        return None
    return _questions_of_version(checked.version)


def _made_questions(
    checked: CheckedImport, names: list[str], report: CheckReport
) -> dict[str, AskedQuestion] | None:
    try:
        points = scale_of(checked.options.scale)
        checked.document = document_of(names, points, checked.options.measurement or "ordinal")
    except ValueError as error:
        report.add(0, str(error))
        return None
    by_key = questions_of(checked.document)
    return {name: by_key[key_of(name)] for name in names}


def _newest_version(study: Study | None) -> RubricVersion | None:
    published = RubricVersion.objects.filter(state=RubricVersion.State.PUBLISHED)
    return published.filter(rubric__study=study).order_by("-published_at", "-pk").first() if study else None


def _questions_of_version(version: RubricVersion) -> dict[str, AskedQuestion]:
    questions = (
        Question.objects.filter(version=version).select_related("scale").prefetch_related("scale__levels")
    )
    return {
        question.key: AskedQuestion(question.key, frozenset(level.value for level in question.levels))
        for question in questions
    }
