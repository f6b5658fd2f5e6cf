"""Preference sets for DPO, ORPO and KTO: per question and group, with conflicts, vetoes and a balance report.

An item is read with its texts, judged, written and forgotten.
"""

from __future__ import annotations

import json
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from annotation.models import Question, Turn
from rating.agreement.preference_sets import (
    ALL,
    Outcome,
    Pair,
    Verdict,
    Vote,
    conflicts,
    labels,
    outcome,
    over_groups,
    verdicts,
)
from rating.queries.exports import ExportScope
from rating.queries.preference_items import RatedItem, rated_items
from rating.services.csv_cells import csv_line
from rating.services.export_formats.registered import ExportFormat, ExportSource
from rating.services.preference_balance import COLUMNS, Balance
from rating.services.preference_source import PreferenceSource
from rating.services.texts_leave import texts_may_not_leave

ROLES = {Turn.Speaker.SEEKER: "user", Turn.Speaker.SUPPORTER: "assistant"}
RESTRICTED = "restricted text"
BALANCE, SUMMARY = "preferences-balance.csv", "preferences.json"


@dataclass
class _Set:
    """Counts of one question's set for one group."""

    balance: Balance = field(default_factory=Balance)
    outcomes: Counter[str] = field(default_factory=Counter)
    n_labels: Counter[str] = field(default_factory=Counter)


@dataclass
class _Writer:
    """Opens a file the first time that something is written to it."""

    folder: Path
    stack: ExitStack
    files: dict[str, IO[str]] = field(default_factory=dict)
    sets: dict[tuple[str, str], _Set] = field(default_factory=dict)
    n_conflicts: Counter[str] = field(default_factory=Counter)
    n_restricted: int = 0

    def line(self, name: str, body: dict[str, Any]) -> None:
        if name not in self.files:
            file = (self.folder / name).open("w", encoding="utf-8", newline="\n")
            self.files[name] = self.stack.enter_context(file)
        self.files[name].write(json.dumps(body, ensure_ascii=False) + "\n")

    def set_of(self, question: str, group: str) -> _Set:
        return self.sets.setdefault((question, group), _Set())


def _message(role: str, text: str) -> list[dict[str, str]]:
    return [{"role": role, "content": text}]


def _prompt(item: RatedItem) -> list[dict[str, str]]:
    return [_message(ROLES[Turn.Speaker(speaker)], text)[0] for _, speaker, text in item.turns]


def _reply(item: RatedItem, position: int) -> list[dict[str, str]]:
    return _message("assistant", item.replies[position])


def _pair_row(item: RatedItem, question: str, group: str, verdict: Verdict) -> dict[str, Any]:
    return {
        "prompt": _prompt(item),
        "chosen": _reply(item, verdict.chosen),
        "rejected": _reply(item, verdict.rejected),
        "margin": verdict.margin,
        "n_raters": verdict.n_raters,
        "group": group,
        "share": verdict.share,
        "n_ties": verdict.n_ties,
        "question": question,
        "item_id": item.name,
        "chosen_response": f"response:{verdict.chosen}",
        "rejected_response": f"response:{verdict.rejected}",
    }


def _conflict_row(
    item: RatedItem, question: str, found: tuple[str, str, Verdict, Verdict], vetoed: frozenset[int]
) -> dict[str, Any]:
    one, other, mine, theirs = found
    return {
        "prompt": _prompt(item),
        "preferred_by_a": _reply(item, mine.chosen),
        "preferred_by_b": _reply(item, theirs.chosen),
        "group_a": one,
        "group_b": other,
        "margin_a": mine.margin,
        "margin_b": theirs.margin,
        "n_raters_a": mine.n_raters,
        "n_raters_b": theirs.n_raters,
        "is_vetoed_a": mine.chosen in vetoed,
        "is_vetoed_b": theirs.chosen in vetoed,
        "question": question,
        "item_id": item.name,
        "response_a": f"response:{mine.chosen}",
        "response_b": f"response:{theirs.chosen}",
    }


def _write_item(writer: _Writer, item: RatedItem, question: Question, source: PreferenceSource) -> None:
    votes = [
        vote
        for vote in source.votes(item, question)
        if vote.first in item.replies and vote.second in item.replies
    ]
    by_group: dict[str, dict[Pair, Verdict]] = verdicts(votes)
    vetoed = source.vetoed(item)
    opposed = conflicts(by_group, source.people, source.rules)
    for found in opposed:
        writer.n_conflicts[question.key] += 1
        writer.line(f"conflicts-{question.key}.jsonl", _conflict_row(item, question.key, found, vetoed))
    in_conflict = {(mine.first, mine.second) for _, _, mine, _ in opposed}
    for group, of_pair in {**by_group, ALL: over_groups(by_group, source.people)}.items():
        kept = [
            verdict
            for pair, verdict in of_pair.items()
            if _counted(writer.set_of(question.key, group), pair, verdict, source, vetoed,
                        in_conflict if group == ALL else set())
        ]  # fmt: skip
        _write_set(writer, item, question.key, group, kept)
    _count_sides(writer, item, question.key, votes)


def _counted(
    found: _Set,
    pair: Pair,
    verdict: Verdict,
    source: PreferenceSource,
    vetoed: frozenset[int],
    in_conflict: set[Pair],
) -> bool:
    """Whether the pair is in the set; where it is not, why is counted."""
    said = Outcome.CONFLICT if pair in in_conflict else outcome(verdict, source.rules, vetoed)
    found.outcomes[said] += 1
    return said is Outcome.PAIR


def _write_set(writer: _Writer, item: RatedItem, question: str, group: str, kept: list[Verdict]) -> None:
    found = writer.set_of(question, group)
    for verdict in kept:
        found.balance.add(item, verdict)
        writer.line(f"dpo-{question}-{group}.jsonl", _pair_row(item, question, group, verdict))
    for reply, label in labels(kept).items():
        found.n_labels["desirable" if label else "undesirable"] += 1
        row = {"prompt": _prompt(item), "completion": _reply(item, reply), "label": label}
        told = {"group": group, "question": question, "item_id": item.name, "response": f"response:{reply}"}
        writer.line(f"kto-{question}-{group}.jsonl", row | told)


def _count_sides(writer: _Writer, item: RatedItem, question: str, votes: list[Vote]) -> None:
    for vote in votes:
        order = item.orders.get(vote.rater, [])
        writer.set_of(question, vote.group).balance.add_vote(order, vote.first, vote.second, vote.strength)


def _write_reports(writer: _Writer, source: PreferenceSource, folder: Path) -> None:
    with (folder / BALANCE).open("w", encoding="utf-8", newline="") as file:
        file.write(f"{csv_line(COLUMNS)}\r\n")
        for (question, group), found in sorted(writer.sets.items()):
            for row in found.balance.rows(question, group):
                file.write(f"{csv_line(row)}\r\n")
    body = {
        "rules": asdict(source.rules),
        "questions": [question.key for question in source.questions],
        "n_items_left_out": {RESTRICTED: writer.n_restricted},
        "n_conflicts": dict(writer.n_conflicts),
        "sets": [
            {
                "question": question,
                "group": group,
                "compared": {str(said): n for said, n in sorted(found.outcomes.items())},
                "labels": dict(found.n_labels),
            }
            for (question, group), found in sorted(writer.sets.items())
        ],
    }
    (folder / SUMMARY).write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write(source: ExportSource, folder: Path) -> None:
    preferences = PreferenceSource.of(source)
    with ExitStack() as stack:
        writer = _Writer(folder, stack)
        for item in rated_items(source.scope, source.items()):
            if item.is_restricted and not source.scope.with_restricted:
                writer.n_restricted += 1
                continue
            for question in preferences.questions:
                _write_item(writer, item, question, preferences)
            source.tell(0.5, "Comparing replies")
    _write_reports(writer, preferences, folder)


def lacks(scope: ExportScope) -> str:
    """Texts of the study go to its team only, and there must be replies to compare."""
    refusal = texts_may_not_leave(scope)
    if refusal:
        return refusal
    several = scope.study.items.filter(responses__position__gt=1)
    return "" if several.exists() else _gettext("No item of this study has two or more replies.")


FORMAT = ExportFormat(
    key="preferences",
    label=_("Preference sets"),
    words=_("Chosen and rejected replies by group for DPO, ORPO and KTO, conflicts between groups, balance."),
    ending="jsonl",
    media_type="application/x-ndjson",
    write=write,
    lacks=lacks,
    notes=(
        "dpo-<question>-<group>.jsonl, for DPO and ORPO: prompt, chosen and rejected are lists of messages. "
        "kto-<question>-<group>.jsonl: prompt, completion, label; replies that both won and lost have none. "
        "conflicts-<question>.jsonl: group_a prefers one reply, group_b the other; the set “all” is without "
        "them. preferences.json: rules, and how many comparisons were left out and why. "
        "preferences-balance.csv: what the sets lean on. These files hold the study's texts: pass them on as "
        "you would the texts."
    ),
)
