"""The screening: own questions, who fits, nothing kept of who does not, attributes in cells of five."""

from __future__ import annotations

from collections.abc import Callable
from statistics import variance
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse

from annotation.errors import Code, DomainError
from annotation.models import (
    AuditPayload,
    Consent,
    Departure,
    Group,
    JoiningSettings,
    Member,
    Plan,
    Rater,
    Role,
    Screened,
    ScreeningAnswer,
    ScreeningQuestion,
    Study,
    User,
)
from annotation.queries.screening import rater_attributes, screening_due
from annotation.services import people
from annotation.services.consent import give_consent
from annotation.services.screening import (
    add_ready_made,
    add_screening_question,
    answer_screening,
    set_screening,
)
from rating.queries.screening_scales import scale_rows
from rating.services.workbench import claim_next_item
from tests.conftest import user_of

SignIn = Callable[[User], Client]
MakeRater = Callable[..., Rater]
ITEM: dict[str, Any] = {"kind": "scale", "low": 1, "high": 5, "construct": "trust"}


@pytest.fixture
def questions(study: Study, owner: User) -> list[ScreeningQuestion]:
    """Age from 18, three items of trust (the second reversed), experience, and words."""
    return [
        add_ready_made(study, "age", actor=owner),
        add_screening_question(study, actor=owner, words="I trust machines.", **ITEM),
        add_screening_question(study, actor=owner, words="Machines mislead.", is_reversed=True, **ITEM),
        add_screening_question(study, actor=owner, words="I rely on machines.", **ITEM),
        add_screening_question(
            study,
            actor=owner,
            kind="choice",
            words="Have you been on a night line?",
            construct="experience",
            options=["as a caller", "as a listener", "never"],
            accepted=["as a caller", "as a listener"],
        ),
        add_screening_question(study, actor=owner, kind="text", words="Anything else?", is_required=False),
    ]


GIVEN: dict[str, Any] = {
    "age": 44.0,
    "trust": 4.0,
    "trust-2": 2.0,
    "trust-3": 5.0,
    "experience": "as a caller",
}


def fields(given: dict[str, Any]) -> dict[str, str]:
    return {
        f"answer-{key}": f"{value:g}" if isinstance(value, float) else value for key, value in given.items()
    }


@pytest.mark.parametrize("when", ["before", "after"])
def test_screening_stands_before_or_after_the_consent_text_and_before_every_item(
    study: Study,
    plan: Plan,
    owner: User,
    questions: list[ScreeningQuestion],
    make_rater: MakeRater,
    client_of: SignIn,
    when: str,
) -> None:
    early = make_rater("early")
    set_screening(study, actor=owner, when=when)
    rater = make_rater("pia", consents=False)
    client, home = client_of(user_of(rater)), reverse("rate_home", args=[study.code])
    asked, consent = reverse("rate_screening", args=[study.code]), reverse("rate_consent", args=[study.code])
    if when == "before":
        assert client.get(consent).headers["Location"] == asked
    else:
        assert client.get(asked).headers["Location"] == consent
        give_consent(rater, study.consent_versions.get(), actor=user_of(rater))
        assert client.get(home).headers["Location"] == asked
    page = client.get(asked).content.decode()
    assert "I trust machines." in page
    assert client.post(asked, fields(GIVEN | {"age": "old"})).status_code == 400
    assert client.post(asked, fields(GIVEN)).headers["Location"] == home
    assert client.get(asked).headers["Location"] == home
    assert ScreeningAnswer.objects.filter(rater=rater).count() == len(GIVEN)
    assert screening_due(early) == ""
    late = make_rater("paul")
    with pytest.raises(DomainError) as refused:
        claim_next_item(late, actor=user_of(late))
    assert refused.value.code == Code.NOT_CLEARED


@pytest.mark.parametrize("given", [{"age": 17.0}, {"experience": "never"}])
def test_who_does_not_fit_is_told_kindly_and_only_counted(
    study: Study,
    owner: User,
    questions: list[ScreeningQuestion],
    make_rater: MakeRater,
    client_of: SignIn,
    given: dict[str, Any],
) -> None:
    set_screening(study, actor=owner, when="after")
    rater = make_rater("pia")
    user, code = user_of(rater), rater.code
    client = client_of(user)
    answer = client.post(reverse("rate_screening", args=[study.code]), fields(GIVEN | given))
    assert "Thank you for offering your time" in answer.content.decode()
    assert not get_user(client).is_authenticated
    assert JoiningSettings.objects.get(study=study).n_not_eligible == 1
    for rows in (Rater, Consent, Screened, ScreeningAnswer, Departure):
        assert not rows.objects.exists(), rows
    assert not Member.objects.filter(user=user).exists()
    user.refresh_from_db()
    assert (user.is_active, user.email, "pia" in user.username) == (False, "", False)
    told = str([(one.event.object_code, one.data) for one in AuditPayload.objects.select_related("event")])
    assert code not in told
    assert "pia" not in told


def test_who_does_not_fit_but_runs_the_study_stays_in_its_team(
    study: Study, coordinator: User, owner: User, groups: dict[str, Group], questions: list[ScreeningQuestion]
) -> None:
    set_screening(study, actor=owner, when="before")
    member = people.add_member(study, actor=owner, user=coordinator, roles=[Role.RATER])
    rater = people.add_rater(study, actor=owner, group=groups["peer"], member=member)
    assert not answer_screening(rater, GIVEN | {"age": 3.0}, actor=coordinator)
    assert set(member.grants.values_list("role", flat=True)) == {"coordinator"}
    assert not Rater.objects.exists()


def test_attributes_are_told_in_bands_and_cells_of_five(
    study: Study, owner: User, questions: list[ScreeningQuestion], make_rater: MakeRater
) -> None:
    set_screening(study, actor=owner, when="after")
    for number in range(12):
        given = dict(GIVEN)
        given["age"] = 31.0 if number < 6 else (42.0 if number < 10 else 67.0)
        given["experience"] = "as a listener" if number < 7 else "as a caller"
        rater = make_rater(f"r{number}")
        assert answer_screening(rater, given, actor=user_of(rater))
    told = rater_attributes(study)
    bands = {
        name: sorted(str(one.band) for one in told if one.construct == name)
        for name in ("age", "trust", "experience")
    }
    # Six of 30 to 39 stay; four and two are each too few, and together six, so that no third need go.
    assert bands["age"] == ["30 to 39"] * 6 + ["None"] * 6
    assert bands["experience"] == ["as a caller"] * 5 + ["as a listener"] * 7
    # (4, 6 - 2, 5) on 1 to 5: 3/4, 3/4 and 1 of the way; their mean lies in the highest third.
    assert bands["trust"] == ["high"] * 12
    assert not [one for one in told if one.construct == "anything-else"]
    # Twelve of three bands with four, four and four: nothing is told.
    assert {one.band for one in rater_attributes(study, k=8) if one.construct == "age"} == {None}


def test_scales_tell_alpha_and_omega_from_ten_answers_on(
    study: Study,
    owner: User,
    researcher: User,
    questions: list[ScreeningQuestion],
    make_rater: MakeRater,
    client_of: SignIn,
) -> None:
    set_screening(study, actor=owner, when="after")
    path = reverse("study_screening_scales", args=[study.code])
    answers = [(1, 5, 2), (2, 3, 2), (3, 3, 3), (4, 2, 5), (5, 1, 4)] * 2
    for number, (first, second, third) in enumerate(answers):
        rater = make_rater(f"r{number}")
        given = GIVEN | {"trust": float(first), "trust-2": float(second), "trust-3": float(third)}
        if number == 9:
            [row] = scale_rows(study)
            assert (row.n_complete, row.alpha, row.omega) == (9, None, None)
            assert "fewer than 10" in client_of(researcher).get(path).content.decode()
        answer_screening(rater, given, actor=user_of(rater))
    [row] = scale_rows(study)
    turned = [(first, 6 - second, third) for first, second, third in answers]
    parts = sum(variance(column) for column in zip(*turned, strict=True))
    expected = 3 / 2 * (1 - parts / variance([sum(one) for one in turned]))
    assert row.alpha is not None
    assert row.alpha.estimate == pytest.approx(expected)
    assert row.omega is not None
    assert row.omega.is_defined
    assert f"{expected:.2f}" in client_of(researcher).get(path).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "scale", "low": 1},
        {"kind": "scale", "low": 1, "high": 40},
        {"kind": "choice", "options": ["one"]},
        {"kind": "choice", "options": ["one", "two"], "accepted": ["three"]},
        {"kind": "text", "at_least": 3},
        {"kind": "scale", "low": 1, "high": 7, "construct": "trust"},
        {"kind": "number", "construct": "trust"},
    ],
)
def test_question_that_does_not_fit_its_kind_is_refused(
    study: Study, owner: User, questions: list[ScreeningQuestion], wrong: dict[str, Any]
) -> None:
    with pytest.raises(DomainError) as refused:
        add_screening_question(study, actor=owner, words="What?", **wrong)
    assert refused.value.code == Code.INVALID


def test_coordinator_sets_the_screening_up_by_its_pages_until_somebody_has_answered(
    study: Study, coordinator: User, make_rater: MakeRater, client_of: SignIn
) -> None:
    client, path = client_of(coordinator), reverse("study_screening", args=[study.code])
    assert client.post(path, {"when": "before"}).status_code == 400
    assert client.post(reverse("study_screening_ready", args=[study.code, "age"])).status_code == 302
    assert client.post(reverse("study_screening_ready", args=[study.code, "shoe-size"])).status_code == 404
    new = reverse("study_screening_new", args=[study.code])
    asked = {"words": "I trust machines.", "kind": "scale", "low": 1, "high": 5, "is_required": "on"}
    assert client.post(new, asked | {"high": 1}).status_code == 400
    assert client.post(new, asked | {"construct": "trust"}).headers["Location"] == path
    assert client.post(new, {"words": "Which?", "kind": "choice", "options": "a\n b \n"}).status_code == 302
    assert ScreeningQuestion.objects.get(key="which").options == ["a", "b"]
    remove = reverse("study_screening_remove", args=[study.code, "which"])
    assert client.post(remove).status_code == 302
    assert client.post(path, {"when": "before"}).headers["Location"] == path
    rater = make_rater("pia")
    answer_screening(rater, {"age": 20.0, "trust": 1.0}, actor=user_of(rater))
    assert "they stay as they are" in client.get(path).content.decode()
    assert client.post(reverse("study_screening_remove", args=[study.code, "age"])).status_code == 409
    assert client.post(new, asked).status_code == 400


def test_screening_pages_for_others_are_closed(
    study: Study,
    questions: list[ScreeningQuestion],
    researcher: User,
    rater: Rater,
    outsider: User,
    client_of: SignIn,
) -> None:
    paths = [
        reverse("study_screening", args=[study.code]),
        reverse("study_screening_new", args=[study.code]),
        reverse("study_screening_ready", args=[study.code, "age"]),
        reverse("study_screening_remove", args=[study.code, "age"]),
    ]
    for path in paths:
        assert Client().post(path).headers["Location"].startswith(reverse("account_login"))
        assert client_of(researcher).post(path).status_code == 403
        assert client_of(user_of(rater)).post(path).status_code == 403
        assert client_of(outsider).post(path).status_code == 404
    scales, own = (
        reverse("study_screening_scales", args=[study.code]),
        reverse("rate_screening", args=[study.code]),
    )
    assert client_of(user_of(rater)).get(scales).status_code == 403
    assert client_of(outsider).get(scales).status_code == 404
    assert client_of(researcher).get(own).status_code == 403
    assert client_of(outsider).get(own).status_code == 404
    assert Client().get(own).status_code == 302
    assert client_of(user_of(rater)).get(own).headers["Location"] == reverse("rate_home", args=[study.code])
