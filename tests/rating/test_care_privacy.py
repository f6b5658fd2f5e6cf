"""No value of a rater's wellbeing reaches an export, a snapshot, the API, the audit trail, a log or staff."""

from __future__ import annotations

import io
import json
import logging
import re
import zipfile
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from annotation.models import AuditEvent, AuditPayload, Item, Plan, Rater, Study, User
from annotation.models import wellbeing as tables
from annotation.queries.events import recent_events
from rating.models import ExportPolicy, Snapshot
from rating.services.snapshots import take_snapshot
from tests.conftest import user_of
from tests.rating.workbench_forms import claimed_slot, filled, rate_url, shown, submit_url

ClientOf = Callable[[User], Client]
# A check-in's value that no page shows otherwise, a topic, a way to be reached, a reason for skipping.
SECRETS = ("Notetopic", "notetopic", "reachwords", "skipreason", "checkin", "check_in", "opt_out")
VALUE = 73
# The value as a number of its own: two digits occur by chance in codes, tokens and times.
VALUE_SAID = re.compile(rf"(?<![\w.]){VALUE}(?:\.0)?(?!\w)")


@pytest.fixture
def client(rater: Rater, client_of: ClientOf) -> Client:
    return client_of(user_of(rater))


@pytest.fixture
def told(client: Client, plan: Plan, study: Study, rater: Rater, items: list[Item]) -> Study:
    """A rater has rated, skipped, opted out, checked in, paused, and wished to be contacted."""
    Item.objects.filter(pk=items[3].pk).update(content_notes=["Notetopic"])
    client.post(rate_url(study, "topics/"), {"topics": ["notetopic"]})
    slot = claimed_slot(client, study, rater)
    client.post(submit_url(study, slot), filled(shown(client, study, slot)))
    held = rater.slots.get(state="claimed")
    client.post(rate_url(study, f"{held.code}/skip/"), {"reason": "skipreason"})
    client.post(rate_url(study, "check-in/"), {"value": str(VALUE)})
    client.post(rate_url(study, "pause/"))
    client.post(rate_url(study, "contact/"), {"reach": "reachwords"})
    return study


def text_of(response: Any) -> str:
    """What a download says; of an archive what its files say."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return str(content.decode("utf-8", "replace"))
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        return "\n".join(files.read(name).decode("utf-8", "replace") for name in files.namelist())


def secrets_in(text: str) -> list[str]:
    """Which of them a text holds; a value is one where it stands as a number."""
    return [secret for secret in SECRETS if secret in text] + VALUE_SAID.findall(text)


def test_no_model_outside_points_at_wellbeing() -> None:
    own = {model for model in apps.get_models() if model.__module__ == tables.__name__}
    assert len(own) == 7
    pointing = [
        f"{model.__name__}.{field.name}"
        for model in set(apps.get_models()) - own
        for field in model._meta.get_fields()
        if getattr(field, "related_model", None) in own
    ]
    assert pointing == []


def test_downloads_hold_no_wellbeing(
    client_of: ClientOf, told: Study, researcher: User, rater: Rater
) -> None:
    # Every group is told apart, so that the rater is in the files.
    ExportPolicy.objects.create(study=told, min_cell=1)
    staff = client_of(researcher)
    page = staff.get(f"/studies/{told.code}/exports/")
    assert secrets_in(page.content.decode()) == []
    links = set(re.findall(r'href="(/studies/[^"]+/exports/(?:files|codebook)[^"]*)"', page.content.decode()))
    assert len(links) > 5
    texts = {link: text_of(staff.get(unescape(link))) for link in links}
    assert any(rater.pseudonym in text for text in texts.values())
    # A content note belongs to its item and leaves with it; that somebody avoids it does not.
    secrets = {*SECRETS, "73", "73.0"} - {"Notetopic"}
    found = {link: secrets & set(secrets_in(text)) for link, text in texts.items()}
    assert {link: told for link, told in found.items() if told} == {}


def test_snapshot_holds_no_wellbeing(told: Study, owner: User, files: Path) -> None:
    import pandas as pd

    snapshot: Snapshot = take_snapshot(told, actor=owner)
    (path,) = files.rglob("*.parquet")
    frame = pd.read_parquet(path)
    assert len(frame) > 0
    assert snapshot.pk is not None
    assert secrets_in(frame.to_csv()) == []


def test_research_part_of_the_api_holds_no_wellbeing(client_of: ClientOf, told: Study, owner: User) -> None:
    staff = client_of(owner)
    for part in ("", "progress/", "ratings/", "raters/", "snapshots/", "analyses/"):
        answer = staff.get(f"/api/v1/studies/{told.code}/{part}")
        assert secrets_in(answer.content.decode()) == [], part
        assert answer.status_code in {200, 404}, part


def test_audit_trail_names_nobody_who_skipped_rested_or_told(told: Study, rater: Rater) -> None:
    payloads = json.dumps(list(AuditPayload.objects.values_list("data", flat=True)))
    kinds = set(AuditEvent.objects.values_list("kind", flat=True))
    assert secrets_in(payloads + " ".join(kinds)) == []
    assert not [kind for kind in kinds if "pause" in kind or "contact" in kind or "wellbeing" in kind]
    for event in AuditEvent.objects.filter(kind__in=["item.passed", "slot.released"]):
        assert (event.actor, event.object_code) == (None, "")
    assert secrets_in(" ".join(line.words for line in recent_events(told))) == []


def test_log_holds_no_wellbeing(
    client: Client, plan: Plan, study: Study, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="django.request"):
        client.post(rate_url(study, "check-in/"), {"value": "7373"})
        client.post(rate_url(study, "contact/"), {"reach": "reachwords" * 100})
    assert [word for word in ("7373", "reachwords", "pia") if word in caplog.text] == []


def test_staff_pages_hold_nothing_but_the_wish(
    client_of: ClientOf, told: Study, owner: User, rater: Rater
) -> None:
    staff = client_of(owner)
    for page in ("", "people/", "plan/", "problems/", "settings/", "settings/care/", "exports/"):
        text = staff.get(f"/studies/{told.code}/{page}").content.decode()
        assert [word for word in ("reachwords", "skipreason", "otetopic") if word in text] == [], page
    care = staff.get(f"/studies/{told.code}/care/").content.decode()
    assert "reachwords" in care
    assert [word for word in ("skipreason", "otetopic", rater.pseudonym) if word in care] == []
    assert VALUE_SAID.findall(care) == []


def test_other_raters_learn_nothing(client_of: ClientOf, told: Study, second_rater: Rater) -> None:
    other = client_of(user_of(second_rater))
    for page in ("", "wellbeing/", "topics/", "contact/", "pause/", "break/"):
        text = other.get(rate_url(told, page)).content.decode()
        assert [word for word in ("reachwords", "skipreason") if word in text] == [], page
        assert VALUE_SAID.findall(text) == [], page
