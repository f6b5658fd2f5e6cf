"""Le-Wi-Di JSON: every rater's own answer and the soft label, one file for each question or part of one.

The shape of the shared tasks on learning with disagreements (Leonardelli et al. 2023, 2025): an object of
instances by name, each with its text, its annotations by annotator, and the distribution over the labels.
"""

from __future__ import annotations

import json
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from annotation.models import Question
from rating.queries.preference_items import RatedItem, rated_items
from rating.queries.ratings import OWN_VIEW, part_name
from rating.queries.shown_raters import ShownRater
from rating.services.csv_cells import number_text
from rating.services.export_formats.registered import ExportFormat, ExportSource
from rating.services.texts_leave import texts_may_not_leave

INDEX, ANNOTATORS = "lewidi.json", "lewidi_annotators_meta.json"
Answers = dict[ShownRater, float]


@dataclass
class _Writer:
    """One JSON object a file, written instance by instance."""

    folder: Path
    stack: ExitStack
    files: dict[str, IO[str]] = field(default_factory=dict)
    n_instances: Counter[str] = field(default_factory=Counter)

    def add(self, question: str, name: str, body: dict[str, Any]) -> None:
        file = self.files.get(question)
        if file is None:
            path = self.folder / f"lewidi-{question}.json"
            file = self.stack.enter_context(path.open("w", encoding="utf-8", newline="\n"))
            self.files[question] = file
        file.write(",\n" if self.n_instances[question] else "{\n")
        self.n_instances[question] += 1
        file.write(f"{json.dumps(name)}: {json.dumps(body, ensure_ascii=False)}")

    def close(self) -> None:
        for file in self.files.values():
            file.write("\n}\n")
        told = json.dumps({"n_instances": dict(self.n_instances)}, ensure_ascii=False, indent=1)
        (self.folder / INDEX).write_text(f"{told}\n", encoding="utf-8")


def soft_label(values: list[float], levels: list[float]) -> dict[str, float]:
    """The share of each level among the values; the values' own where the scale has none.

    >>> soft_label([1.0, 1.0, 2.0, 1.0], [1.0, 2.0, 3.0])
    {'1': 0.75, '2': 0.25, '3': 0.0}
    """
    counts = Counter(values)
    shown = levels or sorted(counts)
    return {number_text(level): counts[level] / len(values) for level in shown}


def hard_label(soft: dict[str, float]) -> str:
    """The label that most gave; empty where two share the place.

    >>> hard_label({"1": 0.5, "2": 0.5}), hard_label({"1": 0.2, "2": 0.8})
    ('', '2')
    """
    most = max(soft.values())
    first = [label for label, share in soft.items() if share == most]
    return first[0] if len(first) == 1 else ""


def instance(item: RatedItem, question: Question, target: str, answers: Answers) -> dict[str, Any]:
    """One text with everybody's answer to one question about it."""
    levels = [level.value for level in question.levels]
    groups = sorted({rater.group for rater in answers})
    soft = soft_label(list(answers.values()), levels)
    return {
        "annotation task": question.text,
        "text": _text(item, target),
        "number of annotations": len(answers),
        "number of annotators": len(answers),
        "annotators": ",".join(rater.name for rater in answers),
        "annotations": {rater.name: number_text(value) for rater, value in answers.items()},
        "soft_label": soft,
        "hard_label": hard_label(soft),
        "lang": item.language,
        "split": "all",
        "other_info": {
            "item_id": item.name,
            "target": target,
            "annotator_groups": {rater.name: rater.group for rater in answers},
            "soft_label_by_group": {
                group: soft_label([v for rater, v in answers.items() if rater.group == group], levels)
                for group in groups
            },
        },
    }


def _text(item: RatedItem, target: str) -> dict[str, str]:
    """The conversation, and what of it or beside it was judged."""
    kind, _, place = target.partition(":")
    found = {"conversation": "\n".join(f"{speaker}: {text}" for _, speaker, text in item.turns)}
    if kind == "response":
        found["reply"] = item.replies.get(int(place), "")
    if kind == "turn":
        found["turn"] = next((text for number, _, text in item.turns if number == int(place)), "")
    if kind == "pair":
        found |= {f"reply {number}": item.replies.get(int(number), "") for number in place.split("-")}
    return found


def write(source: ExportSource, folder: Path) -> None:
    questions, shown = source.newest_questions(), source.shown
    known = {rater.name: {"Group": rater.group} for rater in sorted(shown.values())}
    (folder / ANNOTATORS).write_text(f"{json.dumps(known, ensure_ascii=False, indent=1)}\n", encoding="utf-8")
    with ExitStack() as stack:
        writer = _Writer(folder, stack)
        for item in rated_items(source.scope, source.items()):
            if item.is_restricted and not source.scope.with_restricted:
                continue
            for (key, target, part, perspective), cells in item.values.items():
                if perspective != OWN_VIEW:
                    continue
                # Of somebody who met the item twice, what was answered first.
                first = dict(sorted(cells.items(), key=lambda cell: -cell[0][1]))
                answers = {shown[rater]: value for (rater, _), value in first.items()}
                ordered = dict(sorted(answers.items()))
                name = item.name if target == "item" else f"{item.name}#{target}"
                writer.add(part_name(key, part), name, instance(item, questions[key], target, ordered))
            source.tell(0.5, "Writing instances")
        writer.close()


FORMAT = ExportFormat(
    key="lewidi",
    label=_("Le-Wi-Di JSON"),
    words=_("Every rater’s own answer and the soft label: for learning with disagreements."),
    ending="json",
    media_type="application/json",
    write=write,
    lacks=texts_may_not_leave,
    notes=(
        "lewidi-<question>.json: an object of instances by item (and target): annotations by pseudonym, "
        "soft_label the share of each level, over all raters and by group, hard_label the commonest level or "
        "empty. lewidi_annotators_meta.json: the group of every annotator, as the shared task of 2025 has "
        "what it knows of them. lewidi.json: how many instances there are. Reasons for no answer are in the "
        "CSV files. These files hold the study's texts; items whose texts may describe ways to self-harm are "
        "left out unless unlocked."
    ),
)
