"""In which language a rater reads the questions."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from annotation.models import RubricVersion, Study, User
from annotation.services import rubrics
from rating.services.workbench import shown_language


def version_with(study: Study, owner: User, *languages: str) -> RubricVersion:
    """Two questions; the first has words in German, the second in `languages`."""
    document: dict[str, Any] = {
        "format": 1,
        "key": "worded",
        "name": "Worded",
        "language": "en",
        "scales": {
            "two": {
                "measurement": "ordinal",
                "levels": [
                    {"value": 1, "label": "Low", "definition": "Low."},
                    {"value": 2, "label": "High", "definition": "High."},
                ],
            }
        },
        "questions": [
            {
                "key": "warm",
                "scale": "two",
                "text": "Warm?",
                "wordings": [{"language": "de", "text": "Warm?"}],
            },
            {
                "key": "clear",
                "scale": "two",
                "text": "Clear?",
                "wordings": [{"language": language, "text": "Klar?"} for language in languages],
            },
        ],
    }
    return rubrics.load_rubric(study, document, actor=owner)


@pytest.mark.parametrize(
    ("languages", "interface", "shown"),
    [
        (("de",), "de", "de"),  # every question has words in it
        (("de",), "es", "en"),
        (("es",), "de", "en"),  # half a form in each language would be worse than one language
        ((), "en", "en"),
    ],
)
def test_shown_language_is_that_of_the_interface_where_every_question_has_words_in_it(
    study: Study, owner: User, languages: tuple[str, ...], interface: str, shown: str
) -> None:
    version = version_with(study, owner, *languages)
    with override(interface):
        assert shown_language(version) == shown
