"""Texts published before ticks had one sentence to agree to; who consented had ticked it."""

from __future__ import annotations

from typing import Any

from django.db import migrations

KEY = "agree"
WORDS = "I have read this and agree to take part."


def add_ticks(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    versions = apps.get_model("annotation", "ConsentVersion").objects.using(alias).filter(ticks__isnull=True)
    ticks = apps.get_model("annotation", "ConsentTick").objects.using(alias)
    consents = apps.get_model("annotation", "Consent").objects.using(alias)
    answers = apps.get_model("annotation", "TickAnswer").objects.using(alias)
    for version in versions:
        tick = ticks.create(version=version, position=1, key=KEY, words=WORDS, is_required=True)
        given = consents.filter(version=version).values_list("pk", "given_at")
        answers.bulk_create(
            [
                answers.model(consent_id=consent, tick=tick, is_agreed=True, answered_at=at)
                for consent, at in given.iterator()
            ],
            batch_size=500,
        )


class Migration(migrations.Migration):
    dependencies = [("annotation", "0004_consent_ticks_and_departures")]

    operations = [migrations.RunPython(add_ticks, migrations.RunPython.noop)]
