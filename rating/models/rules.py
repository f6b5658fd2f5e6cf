"""The database rules of what was rated: see `annotation.models.rules`."""

from __future__ import annotations

from typing import Any

from annotation.models.rules import NO_PERMIT, Rule, append_only, write_rules


def _locked(table: str, message: str) -> list[Rule]:
    """Once locked, no update and no delete but under an erasure permit."""
    condition = f"{NO_PERMIT} AND OLD.state = 'locked'"
    return [
        Rule(f"{table}_locked_no_update", table, "UPDATE", condition, message),
        Rule(f"{table}_locked_no_delete", table, "DELETE", condition, message),
    ]


def _adjudicates_no_rated_item() -> list[Rule]:
    """When an item comes into an adjudicator's hands."""
    condition = (
        "NEW.adjudicator_id IS NOT NULL AND EXISTS (SELECT 1 FROM rating_rating r "
        "JOIN annotation_slot s ON s.id = r.slot_id JOIN annotation_rater ra ON ra.id = r.rater_id "
        "WHERE s.item_id = NEW.item_id AND ra.member_id = NEW.adjudicator_id)"
    )
    message = "nobody adjudicates an item that they rated"
    return [
        Rule("adjudication_of_no_rated_item_insert", "rating_adjudication", "INSERT", condition, message),
        Rule("adjudication_of_no_rated_item_update", "rating_adjudication", "UPDATE", condition, message),
    ]


RATING_RULES: list[Rule] = [
    *append_only("rating_rating", "a submitted rating never changes: revise it instead"),
    *append_only("rating_answer", "a submitted answer never changes: revise the rating instead"),
    *append_only("rating_evidence", "a submitted passage never changes: revise the rating instead"),
    *append_only("rating_snapshot", "a snapshot never changes"),
    *append_only("rating_judgement", "a judgement never changes"),
    *append_only("rating_judgementanswer", "a judgement never changes"),
    *append_only("rating_pastevent", "events of the place a study came from are never changed"),
    Rule(
        "own_judgement_comes_first",
        "rating_judgement",
        "INSERT",
        "NEW.step = 'decision' AND NOT EXISTS (SELECT 1 FROM rating_judgement j "
        "WHERE j.adjudication_id = NEW.adjudication_id AND j.step = 'own')",
        "a decision follows the adjudicator''s own rating",
    ),
    *_adjudicates_no_rated_item(),
    Rule(
        "rating_of_no_adjudicated_item",
        "rating_rating",
        "INSERT",
        "EXISTS (SELECT 1 FROM rating_adjudication a JOIN annotation_slot s ON s.item_id = a.item_id "
        "JOIN annotation_rater ra ON ra.member_id = a.adjudicator_id "
        "WHERE s.id = NEW.slot_id AND ra.id = NEW.rater_id)",
        "nobody rates an item that they adjudicate",
    ),
    *_locked("rating_analysisplan", "a locked analysis plan never changes: make a new version"),
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
        "NOT EXISTS (SELECT 1 FROM annotation_level l "
        "JOIN annotation_question q ON q.scale_id = l.scale_id "
        "WHERE l.id = NEW.level_id AND q.id = NEW.question_id AND l.value = NEW.value)",
        "an answer lies on the scale of its question",
        "NEW.level_id IS NOT NULL",
    ),
    Rule(
        "answer_in_words_to_text_only",
        "rating_answer",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM annotation_question q WHERE q.id = NEW.question_id AND q.kind = 'text')",
        "only a question for free text is answered in words alone",
        "NEW.missing = '' AND NEW.value IS NULL",
    ),
]


def install_rating_rules(*, using: str = "default", **_: Any) -> None:
    write_rules(using, RATING_RULES)
