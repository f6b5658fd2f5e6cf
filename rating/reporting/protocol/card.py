"""From the record to the card."""

from __future__ import annotations

from collections.abc import Sequence

from rating.reporting.protocol import people_parts, process_parts, rating_parts
from rating.reporting.protocol.document import ProtocolCard, moment
from rating.reporting.protocol.facts import Record
from rating.reporting.protocol.grras import CITATION, grras
from rating.reporting.tables import Table

LEAD = (
    "What a methods section and an ethics board ask of this study, read from its records by Attune {version} "
    "on {at}. Nothing here was typed for the card; what the records do not hold says “not recorded”."
)
OPEN = "The {stage} stage is open: these numbers will change."


def protocol_card(
    record: Record, *, tables: Sequence[Table] = (), sentences: Sequence[str] = ()
) -> ProtocolCard:
    """The card of one stage. `tables` and `sentences`: those of its analysis, over all questions."""
    parts = [
        people_parts.study_part(record),
        people_parts.ethics_part(record),
        people_parts.raters_part(record),
        people_parts.consent_part(record),
        people_parts.training_part(record),
        process_parts.items_part(record),
        process_parts.rubric_part(record),
        process_parts.design_part(record),
        process_parts.blinding_part(record),
        rating_parts.ratings_part(record),
        rating_parts.missing_part(record),
        rating_parts.exclusions_part(record),
        rating_parts.time_part(record),
        rating_parts.analysis_part(record),
        rating_parts.agreement_part(record, tables),
        rating_parts.misalignment_part(record, tables, sentences),
        people_parts.care_part(record),
    ]
    return ProtocolCard(
        title=f"Protocol card: {record.study.title}",
        lead=LEAD.format(version=record.software, at=moment(record.made_at)),
        made_at=record.made_at,
        identity=_identity(record),
        parts=parts,
        checklist=grras(record, {part.key: part for part in parts}),
        cautions=_cautions(record, tables),
    )


def _identity(record: Record) -> dict[str, object]:
    found = record.analysis
    return {
        "study": record.code,
        "stage": record.stage,
        "attune": record.software,
        "analysis": found.code if found else None,
        "snapshot_digest": found.digest if found else None,
        "standing": found.word if found else None,
        "checklist": CITATION,
    }


def _cautions(record: Record, tables: Sequence[Table]) -> list[str]:
    """What a reader must not miss."""
    said = []
    if record.study.notice or record.study.is_invented:
        said.append(record.study.notice or "The conversations of this study are invented.")
    at_work = record.at_work
    if at_work is not None and at_work.state == "open":
        said.append(OPEN.format(stage=at_work.label.lower()))
    if record.is_imported:
        said.append(process_parts.ELSEWHERE)
    return list(dict.fromkeys([*said, *(table.caution for table in tables if table.caution)]))
