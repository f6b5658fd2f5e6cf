"""A filled database of the first release comes to today's tables with all its rows, under today's rules."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from pytest_django import DjangoDbBlocker

from annotation.models import ApiToken, Item, Plan, TickAnswer
from annotation.models.rules import RULES
from rating.models import Answer, CurrentRating
from rating.models.rules import RATING_RULES

OLD = "old"
FIRST = [("annotation", "0001_initial"), ("rating", "0001_initial")]
THEN = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)


@pytest.fixture
def empty_database(
    tmp_path: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """A database of its own beside that of the tests; on PostgreSQL on the same server."""
    default = connections["default"]
    options = default.settings_dict
    name = str(tmp_path / "old.sqlite3")
    with django_db_blocker.unblock():
        if default.vendor == "postgresql":
            name = f"{options['NAME']}_old"
            with default.cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
                cursor.execute(f'CREATE DATABASE "{name}"')
        connections.settings[OLD] = {**options, "NAME": name}
        try:
            yield OLD
        finally:
            connections[OLD].close()
            del connections[OLD], connections.settings[OLD]
            if default.vendor == "postgresql":
                with default.cursor() as cursor:
                    cursor.execute(f'DROP DATABASE "{name}"')


def tables_of_the_first_release(alias: str) -> Any:
    executor = MigrationExecutor(connections[alias])
    executor.loader = MigrationLoader(connections[alias], replace_migrations=False)
    executor.migrate(FIRST)
    return executor.loader.project_state(FIRST).apps


def fill(apps: Any, alias: str) -> None:
    """One rating with what it stands on, as the first release stored it."""

    def add(model: str, **fields: Any) -> Any:
        return apps.get_model(model).objects.using(alias).create(**fields)

    user = add("annotation.User", username="olive", password="!")
    study = add("annotation.Study", title="Night line", state="open")
    group = add("annotation.Group", study=study, key="peer", name="Peers")
    rater = add("annotation.Rater", study=study, group=group, pseudonym="PEE-ABC123")
    consent = add("annotation.ConsentVersion", study=study, number=1, title="Consent", body="You may stop.")
    add("annotation.Consent", version=consent, rater=rater, given_at=THEN)
    add("annotation.ApiToken", user=user, name="notebook", digest="0" * 64)
    talk = add("annotation.Conversation", study=study, external_id="c1")
    add("annotation.Turn", conversation=talk, position=1, speaker="seeker", text="Hello?")
    item = add("annotation.Item", study=study, conversation=talk, external_id="i1")
    add("annotation.Response", item=item, text="I am here.")
    rubric = add("annotation.Rubric", study=study, key="core", name="Core")
    version = add("annotation.RubricVersion", rubric=rubric, number=1, state="published")
    scale = add("annotation.Scale", version=version, key="five", measurement="ordinal")
    levels = {
        value: add("annotation.Level", scale=scale, value=value, label=str(value)) for value in range(1, 6)
    }
    question = add(
        "annotation.Question", version=version, scale=scale, key="empathy", position=1, kind="scale",
        target="response", text="Empathy",
    )  # fmt: skip
    plan = add("annotation.Plan", study=study, rubric_version=version, stage="main", seed=7, state="open")
    slot = add(
        "annotation.Slot", plan=plan, item=item, group=group, rubric_version=version, number=1, state="done",
        rater=rater, completed_at=THEN,
    )  # fmt: skip
    shown = add(
        "rating.Presentation", slot=slot, rater=rater, rubric_version=version, position=1, shown_at=THEN
    )
    rating = add(
        "rating.Rating", slot=slot, rater=rater, rubric_version=version, presentation=shown, revision=1,
        client_id=uuid.UUID(int=1), submitted_at=THEN,
    )  # fmt: skip
    add("rating.Answer", rating=rating, question=question, target="response:1", value=4.0, level=levels[4])
    add("rating.CurrentRating", slot=slot, rating=rating)


def rules_in(alias: str) -> set[str]:
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connections[alias].vendor]
    with connections[alias].cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall()}


def test_database_of_the_first_release_when_migrated_keeps_its_rows_under_the_rules(
    empty_database: str,
) -> None:
    fill(tables_of_the_first_release(empty_database), empty_database)
    call_command("migrate", database=empty_database, verbosity=0)

    answers = Answer.objects.using(empty_database)
    assert list(answers.values_list("question__key", "target", "value", "missing")) == [
        ("empathy", "response:1", 4.0, "")
    ]
    assert CurrentRating.objects.using(empty_database).get().rating.slot.item.conversation.turns.count() == 1
    assert Item.objects.using(empty_database).get().responses.get().text == "I am here."
    assert Plan.objects.using(empty_database).get().state == "open"
    # Texts from before there were ticks get the one sentence that was ticked then, tokens all they could do.
    ticks = TickAnswer.objects.using(empty_database).values_list("tick__key", "is_agreed", "answered_at")
    assert list(ticks) == [("agree", True, THEN)]
    assert ApiToken.objects.using(empty_database).get().scopes == ["all"]
    assert rules_in(empty_database) >= {rule.name for rule in [*RULES, *RATING_RULES]}
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic(using=empty_database):
        answers.update(missing="declined")
