"""Croissant metadata of an export: its files with digests, their columns, and the responsible-AI fields.

Vocabulary: Croissant 1.0 and Croissant RAI 1.0 (MLCommons). Every sentence is read from the protocol card;
what that has no record of says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

from rating.queries.exports import WideColumn
from rating.reporting.protocol.document import NOT_RECORDED, ProtocolCard, shown
from rating.services.codebook import codebook
from rating.services.export_formats.registered import ExportSource
from rating.services.export_packing import PackedFile
from rating.services.export_tables import confidence_name, missing_name
from rating.software import software_version

NAME = "croissant.json"
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "equivalentProperty": "cr:equivalentProperty",
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
MEDIA_TYPES = {
    ".csv": "text/csv",
    ".parquet": "application/x-parquet",
    ".jsonl": "application/jsonlines",
    ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".sav": "application/x-spss-sav",
    ".dta": "application/x-stata-dta",
    ".md": "text/markdown",
    ".xml": "application/xml",
}
# Files whose columns the codebook tells; a Parquet file has those of the CSV file of its name.
TABLES = (".csv", ".parquet")
# Never empty. Whatever may be empty is a floating-point number: programs have no missing whole number.
WHOLE = frozenset({"occurrence", "rubric_version", "revision", "adjudicator"})
NUMBERS = frozenset(
    {
        "value",
        "strength",
        "confidence",
        "active_ms",
        "question_ms",
        "severity",
        "start",
        "end",
        "milliseconds",
        "own_value",
        "decision_value",
    }
)
TRUTHS = frozenset(
    {"is_current", "has_text", "is_exception", "is_withheld", "is_masked", "is_heavy", "shares_publicly"}
)
TEXT, NUMBER = "sc:Text", "sc:Float"
SENSITIVE = (
    "Raters stand under pseudonyms; no login, e-mail address or name is in the files. A group of fewer "
    "raters than the study's limit is not told. Comments pass a scan for identifiers and are masked until "
    "somebody has read them. Words and texts are about mental health and may be disturbing."
)


def croissant_json(source: ExportSource, files: Sequence[PackedFile], card: ProtocolCard) -> bytes:
    """The metadata as JSON-LD, for these files beside it."""
    text = json.dumps(croissant_of(source, files, card), ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def croissant_of(source: ExportSource, files: Sequence[PackedFile], card: ProtocolCard) -> dict[str, Any]:
    study = source.scope.study
    made_at = card.made_at.astimezone(UTC).replace(microsecond=0)
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": f"attune-{study.code}-{source.scope.stage}",
        "alternateName": study.title,
        "description": study.purpose or f"Ratings of the study “{study.title}”.",
        "conformsTo": [
            "http://mlcommons.org/croissant/1.0",
            "http://mlcommons.org/croissant/RAI/1.0",
        ],
        "url": f"urn:attune:{study.code}",
        "version": f"1.0.{source.scope.last_key}",
        "datePublished": made_at.strftime("%Y-%m-%dT%H:%M:%S"),
        "keywords": ["mental health support", "human ratings", "annotator disagreement"],
        **_responsible(card),
        "distribution": [_file_object(file) for file in files],
        "recordSet": _record_sets(source, files),
    }


def _file_object(file: PackedFile) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "contentUrl": file.name,
        "contentSize": f"{file.size} B",
        "encodingFormat": MEDIA_TYPES.get(PurePath(file.name).suffix, "application/octet-stream"),
        "sha256": file.digest,
    }


def _record_sets(source: ExportSource, files: Sequence[PackedFile]) -> list[dict[str, Any]]:
    """One for each table whose columns the codebook tells."""
    noted = {PurePath(note.name).stem: note.columns for note in codebook(source).files}
    wide = _wide_types(source.columns)
    return [
        _record_set(file.name, noted[path.stem], wide)
        for file in files
        if (path := PurePath(file.name)).suffix in TABLES and path.stem in noted
    ]


def _record_set(name: str, columns: Mapping[str, str], types: Mapping[str, str]) -> dict[str, Any]:
    key = _identifier(name)
    return {
        "@type": "cr:RecordSet",
        "@id": key,
        "name": key,
        "description": f"The rows of {name}.",
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{key}/{column}",
                "name": f"{key}/{column}",
                "description": words,
                "dataType": types.get(column) or data_type(column),
                "source": {"fileObject": {"@id": name}, "extract": {"column": column}},
            }
            for column, words in columns.items()
        ],
    }


def _identifier(name: str) -> str:
    """A name of letters, digits, - and _.

    >>> _identifier("ratings-long.csv")
    'ratings-long-csv'
    """
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name)


def data_type(column: str) -> str:
    """The type of a column of the codebook, by its name; text unless it is known."""
    if column in WHOLE:
        return "sc:Integer"
    if column in NUMBERS:
        return NUMBER
    if column.endswith("_at"):
        return "sc:DateTime"
    # A truth may be empty, or stand as true and false in CSV: as text it is the same in every file.
    return "sc:Boolean" if column in TRUTHS - {"shares_publicly"} else TEXT


def _wide_types(columns: Sequence[WideColumn]) -> dict[str, str]:
    found: dict[str, str] = {}
    for column in columns:
        found[column.name] = TEXT if column.is_text else NUMBER
        found[missing_name(column)] = TEXT
        if column.has_confidence:
            found[confidence_name(column)] = NUMBER
    return found


def _responsible(card: ProtocolCard) -> dict[str, Any]:
    """The RAI fields, each a paragraph of the card."""
    return {
        "rai:dataCollection": _told(card, "design", "blinding"),
        "rai:dataCollectionType": ["Manual Human Curator"],
        "rai:dataCollectionMissingData": _told(card, "missing"),
        "rai:dataCollectionRawData": _told(card, "items"),
        "rai:dataCollectionTimeFrame": _days(card),
        "rai:dataPreprocessingProtocol": [
            "None: answers stand as they were given, the newest revision of each marked or alone.",
        ],
        "rai:dataAnnotationProtocol": [_told(card, "rubric", "training")],
        "rai:dataAnnotationPlatform": [f"Attune {software_version()}"],
        "rai:dataAnnotationAnalysis": [*_rows(card, "agreement"), *_rows(card, "misalignment")],
        "rai:annotationsPerItem": "; ".join(_rows(card, "ratings")) or NOT_RECORDED,
        "rai:annotatorDemographics": [_told(card, "raters"), *_rows(card, "raters")],
        "rai:machineAnnotationTools": [_fact(card, "raters", "judges") or "None: people rated."],
        "rai:dataUseCases": [
            "Agreement within and misalignment between groups of raters. Others: not recorded."
        ],
        "rai:dataBiases": [_told(card, "exclusions")],
        "rai:dataLimitations": [
            f"Not recorded: {title}: {'; '.join(labels)}." for title, labels in card.missing
        ],
        "rai:dataSocialImpact": "Not recorded: for the authors to write.",
        "rai:personalSensitiveInformation": [SENSITIVE],
        "rai:dataReleaseMaintenancePlan": _told(card, "study", "consent"),
    }


def _part(card: ProtocolCard, key: str) -> Any:
    return next(part for part in card.parts if part.key == key)


def _fact(card: ProtocolCard, part: str, key: str) -> str:
    return next((str(fact.text) for fact in _part(card, part).facts if fact.key == key), "")


def _days(card: ProtocolCard) -> list[str]:
    """Days of the first and of the last rating; none before there are any."""
    facts = _part(card, "ratings").facts
    days = [fact.value for fact in facts if fact.key in {"first_at", "last_at"}]
    return [day.astimezone(UTC).date().isoformat() for day in days if isinstance(day, datetime)]


def _told(card: ProtocolCard, *parts: str) -> str:
    """The facts of parts as one paragraph."""
    lines = [f"{fact.label}: {fact.text}." for key in parts for fact in _part(card, key).facts]
    return " ".join([*lines, *(words for key in parts for words in _part(card, key).remarks)])


def _rows(card: ProtocolCard, part: str) -> list[str]:
    """The rows of a part's tables, each as a sentence."""
    said = []
    for table in _part(card, part).tables:
        words = shown(table)
        for row in words.rows:
            cells = [f"{name} {cell}" for name, cell in zip(words.columns[1:], row[1:], strict=True)]
            said.append(f"{table.title}: {row[0]}: {', '.join(cells)}.")
    return said
