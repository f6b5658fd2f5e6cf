"""Small files to import, and the way to do it in tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from annotation.models import Study, User
from rating.services.import_sources import ImportFiles, ImportOptions
from rating.services.study_imports import ImportOutcome, import_study

ITEMS = (
    "item,conversation,response,source_kind,factor:topic\n"
    'one,"Seeker: I can\'t sleep.\nSupporter: That sounds hard. 🙂\nSeeker: It is.",'
    "A warm reply.,ai,sleep\n"
    '"two","Supporter: Hello.\nSeeker: Hi.",,,\n'
)
HEADER = "item,rater,group,dimension,value,missing,evidence_span,comment,submitted_at\n"
RATINGS = HEADER + (
    "one,Ann Smith,peer,Warmth,4.0,, sounds hard ,Thinking,2026-02-01T10:00:00Z\n"
    "one,Ann Smith,peer,Trust,2,,not there at all,Thinking,2026-02-01T10:05:00Z\n"
    "two,Ann Smith,peer,Warmth,,,,,\n"
    "two,Ann Smith,peer,Trust,,cannot_judge,,,\n"
    "one,Bob,peer,Warmth,3,,warm reply,,\n"
    "one,model-x,llm,Warmth,5,,,,\n"
)
OPTIONS = ImportOptions(scale="1-5", add_groups=True, judge_groups=("llm",))


def ratings_of(rows: Sequence[tuple[str, str, str, str, object]]) -> str:
    """A ratings file of (item, rater, group, dimension, value) rows."""
    return "item,rater,group,dimension,value\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)


def bring_in(
    study: Study | None,
    *,
    actor: User,
    items: str | None = ITEMS,
    ratings: str | None = RATINGS,
    options: ImportOptions = OPTIONS,
    **fields: Any,
) -> ImportOutcome:
    files = ImportFiles(
        items=items.encode() if items is not None else None,
        ratings=ratings.encode() if ratings is not None else None,
    )
    return import_study(study, files, options, actor=actor, **fields)
