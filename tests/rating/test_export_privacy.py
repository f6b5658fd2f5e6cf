"""What no file may tell: who somebody is, which few share a group, how somebody could harm themselves."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from annotation.models import AuditEvent, Item, Plan, Rater, Role, Study, User
from annotation.models.leaving import new_receipt_code
from annotation.services.leaving import leave_study
from annotation.services.people import add_member
from rating.models import Export, HeldComment, Rating
from rating.queries.exports import export_scope
from rating.queries.shown_raters import SUPPRESSED, small_cells
from rating.services import stored_exports
from rating.services.export_formats import FORMATS
from rating.services.export_formats.registered import ExportSource
from rating.services.export_packing import write_members
from tests.conftest import make_user, user_of
from tests.rating.adjudicating import adjudicate
from tests.rating.exporting import WITHHELD, frame_of, rate_everything, scope_of
from tests.rating.rated import make_raters
from tests.rating.services.submitting import submit

SignIn = Callable[[User], Client]
NAMING = "my name is Ann Lee, call 07700 900123"


@pytest.fixture
def ratings(plan: Plan, rater: Rater, second_rater: Rater) -> list[Rating]:
    return rate_everything(plan, rater, second_rater)


def readable(path: Path) -> str:
    """All that a file says, unpacked."""
    if path.suffix == ".parquet":
        return str(pq.read_table(path).to_pydict()) + str(pq.read_schema(path).metadata)
    if path.suffix in {".xlsx", ".zip"}:
        with zipfile.ZipFile(path) as archive:
            return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return path.read_bytes().decode("utf-8", "replace")


@pytest.mark.parametrize("key", FORMATS)
def test_no_file_of_any_format_tells_who_somebody_is(
    plan: Plan, rater: Rater, second_rater: Rater, owner: User, tmp_path: Path, key: str
) -> None:
    for one in (rater, second_rater):
        user = user_of(one)
        user.first_name, user.last_name = "Philippa", "Quenneville"
        user.save()
    (imported,) = make_raters(plan, "clinician", 1)
    Rater.objects.filter(pk=imported.pk).update(external_id="Dr Quenneville of Ward 7")
    rate_everything(plan, rater, second_rater)
    submit(second_rater, comment=NAMING)
    judge_of = make_user("ada-quenneville")
    add_member(plan.study, actor=owner, user=judge_of, roles=[Role.ADJUDICATOR])
    unrated = Item.objects.filter(study=plan.study).latest("pk")
    adjudicate(plan, unrated, judge_of, actor=owner, comment=NAMING)
    scope = export_scope(plan.study, stage="main", is_current_only=False, with_checks=True)
    if FORMATS[key].lacks(scope):
        pytest.skip("has nothing to write for this study, and says so")
    write_members(ExportSource(scope), FORMATS[key], tmp_path, timezone.now())
    people_known = [user_of(rater), user_of(second_rater), owner, judge_of]
    secrets = {user.username for user in people_known if len(user.username) > 4} | {
        user.email for user in people_known
    }
    secrets |= {"Philippa", "Quenneville", "Ward 7", "Ann Lee", "07700", "127.0.0.1", "@example.org"}
    secrets |= {one.code for one in Rater.objects.filter(study=plan.study)}
    secrets |= {one.member.code for one in (rater, second_rater) if one.member}
    # Few raters, so no group is told; a pseudonym would tell it by its first letters.
    secrets |= {one.pseudonym for one in Rater.objects.filter(study=plan.study)}
    for path in tmp_path.rglob("*"):
        told = readable(path)
        assert not [secret for secret in secrets if secret in told], path.name
        assert "rater_id" not in told, path.name
        assert WITHHELD not in told or key not in {"csv", "spans", "jsonl"}, path.name


def test_small_groups_are_pooled_until_k_stand_behind_the_pool() -> None:
    groups = dict.fromkeys(range(8), "a") | {100: "b", 101: "b", 102: "b"}
    assert small_cells(groups, 5) == {"a", "b"}
    three = groups | dict.fromkeys(range(200, 206), "c")
    assert small_cells(three, 5) == {"b", "c"}
    assert small_cells(three, 1) == set()
    assert small_cells({1: "a", 2: "a"}, 2) == set()


def test_small_groups_are_told_nowhere_and_names_stay_the_same(plan: Plan, ratings: list[Rating]) -> None:
    scope = export_scope(plan.study, stage="main", is_current_only=True)
    assert scope.min_cell == 5
    long, raters = frame_of(scope, "ratings-long.csv"), frame_of(scope, "raters.csv")
    assert set(long["group"]) == set(raters["group"]) == {SUPPRESSED}
    assert set(long["rater"]) == set(raters["rater"])
    assert raters["rater"].str.startswith("R-").all()
    again = frame_of(export_scope(plan.study, stage="main", is_current_only=True), "raters.csv")
    assert again["rater"].tolist() == raters["rater"].tolist()
    assert set(frame_of(scope_of(plan), "raters.csv")["group"]) == {"peer"}


def test_judge_models_are_told_whatever_their_number(plan: Plan, ratings: list[Rating]) -> None:
    Rater.objects.filter(pseudonym=ratings[0].rater.pseudonym).update(origin="judge")
    frame = frame_of(export_scope(plan.study, stage="main", is_current_only=True), "raters.csv")
    assert sorted(frame["group"]) == ["peer", SUPPRESSED]


def test_rules_when_saved_hold_for_later_files(
    client_of: SignIn, coordinator: User, researcher: User, study: Study, ratings: list[Rating]
) -> None:
    url = reverse("export_rules", args=[study.code])
    assert client_of(researcher).get(url).status_code == 403
    assert client_of(coordinator).post(url, {"min_cell": "0", "days_kept": "9"}).status_code == 400
    assert client_of(coordinator).post(url, {"min_cell": "2", "days_kept": "9"}).status_code == 302
    assert export_scope(study, stage="main", is_current_only=True).min_cell == 2
    assert AuditEvent.objects.filter(kind="export.policy").count() == 1


@pytest.fixture
def make(
    study: Study, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> Callable[..., Export]:
    def made(actor: User, form: str = "csv", *, reason: str = "") -> Export:
        scope = export_scope(study, stage="main", is_current_only=False, with_restricted=bool(reason))
        with django_capture_on_commit_callbacks(execute=True):
            export = stored_exports.start_export(scope, actor=actor, form=form, unlock_reason=reason)
        export.refresh_from_db()
        return export

    return made


def members_of(export: Export) -> dict[str, str]:
    with default_storage.open(export.file_name) as file:
        archive = zipfile.ZipFile(io.BytesIO(file.read()))
    return {name: archive.read(name).decode(errors="replace") for name in archive.namelist()}


def test_comment_that_names_somebody_is_masked_until_a_coordinator_releases_it(
    client_of: SignIn,
    coordinator: User,
    researcher: User,
    study: Study,
    plan: Plan,
    rater: Rater,
    make: Callable[..., Export],
) -> None:
    submit(rater, comment=NAMING)
    first = make(researcher)
    files = members_of(first)
    assert "Ann Lee" not in files["comments.csv"]
    assert "true,identifier" in files["comments.csv"]
    assert first.description["n_comments_masked"] == 1
    held = HeldComment.objects.get()
    assert held.kinds == ["name", "phone"]
    url = reverse("export_comments", args=[study.code])
    assert client_of(researcher).get(url).status_code == 403
    client = client_of(coordinator)
    assert NAMING in client.get(url).content.decode()
    assert client.post(url, {}).status_code == 400
    assert client.post(url, {"release": held.code}).status_code == 302
    released = AuditEvent.objects.get(kind="comments.released")
    assert (released.actor, released.payload.data) == (coordinator, {"comments": [held.code]})
    assert "Ann Lee" in members_of(make(researcher))["comments.csv"]
    assert f"Released by {coordinator.username}" in client.get(url).content.decode()
    back = reverse("export_comment_hold", args=[study.code, held.code])
    assert client_of(researcher).post(back).status_code == 403
    assert client.post(back).status_code == 302
    assert "Ann Lee" not in members_of(make(researcher))["comments.csv"]


def test_restricted_passages_leave_only_when_a_coordinator_unlocks_them(
    client_of: SignIn,
    coordinator: User,
    researcher: User,
    study: Study,
    ratings: list[Rating],
    make: Callable[..., Export],
) -> None:
    assert WITHHELD not in members_of(make(researcher))["evidence.csv"]
    unlocked = make(coordinator, reason="The safety board asked for the words.")
    files = members_of(unlocked)
    assert WITHHELD in files["evidence.csv"]
    assert json.loads(files["export.json"])["restricted_passages"] == "unlocked"
    event = AuditEvent.objects.get(kind="export.unlocked")
    assert (event.actor, event.payload.data["reason"]) == (coordinator, unlocked.unlock_reason)
    file = reverse("export_stored_file", args=[study.code, unlocked.code])
    assert client_of(researcher).get(file).status_code == 403
    response: Any = client_of(coordinator).get(file)
    # Reads to the end, and closes the file.
    assert (response.status_code, len(response.getvalue())) == (200, unlocked.size)
    # A researcher's own form has no such field, and what is sent along is not heard.
    asked = {"stage": "main", "revisions": "all", "checks": "without", "audience": "team", "format": "spans"}
    client_of(researcher).post(
        reverse("export_make", args=[study.code]), {**asked, "unlock_reason": "because"}
    )
    assert Export.objects.first().unlock_reason == ""  # type: ignore[union-attr]


def test_passage_that_shares_words_with_a_restricted_one_is_withheld_too(
    plan: Plan, ratings: list[Rating], second_rater: Rater
) -> None:
    evidence = ratings[0].evidence.get(question__key="flag_ways_to_self_harm")
    submit(second_rater, quote=WITHHELD)
    rows = frame_of(scope_of(plan, is_current_only=False), "evidence.csv")
    same = rows[
        (rows["question"] == "empathy_warmth") & (rows["item_id"] == evidence.rating.slot.item.external_id)
    ]
    assert all(quote != WITHHELD for quote in same["quote"])


def test_erasure_withdraws_the_files_that_hold_the_person_and_no_others(
    client_of: SignIn,
    owner: User,
    study: Study,
    rater: Rater,
    ratings: list[Rating],
    make: Callable[..., Export],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    export = make(owner)
    early = make(owner, form="csv-wide")
    Export.objects.filter(pk=early.pk).update(last_key=0)
    file_name = export.file_name
    with django_capture_on_commit_callbacks(execute=True):
        leave_study(
            rater, actor=user_of(rater), choice="erase", receipt_code=new_receipt_code(), now=timezone.now()
        )
    export.refresh_from_db()
    early.refresh_from_db()
    assert (export.state, export.file_name, export.digest) == ("withdrawn", "", "")
    assert not default_storage.exists(file_name)
    assert (early.state, default_storage.exists(early.file_name)) == ("ready", True)
    client = client_of(owner)
    assert client.get(reverse("export_stored_file", args=[study.code, export.code])).status_code == 404
    assert "took their data back" in client.get(reverse("study_exports", args=[study.code])).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("export_again", args=[study.code, export.code]))
    anew = Export.objects.filter(state="ready").order_by("-pk").first()
    assert anew is not None
    assert json.loads(members_of(anew)["export.json"])["n_raters"] == 1
