"""The database rules of what was rated: see `annotation.models.rules`."""

from __future__ import annotations

from typing import Any

from annotation.models.rules import Rule, append_only, write_rules

RATING_RULES: list[Rule] = [
    *append_only("rating_rating", "a submitted rating never changes: revise it instead"),
    *append_only("rating_answer", "a submitted answer never changes: revise the rating instead"),
    *append_only("rating_evidence", "a submitted passage never changes: revise the rating instead"),
    *append_only("rating_snapshot", "a snapshot never changes"),
    Rule(
        "answer_of_rubric_version",
        "rating_answer",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM rating_rating r JOIN annotation_question q "
        "ON q.version_id = r.rubric_version_id WHERE r.id = NEW.rating_id AND q.id = NEW.question_id)",
        "an answer belongs to a question of the rating''s rubric version",
    ),
    Rule(
        "answer_on_its_scale",
        "rating_answer",
        "INSERT",
        "NEW.level_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM annotation_level l "
        "JOIN annotation_question q ON q.scale_id = l.scale_id "
        "WHERE l.id = NEW.level_id AND q.id = NEW.question_id AND l.value = NEW.value)",
        "an answer lies on the scale of its question",
    ),
]


def install_rating_rules(*, using: str = "default", **_: Any) -> None:
    write_rules(using, RATING_RULES)
