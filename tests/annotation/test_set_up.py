"""The guided set-up and the copy of an earlier study, through HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotation.errors import DomainError
from annotation.models import (
    AuditEvent,
    ConsentVersion,
    Group,
    Invitation,
    Item,
    Job,
    Member,
    Plan,
    Rater,
    ResponseSource,
    RubricVersion,
    SafeguardingLead,
    Study,
    User,
)
from annotation.queries.set_up import KEYS, next_place
from annotation.services import set_up, studies
from annotation.services.study_copies import copy_study
from tests.conftest import LEAD, user_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]

# Bound: the frame (12), the set-up (16) and what the step itself reads.
MOST_QUERIES = 45
SUPPORT = {**LEAD, "support_title": "", "support_text": "Ask Sam.", "contact": "Room 4"}
NUMBERS = {
    "break_minutes": 45,
    "break_heavy_items": 5,
    "checkin_every": 10,
    "checkin_number": 70,
    "retention_days": 30,
}


@pytest.fixture
def bare(owner: User) -> Study:
    """A study with a title, and nothing else."""
    return studies.create_study(actor=owner, title="Bare")


def url(study: Study, step: str) -> str:
    return reverse("study_setup_step", args=[study.code, step])


@pytest.mark.parametrize("step", KEYS)
def test_step_shows_itself_to_coordinators_alone(
    step: str, bare: Study, study: Study, owner: User, outsider: User, researcher: User, client_of: ClientOf
) -> None:
    with CaptureQueriesContext(
        connection,
    ) as made:
        page = client_of(owner).get(url(bare, step))
    assert len(made) <= MOST_QUERIES
    assert (page.status_code, page.content.count(b"<h1>")) == (200, 1)
    assert f"Step {KEYS.index(step) + 1} of 9" in page.content.decode()
    assert Client().get(url(bare, step)).headers["Location"].startswith("/accounts/login/")
    assert client_of(outsider).get(url(bare, step)).status_code == 404
    assert client_of(researcher).get(url(study, step)).status_code == 403
    assert client_of(owner).get(url(bare, "nowhere")).status_code == 404


def test_step_when_the_study_is_open_leads_to_its_overview(
    plan: Plan, owner: User, client_of: ClientOf
) -> None:
    for answer in (
        client_of(owner).get(url(plan.study, "care")),
        client_of(owner).post(url(plan.study, "care")),
    ):
        assert answer.headers["Location"] == reverse("study", args=[plan.study.code])


def test_set_up_begins_where_something_is_missing(
    bare: Study, owner: User, researcher: User, study: Study, client_of: ClientOf
) -> None:
    answer = client_of(owner).get(reverse("study_setup", args=[bare.code]))
    assert answer.headers["Location"] == url(bare, "purpose")
    assert client_of(researcher).get(reverse("study_setup", args=[study.code])).status_code == 403
    assert (next_place(bare, "purpose"), next_place(study), next_place(study, "people")) == (
        "groups",
        "rubric",
        "open",
    )
    overview = client_of(owner).get(reverse("study", args=[bare.code])).content.decode()
    assert all(
        url(bare, step) in overview for step in ("groups", "rubric", "items", "plan", "consent", "care")
    )


def test_new_study_takes_groups_with_their_words(owner: User, client_of: ClientOf) -> None:
    sent = {
        "title": "Night",
        "purpose": "Why",
        "has-peer": "on",
        "told-peer": "Your view.",
        "own-1": "Nurses",
    }
    made = client_of(owner).post(reverse("study_new"), sent)
    study = Study.objects.get(title="Night")
    assert made.headers["Location"] == reverse("study_setup", args=[study.code])
    kept = list(Group.objects.filter(study=study).values_list("key", "name", "singular", "words"))
    assert kept == [
        ("peer", "Peer supporters", "Peer supporter", "Your view."),
        ("nurses", "Nurses", "Nurses", ""),
    ]
    refused = client_of(owner).post(reverse("study_new"), {"title": "Twice", "own-1": "A", "own-2": "a"})
    assert (refused.status_code, Study.objects.filter(title="Twice").exists()) == (400, False)


def test_purpose_and_groups_when_changed_lead_on(bare: Study, owner: User, client_of: ClientOf) -> None:
    client = client_of(owner)
    assert client.post(url(bare, "purpose"), {"title": " "}).status_code == 400
    answer = client.post(url(bare, "purpose"), {"title": "Bare", "purpose": "Why"})
    assert answer.headers["Location"] == url(bare, "groups")
    client.post(url(bare, "groups"), {"has-patient": "on", "told-patient": "As if to you."})
    group = Group.objects.get(study=bare)
    assert client.post(url(bare, "groups"), {"told-patient": "Other words"}).status_code == 302
    group.refresh_from_db()
    assert (group.words, Group.objects.count()) == ("Other words", 1)
    assert AuditEvent.objects.filter(study=bare, kind="group.described").count() == 1
    # Two groups would have one key.
    assert client.post(url(bare, "groups"), {"own-1": "Patient"}).status_code == 400


def test_rubric_step_publishes_as_it_is_or_leads_to_reading(
    bare: Study, owner: User, client_of: ClientOf
) -> None:
    client = client_of(owner)
    assert client.post(url(bare, "rubric"), {"pack": "nothing", "then": "use"}).status_code == 400
    client.post(url(bare, "rubric"), {"pack": "core"})
    draft = RubricVersion.objects.get()
    assert draft.state == RubricVersion.State.DRAFT
    assert (
        reverse("study_rubric_preview", args=[bare.code, draft.code])
        in client.get(url(bare, "rubric")).content.decode()
    )
    client.post(url(bare, "rubric"), {"pack": "core", "then": "use"})
    assert RubricVersion.objects.get().state == RubricVersion.State.PUBLISHED


def test_plan_step_shows_a_thin_plan_first_and_waits_for_an_import(
    study: Study, items: list[Item], rubric_version: RubricVersion, owner: User, client_of: ClientOf
) -> None:
    client = client_of(owner)
    wish = {"stage": "main", "rubric": rubric_version.code, "design": "pool", "seed": "7"}
    thin = wish | {"quota-peer": "1", "quota-clinician": "2", "step": "make"}
    assert "not identifiable" in client.post(url(study, "plan"), thin).content.decode()
    assert not Plan.objects.exists()
    assert client.post(url(study, "plan"), thin | {"seed": "x"}).status_code == 400
    made = client.post(url(study, "plan"), thin | {"step": "start"})
    assert made.headers["Location"] == url(study, "people")
    assert Plan.objects.get().state == Plan.State.OPEN
    assert "is planned" in client.get(url(study, "plan")).content.decode()


def test_plan_step_when_an_import_is_at_work_says_so(bare: Study, owner: User, client_of: ClientOf) -> None:
    Job.objects.create(study=bare, kind="rating.tasks.run_import", state=Job.State.RUNNING)
    page = client_of(owner).get(url(bare, "plan")).content.decode()
    assert "The file is being imported." in page
    assert f'hx-get="{url(bare, "plan")}"' in page


def test_consent_step_offers_a_text_that_is_true_of_the_study(
    bare: Study, owner: User, client_of: ClientOf
) -> None:
    page = client_of(owner).get(url(bare, "consent")).content.decode()
    assert "Taking part is voluntary." in page
    assert "deleted after 90 days" in page
    sent = {
        "do": "publish",
        "title": "Taking part",
        "body": "You may stop.",
        "language": "en",
        "n_ticks": "1",
    }
    sent |= {"tick-0-words": "I agree.", "tick-0-is_required": "on", "tick-0-key": "agree"}
    assert client_of(owner).post(url(bare, "consent"), sent).headers["Location"] == url(bare, "care")
    assert ConsentVersion.objects.get().body == "You may stop."


def test_care_step_keeps_support_lead_and_breaks_together(
    bare: Study, owner: User, client_of: ClientOf
) -> None:
    client = client_of(owner)
    assert client.post(url(bare, "care"), {**SUPPORT, **NUMBERS, "hours": ""}).status_code == 400
    assert client.post(url(bare, "care"), {**SUPPORT, **NUMBERS, "retention_days": "1"}).status_code == 400
    assert not SafeguardingLead.objects.exists()
    assert client.post(url(bare, "care"), {**SUPPORT, **NUMBERS}).headers["Location"] == url(bare, "people")
    bare.refresh_from_db()
    assert (bare.support_text, bare.contact, bare.safeguarding_lead.name) == (
        "Ask Sam.",
        "Room 4",
        "Sia Guard",
    )
    assert 'value="30"' in client.get(url(bare, "care")).content.decode()


def test_people_step_shows_links_once_on_top_of_what_is_missing(
    study: Study, owner: User, client_of: ClientOf
) -> None:
    client = client_of(owner)
    assert client.post(url(study, "people"), {"days": "14"}).status_code == 400
    page = client.post(url(study, "people"), {"days": "14", "uses-peer": "3"})
    assert page.content.decode().count("/join/") == 1
    assert "Publish a rubric</a>" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert Invitation.objects.get().max_uses == 3
    assert "/join/" not in client.get(url(study, "open")).content.decode()


def test_set_up_form_when_a_later_part_is_refused_keeps_nothing(owner: User) -> None:
    wishes = [set_up.GroupWish("A", ""), set_up.GroupWish("a", "")]
    with pytest.raises(DomainError):
        set_up.begin_study(actor=owner, title="Whole", purpose="", groups=wishes)
    assert not Study.objects.filter(title="Whole").exists()


def copied(client: Client, study: Study, **fields: Any) -> Any:
    return client.post(reverse("study_copy"), {"study": study.code, "title": "Second round"} | fields)


def test_copy_takes_what_was_decided_and_nobody(
    plan: Plan, rater: Rater, owner: User, client_of: ClientOf
) -> None:
    source = plan.study
    assert copied(client_of(owner), source, with_items="on").status_code == 302
    copy = Study.objects.get(title="Second round")
    assert (copy.state, copy.purpose, copy.support_text) == ("draft", source.purpose, source.support_text)
    assert list(copy.groups.values_list("key", "name")) == list(source.groups.values_list("key", "name"))
    version = RubricVersion.objects.get(rubric__study=copy)
    assert (version.state, version.document) == ("published", plan.rubric_version.document)
    assert copy.consent_versions.get().body == "You may stop at any time."
    assert copy.safeguarding_lead.name == "Sia Guard"
    assert list(Member.objects.filter(study=copy).values_list("user", flat=True)) == [owner.pk]
    assert not Rater.objects.filter(study=copy).exists()
    names = list(Item.objects.filter(study=copy).values_list("external_id", flat=True))
    assert names == list(Item.objects.filter(study=source).values_list("external_id", flat=True))
    assert ResponseSource.objects.filter(response__item__study=copy, name="Secretmodel-9").count() == len(
        names
    )
    page = client_of(owner).get(url(copy, "plan")).content.decode()
    for quota in plan.quotas.select_related("group"):
        assert f'name="quota-{quota.group.key}" value="{quota.per_item}"' in page
    assert AuditEvent.objects.filter(study=copy, kind="study.copied").count() == 1


def test_copy_is_for_those_who_set_up_both(
    study: Study, coordinator: User, outsider: User, owner: User, client_of: ClientOf
) -> None:
    assert Client().get(reverse("study_copy")).status_code == 302
    assert client_of(coordinator).get(reverse("study_copy")).status_code == 403
    assert copied(client_of(outsider), study).status_code == 400
    assert copied(client_of(owner), study, title=" ").status_code == 400
    assert "Night line" in client_of(owner).get(reverse("study_copy")).content.decode()
    assert not Study.objects.filter(title="Second round").exists()


def test_copy_of_items_by_somebody_who_rates_there_is_refused(
    study: Study, items: list[Item], rater: Rater, monkeypatch: pytest.MonkeyPatch, owner: User
) -> None:
    with pytest.raises(DomainError, match="who wrote the replies"):
        copy_study(study, actor=user_of(rater), title="Peek", with_items=True)
    monkeypatch.setattr("annotation.services.item_copies.MOST_ITEMS", 3)
    with pytest.raises(DomainError, match="At most 3 items"):
        copy_study(study, actor=owner, title="Large", with_items=True)
    assert not Study.objects.filter(title__in=["Peek", "Large"]).exists()
