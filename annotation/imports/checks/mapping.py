"""Which column of a file is what: chosen by a person, recognised from a published data set, or guessed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from annotation.imports.checks.columns import FACTOR_PREFIX, ITEM_COLUMNS, column_places, is_factor
from annotation.imports.checks.published import LEFT_OUT, recognised_shape
from annotation.imports.checks.questions import key_of
from annotation.imports.checks.report import CheckReport

# A mapping leads from the name in the file to one of our columns, “factor:name”, “item:prefix”, or nothing.
ITEM_PREFIX = "item:"
# Stands for “no column”: items are named after their texts.
NO_COLUMN = "*"
TEXT_COLUMNS = ("conversation", "turns", "messages", "prompt")
_BY_NAME = {name: column.name for column in ITEM_COLUMNS for name in (column.name, *column.aliases)}


@dataclass(frozen=True)
class Reading:
    """How a file of items is read.

    Attributes:
        mapping: our column by the name in the file; empty: as the data set or the names themselves say.
        encoding: of a CSV file that is not UTF-8; “windows-1252” is the one that is offered.
        keep_broken: leave letters alone that were broken by a wrong encoding.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""
    keep_broken: bool = False


# Names that people give to columns, by what they most often hold.
_GUESSES = {
    "item": "id uid item_id itemid sample_id prompt_id question_id key index no nr",
    "prompt": "question user input instruction post text scenario query user_message seeker patient context "
    "content question_text frage pregunta",
    "response": "response_a answer reply output completion assistant generated model_response counselor "
    "therapist answer_a response_1 antwort respuesta",
    "response_b": "answer_b response_2 reply_b output_b",
    "source_name": "model model_name system author model_a",
    "source_name_b": "model_b",
    "language": "lang locale",
    "gold": "gold_label correct correct_answer gold_letter ground_truth",
    "conversation_id": "dialogue_id dialog_id thread_id session_id conv_id",
}
_GUESS_OF = {name: target for target, names in _GUESSES.items() for name in names.split()}
_FACTORS = frozenset(
    {"topic", "category", "subcategory", "method", "tone", "domain", "severity", "type", "theme"}
)


def guessed(names: Sequence[str]) -> dict[str, str]:
    """What each column most likely is; every target once. The first column that fits a target gets it.

    >>> guessed(["ID", "Question", "Topic", "notes"])
    {'ID': 'item', 'Question': 'prompt', 'Topic': 'factor:topic', 'notes': ''}
    """
    shape = recognised_shape(names)
    if shape is not None:
        return {name: shape.mapping.get(name, LEFT_OUT) for name in names}
    found: dict[str, str] = {}
    for name in names:
        target = _guess(name)
        clashes = target in found.values() or (
            target in TEXT_COLUMNS and not set(TEXT_COLUMNS).isdisjoint(found.values())
        )
        found[name] = LEFT_OUT if clashes else target
    return found


def _guess(name: str) -> str:
    small = "_".join(name.partition("(")[0].lower().split())
    if small in _BY_NAME:
        return _BY_NAME[small]
    if is_factor(name):
        return name
    if small in _FACTORS:
        return f"{FACTOR_PREFIX}{key_of(small)}"
    return _GUESS_OF.get(small, LEFT_OUT)


def needs_mapping(names: Sequence[str], reading: Reading, *, names_items: bool) -> bool:
    """Whether a person has to say what the columns are: a name is unknown, or the text is nowhere.

    Args:
        names_items: the format need not have a name for its items.
    """
    if reading.mapping or recognised_shape(names) is not None or len(names) < 1:
        return False
    known = [_BY_NAME.get(name.strip().lower(), name if is_factor(name) else "") for name in names]
    has_text = not set(known).isdisjoint((*TEXT_COLUMNS, "response"))
    return "" in known or not has_text or not ("item" in known or names_items)


def targets_of(
    names: Sequence[str], mapping: Mapping[str, str], *, names_items: bool, report: CheckReport
) -> dict[str, str]:
    """Our column for each name of the file that is read. What does not fit becomes defects of line 1."""
    shape = None if mapping else recognised_shape(names)
    if shape is not None:
        mapping = shape.mapping
    if not mapping and not names_items:
        places = column_places(names, ITEM_COLUMNS, report=report)
        _need_text(places, report)
        return {names[place]: target for target, place in places.items()}
    told = {name: _target(name, mapping, names_items=names_items) for name in names}
    found = {name: target for name, target in told.items() if target is not None}
    for name in [name for name in names if name not in found]:
        report.add(1, f"the column “{name}” is not expected. Say what it is, or that it is left out.")
    taken = [target.split(":")[0] if target.startswith(ITEM_PREFIX) else target for target in found.values()]
    for target in sorted({target for target in taken if target and taken.count(target) > 1}):
        report.add(1, f"two columns are read as “{target}”: leave one of them out.")
    if "item" not in taken and mapping.get(NO_COLUMN) != "item" and not names_items:
        report.add(1, "no column is read as “item”, the item's name.")
    _need_text(taken, report)
    return {name: target for name, target in found.items() if target}


def _need_text(targets: Collection[str], report: CheckReport) -> None:
    if report.is_clean() and set(targets).isdisjoint((*TEXT_COLUMNS, "response")):
        report.add(1, "the column “conversation” (or “turns”, “messages”, “prompt”) is missing.")


def _target(name: str, mapping: Mapping[str, str], *, names_items: bool) -> str | None:
    """None: nobody said what the column is."""
    if name in mapping:
        return mapping[name]
    outer = name.split(".", maxsplit=1)[0]
    if outer in mapping and "." in name:
        return mapping[outer]
    own = _BY_NAME.get(name.strip().lower()) or (name if is_factor(name) else None)
    if own is None and names_items and name.strip().lower() == "id":
        return "item"
    return own


def mapping_defects(mapping: Mapping[str, str]) -> list[str]:
    """What is wrong with a mapping itself, before any file is read with it."""
    known = {column.name for column in ITEM_COLUMNS}
    wrong = [
        f"“{target}” (for “{name}”) is no column: expected are {', '.join(sorted(known))}, item:prefix, "
        "factor:name, or nothing for a column that is left out."
        for name, target in mapping.items()
        if target and target not in known and not is_factor(target) and not target.startswith(ITEM_PREFIX)
    ]
    if mapping.get(NO_COLUMN, "item") != "item":
        wrong.append("“*” can only stand for “item”.")
    return wrong
