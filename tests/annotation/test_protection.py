"""The data protection impact assessment: filled from the settings, added to, signed as it was read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from annotation.models import ProtectionNote, ProtectionSignature, Study, User
from annotation.queries.protection import digest_of, protection_parts
from annotation.services.approvals import add_approval
from tests.conftest import LEAD

ClientOf = Callable[[User], Client]


def test_assessment_follows_the_settings_and_a_signature_holds_for_what_was_read(
    study: Study, owner: User, coordinator: User, client_of: ClientOf
) -> None:
    client, path = client_of(coordinator), f"/studies/{study.code}/ethics/protection/"
    page = client.get(path).content.decode()
    said = [study.purpose, "Peer supporters, Clinicians", LEAD["name"], "No approval by an ethics board"]
    assert [words in page for words in said] == [True] * len(said)
    read = digest_of(protection_parts(study))
    notes = f"{path}notes/"
    assert client.get(notes).status_code == 200
    assert client.post(notes, {"risks": "We asked two raters."}).status_code == 302
    signed = {"name": "Dora Schutz", "capacity": "data protection officer", "digest": read}
    assert client.post(path, signed).status_code == 400
    now = digest_of(protection_parts(study))
    assert client.post(path, signed | {"digest": now, "capacity": " "}).status_code == 400
    assert client.post(path, signed | {"digest": now}).status_code == 302
    page = client.get(path).content.decode()
    assert ["Dora Schutz" in page, "We asked two raters." in page, "changed since" in page] == [
        True,
        True,
        False,
    ]
    add_approval(study, actor=owner, board="Board of Bohn", number="EB-7", valid_from=date(2026, 1, 1))
    page = client.get(path).content.decode()
    assert ["EB-7" in page, "changed since" in page] == [True, True]
    assert client.post(notes, {"risks": ""}).status_code == 302
    assert (ProtectionNote.objects.count(), ProtectionSignature.objects.count()) == (0, 1)


@pytest.mark.parametrize("page", ["", "notes/"])
def test_assessment_is_for_coordinators_of_the_study(
    page: str, study: Study, researcher: User, outsider: User, client_of: ClientOf, client: Client
) -> None:
    path = f"/studies/{study.code}/ethics/protection/{page}"
    assert client.get(path).status_code == 302
    assert client_of(outsider).get(path).status_code == 404
    assert client_of(researcher).post(path).status_code == 403
