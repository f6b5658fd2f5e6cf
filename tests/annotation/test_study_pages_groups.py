"""The shape of a group on the pages of a study."""

from __future__ import annotations

import pytest

from annotation.models import Group
from annotation.templatetags.study_pages import group_number


@pytest.mark.parametrize(
    ("key", "kind", "position", "number"),
    [
        ("peer", "human", 1, 1),
        ("patient", "human", 2, 3),
        ("peer-supporters", "human", 1, 1),
        ("clinicians", "human", 2, 2),
        ("patients", "human", 3, 3),
        ("relatives", "human", 4, 5),
        ("model", "judge", 2, 4),
    ],
)
def test_group_number_tells_groups_apart_by_known_key_else_by_place(
    key: str, kind: str, position: int, number: int
) -> None:
    assert group_number(Group(key=key, kind=kind, position=position)) == number
