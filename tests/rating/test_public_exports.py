"""A public download holds only what raters agreed to share; the rest is counted."""

from __future__ import annotations

import io
from collections.abc import Callable

import pandas as pd
import pytest
from django.test import Client

from annotation.models import Plan, Rater, Study, User
from annotation.services import studies
from annotation.services.consent import change_ticks, give_consent
from annotation.services.consent_ticks import AGREE, SHARE
from rating.queries.exports import export_scope, withheld_counts
from rating.services.exports import export_file
from tests.conftest import user_of
from tests.rating.rated import make_raters, rate_item
from tests.rating.services.submitting import submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared(plan: Plan, owner: User, rater: Rater, second_rater: Rater) -> Rater:
    """Who shares: one rating. The second rater agreed to the same text without sharing: two ratings.
    An imported rater has one more in the same stage."""
    version = studies.publish_consent(plan.study, actor=owner, title="T", body="B", ticks=[AGREE, SHARE])
    give_consent(rater, version, actor=user_of(rater), ticked={"agree", "share_publicly"})
    give_consent(second_rater, version, actor=user_of(second_rater))
    submit(rater)
    submit(second_rater)
    submit(second_rater)
    (imported,) = make_raters(plan, "clinician", 1)
    rate_item(plan, imported, plan.study.items.all()[0], {"safety": 4})
    return rater


def raters_in(study: Study, *, is_public: bool) -> dict[str, str]:
    """Pseudonym -> shares_publicly, of raters.csv; every one of them rated in ratings-long.csv."""
    scope = export_scope(study, stage="main", is_current_only=True, is_public=is_public, min_cell=1)
    tables = {}
    for name in ("raters.csv", "ratings-long.csv"):
        content = b"".join(export_file(name).pieces(scope))
        tables[name] = pd.read_csv(io.BytesIO(content), keep_default_na=False, dtype=str)
    assert set(tables["raters.csv"]["rater"]) == set(tables["ratings-long.csv"]["rater"])
    return dict(zip(tables["raters.csv"]["rater"], tables["raters.csv"]["shares_publicly"], strict=True))


def test_public_export_leaves_out_who_does_not_share_and_counts_it(
    shared: Rater, second_rater: Rater, study: Study
) -> None:
    everybody = {shared.pseudonym: "true", second_rater.pseudonym: "false", "clinician-1": ""}
    assert raters_in(study, is_public=False) == everybody
    assert raters_in(study, is_public=True) == {shared.pseudonym: "true", "clinician-1": ""}
    scope = export_scope(study, stage="main", is_current_only=True, is_public=True)
    assert withheld_counts(scope) == (2, 1)


def test_public_export_follows_a_changed_mind(shared: Rater, study: Study) -> None:
    change_ticks(shared, actor=user_of(shared), ticked=())
    assert raters_in(study, is_public=True) == {"clinician-1": ""}


def test_downloads_page_for_the_public_says_what_is_left_out(
    shared: Rater, study: Study, researcher: User, client_of: Callable[[User], Client]
) -> None:
    client, path = client_of(researcher), f"/studies/{study.code}/exports/"
    page = client.get(path, {"audience": "public"}).content.decode()
    assert "2 ratings of 1 raters" in page
    assert "audience=public" in page
    assert "has not agreed to share" not in client.get(path).content.decode()
    file = client.get(f"{path}files/raters.csv", {"audience": "public"})
    assert "-public-raters.csv" in file["Content-Disposition"]
    assert client.get(path, {"audience": "everybody"}).status_code == 400
