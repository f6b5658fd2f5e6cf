"""The labeling configuration that fits the tasks of a Label Studio export: objects, then a control a column.

Tags and attributes as https://labelstud.io/tags documents them.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from annotation.models import Question
from rating.queries.exports import WideColumn
from rating.services.codebook import REASONS
from rating.services.csv_cells import number_text
from rating.services.export_tables import missing_name

TALK, COMMENT = "conversation", "comment"
# Where a task holds the turns of the conversation, and what of each: as our own import reads them.
TURNS, SPEAKER, WORDS = "turns", "speaker", "text"


def reply_name(position: int) -> str:
    return f"response_{position}"


def data_name(position: int) -> str:
    """Where a task holds the text of a reply: the first two under the names that our own import reads."""
    return {1: "response", 2: "response_b"}.get(position, reply_name(position))


def object_of(target: str) -> str:
    """The object that an answer about a target is attached to: a reply, or the conversation."""
    kind, _, place = target.partition(":")
    return reply_name(int(place)) if kind == "response" else TALK


def passage_name(target: str) -> str:
    """The control of passages in a reply or in the conversation."""
    return f"passages_{object_of(target)}"


def passage_label(question: str, label: str) -> str:
    return ": ".join(part for part in (question, label) if part) or "passage"


def config(
    columns: Iterable[WideColumn],
    questions: dict[str, Question],
    *,
    positions: Iterable[int],
    labels: Iterable[str],
) -> str:
    """The configuration as XML."""
    view, labels = Element("View"), list(labels)
    shown = {"value": f"${TURNS}", "nameKey": SPEAKER, "textKey": WORDS, "layout": "dialogue"}
    SubElement(view, "Paragraphs", {"name": TALK, **shown})
    _add_labels(view, "ParagraphLabels", TALK, labels)
    for position in positions:
        name = reply_name(position)
        SubElement(view, "Header", value=f"Reply {position}")
        SubElement(view, "Text", name=name, value=f"${data_name(position)}")
        _add_labels(view, "Labels", name, labels)
    for column in columns:
        _add_column(view, column, questions[column.question])
    SubElement(view, "Header", value="Comment")
    SubElement(view, "TextArea", name=COMMENT, toName=TALK)
    indent(view)
    return tostring(view, encoding="unicode") + "\n"


def _add_labels(view: Element, tag: str, name: str, labels: Iterable[str]) -> None:
    control = SubElement(view, tag, name=f"passages_{name}", toName=name)
    for label in labels:
        SubElement(control, "Label", value=label)


def _add_column(view: Element, column: WideColumn, question: Question) -> None:
    place = "" if column.perspective == "self" else f", as {column.perspective} would"
    about = ", ".join(part for part in (column.target, column.part) if part)
    SubElement(view, "Header", value=f"{question.text} ({about}{place})")
    to = object_of(column.target)
    if column.is_text:
        SubElement(view, "TextArea", name=column.name, toName=to)
    elif question.levels:
        control = SubElement(view, "Choices", name=column.name, toName=to, choice="single", showInline="true")
        for level in question.levels:
            SubElement(control, "Choice", value=level.label, alias=number_text(level.value))
    else:
        SubElement(view, "Number", name=column.name, toName=to)
    missing = SubElement(view, "Choices", name=missing_name(column), toName=to, choice="single")
    for reason, words in REASONS.items():
        SubElement(missing, "Choice", value=words, alias=reason.value)
