"""What passes the checks can be stored, on any database: rubrics of any shape, plans of any wishes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import CharField, Model
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from annotation.errors import DomainError
from annotation.forms.plans import QUOTA, SEATS
from annotation.models import Level, Plan, Question, Rubric, Scale, Study, User, Wording
from annotation.services.rubrics import load_rubric
from annotation.views.plans import PREVIEW
from tests.fuzz.mutations import EXAMPLES, FEW, NASTY, wrong

RUBRIC = {
    "key": "small",
    "name": "Small",
    "language": "en",
    "scales": {
        "warmth": {
            "measurement": "ordinal",
            "levels": [{"value": 1, "label": "cold", "definition": "d"}, {"value": 2, "label": "warm"}],
        },
        "line": {"measurement": "interval", "from": 0, "to": 10, "step": 5, "anchors": {"0": "a", "10": "b"}},
    },
    "questions": [
        {"key": "warm", "text": "How warm?", "scale": "warmth", "construct": "empathy", "help": "h"},
        {
            "key": "kinds",
            "kind": "multi",
            "text": "Which?",
            "options": [{"key": "a", "label": "A"}, {"key": "b", "label": "B"}],
            "condition": {"question": "warm", "values": [2]},
            "wordings": [{"language": "de", "text": "Welche?", "labels": {"a": "A"}}],
        },
    ],
}


def too_long(row: Model) -> list[str]:
    """Columns that hold no text, or more of it than the database takes."""
    texts = [one for one in row._meta.fields if isinstance(one, CharField)]
    values = {one.name: (getattr(row, one.attname), one.max_length or 0) for one in texts}
    return [name for name, (value, most) in values.items() if not isinstance(value, str) or len(value) > most]


@FEW
@given(document=wrong(RUBRIC))
def test_rubric_of_any_shape_is_refused_or_fits_into_the_database(
    document: Any, study: Study, owner: User
) -> None:
    with transaction.atomic():
        try:
            version = load_rubric(study, document, actor=owner)
        except DomainError:
            return
        rows = [
            *Rubric.objects.filter(versions=version),
            *Scale.objects.filter(version=version),
            *Level.objects.filter(scale__version=version),
            *Question.objects.filter(version=version),
            *Wording.objects.filter(question__version=version),
        ]
        assert [name for row in rows for name in too_long(row)] == []
        transaction.set_rollback(True)


WORDS = st.one_of(
    st.text(max_size=10),
    st.sampled_from([one.decode(errors="replace") for one in NASTY]),
    st.sampled_from(["0", "-1", "1e9", "9" * 40, "pool", "crossed", "blocks", "on", "main", "2"]),
)


SEED_FIELDS = {"stage": "pilot", "design": "blocks", "seed": "7", "n_items": "4", "batch_size": "2"}


# Each example draws a whole design.
@settings(FEW, max_examples=EXAMPLES or 4)
@given(
    changes=st.dictionaries(
        st.sampled_from(
            [*SEED_FIELDS, "rubric", "n_anchors", "conditions", f"{QUOTA}peer", f"{SEATS}peer", "step"]
        ),
        WORDS,
        max_size=4,
    )
)
def test_page_of_a_plan_filled_in_with_anything_shows_the_load_or_says_why(
    changes: dict[str, str], plan: Plan, study: Study, owner: User, client: Client
) -> None:
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    sound = SEED_FIELDS | {"rubric": plan.rubric_version.code, f"{QUOTA}peer": "2", "step": PREVIEW}
    with transaction.atomic():
        answer = client.post(reverse("study_plan_new", args=[study.code]), sound | changes)
        transaction.set_rollback(True)
    assert answer.status_code in {200, 302, 400, 409}
