"""What is put aside in files on the way of an export: the same comes out, however it is cut."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotation.models import Plan, Rater
from rating.models import Answer, CurrentRating, Rating
from rating.queries import export_columns, export_items, export_stream
from rating.queries.export_columns import ColumnPage
from rating.queries.export_items import Cells, Place
from rating.services.export_formats.registered import ExportSource
from tests.rating.exporting import FORMULA, rate_everything, scope_of

STRETCHES = pytest.mark.parametrize(("n_items", "page"), [(1, 1), (1, 5000), (2000, 1), (2000, 5000)])


@pytest.fixture
def ratings(plan: Plan, rater: Rater, second_rater: Rater) -> list[Rating]:
    return rate_everything(plan, rater, second_rater)


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch, n_items: int, page: int) -> None:
    """Stretches of so many items, pages of so many ratings."""
    monkeypatch.setattr(export_items, "N_ITEMS", n_items)
    monkeypatch.setattr(export_stream, "PAGE", page)
    monkeypatch.setattr(export_columns, "N_FIRST", page)


def stored_values(plan: Plan) -> dict[str, dict[Place, Cells]]:
    """By item, of the newest revisions, as the database has them."""
    found: dict[str, dict[Place, Cells]] = {}
    newest = CurrentRating.objects.filter(rating__slot__plan=plan).values("rating")
    for one in Answer.objects.filter(rating__in=newest, value__isnull=False).select_related(
        "rating__slot__item", "question"
    ):
        place = (one.question.key, one.target, one.part, one.perspective)
        cells = found.setdefault(one.rating.slot.item.external_id, {}).setdefault(place, {})
        cells[one.rating.rater_id, one.rating.slot.occurrence] = float(one.value or 0)
    return found


@STRETCHES
@pytest.mark.parametrize("is_current_only", [True, False])
@pytest.mark.usefixtures("cut")
def test_items_have_the_values_of_the_newest_revisions(
    plan: Plan, ratings: list[Rating], *, is_current_only: bool
) -> None:
    source = ExportSource(scope_of(plan, is_current_only=is_current_only))
    items = [one for page in source.items() for one in page]
    assert {one.name: one.values for one in items} == stored_values(plan)
    assert [one.name for one in items] == sorted({one.slot.item.external_id for one in ratings})
    first = next(one for one in items if one.name == ratings[0].slot.item.external_id)
    assert first.orders[ratings[0].rater_id] == [1]


@STRETCHES
@pytest.mark.usefixtures("cut")
def test_annotated_items_have_every_rating_in_full(plan: Plan, ratings: list[Rating]) -> None:
    scope = replace(scope_of(plan, is_current_only=False), with_restricted=True)
    source = ExportSource(scope)
    given = {one.row.rating: one for _item, found in source.annotated_items() for one in found}
    assert list(given) == [one.code for one in sorted(ratings, key=lambda one: (one.slot.item_id, one.pk))]
    for rating in ratings:
        one = given[rating.code]
        said = [source.known.rows[number] for number in one.numbers]
        assert sorted(
            (row.question, row.value, row.missing) for row in said if row.value is not None
        ) == sorted(
            rating.answers.filter(value__isnull=False).values_list("question__key", "value", "missing")
        )
        assert (one.key, one.row.revision, one.row.comment) == (rating.pk, rating.revision, rating.comment)
    assert given[ratings[0].code].row.comment == FORMULA
    assert [mark.quote for mark in given[ratings[0].code].passages] == ["tiring", "sounds"]


@STRETCHES
@pytest.mark.usefixtures("cut")
def test_pages_that_were_kept_are_those_that_were_read_as_often_as_asked(
    plan: Plan, ratings: list[Rating]
) -> None:
    def told(pages: list[ColumnPage]) -> list[object]:
        names = sorted(pages[0].ratings)
        return [
            (
                page.keys.tolist(),
                [page.ratings[name].to_pylist() for name in names],
                [page.places.tolist(), page.numbers.tolist()],
                [page.confidence.to_pylist(), page.question_ms.to_pylist()],
            )
            for page in pages
        ]

    scope = scope_of(plan, is_current_only=False)
    read = told(list(ExportSource(scope).columns_of_pages()))
    source = ExportSource(scope)
    source.keep_pages()
    assert source.n_kept == len(ratings)
    assert told(list(source.columns_of_pages())) == told(list(source.columns_of_pages())) == read
