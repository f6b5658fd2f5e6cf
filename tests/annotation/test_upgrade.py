"""A filled database is carried from one release's tables to the next with all its rows and rules."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection

from annotation.models import Plan, Question, Rater, TickAnswer
from annotation.models.rules import RULES
from rating.models import Answer
from rating.models.rules import RATING_RULES
from tests.annotation.test_rules import refused
from tests.rating.services.submitting import submit


def installed() -> set[str]:
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_migrations_keep_rated_rows_and_bring_the_rules_back(plan: Plan, rater: Rater) -> None:
    outcome = submit(rater)
    before = (
        sorted(Answer.objects.values_list("question__key", "target", "value", "missing")),
        sorted(Question.objects.values_list("key", "kind", "scale__key")),
        # Texts from before there were ticks get the one sentence that was ticked then.
        list(TickAnswer.objects.values_list("tick__key", "tick__words", "is_agreed", "answered_at")),
    )
    try:
        call_command("migrate", "rating", "0001", verbosity=0)
        call_command("migrate", "annotation", "0001", verbosity=0)
    finally:
        call_command("migrate", verbosity=0)
    after = (
        sorted(Answer.objects.values_list("question__key", "target", "value", "missing")),
        sorted(Question.objects.values_list("key", "kind", "scale__key")),
        # Texts from before there were ticks get the one sentence that was ticked then.
        list(TickAnswer.objects.values_list("tick__key", "tick__words", "is_agreed", "answered_at")),
    )
    assert after == before
    assert list(TickAnswer.objects.values_list("consent__rater", "is_agreed")) == [(rater.pk, True)]
    assert installed() >= {rule.name for rule in [*RULES, *RATING_RULES]}
    answers = Answer.objects.filter(rating=outcome.rating)
    refused(lambda: answers.update(missing="declined"), "never changes")
