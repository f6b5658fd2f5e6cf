"""Raters submit while an import runs, and see nothing of it before it is finished."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection

from annotation.models import ImportBatch, Item, Plan, Rater, Study
from annotation.services import staging
from rating.models import Rating
from rating.services.study_imports import ImportOutcome
from tests.conftest import user_of
from tests.rating.importing import bring_in, ratings_of
from tests.rating.services.submitting import submit

N_ITEMS = 150


def large_files() -> tuple[str, str]:
    """150 items, each rated by six raters on two questions: 1,800 answers."""
    items = "item,conversation\n" + "".join(f"x{n},Seeker: night {n}\n" for n in range(N_ITEMS))
    rows = [
        (f"x{n}", f"r{rater}", "peer", question, 1 + (n + rater) % 5)
        for n in range(N_ITEMS)
        for rater in range(6)
        for question in ("Warmth", "Trust")
    ]
    return items, ratings_of(rows)


@pytest.mark.django_db
def test_between_two_pieces_a_rater_submits_and_nothing_of_the_import_shows(
    monkeypatch: pytest.MonkeyPatch, study: Study, plan: Plan, rater: Rater, items: list[Item]
) -> None:
    seen: list[tuple[int, int]] = []
    write_as_taken = staging.write_as_taken

    def interleaved(take: object, write: Callable[[list[object]], object]) -> None:
        def write_and_look(piece: list[object]) -> None:
            write(piece)
            shown = Item.objects.visible().filter(study=study).count()
            seen.append((shown, Plan.objects.visible().filter(study=study).count()))
            if len(seen) <= len(items):
                submit(rater)

        write_as_taken(take, write_and_look)  # type: ignore[arg-type]

    monkeypatch.setattr(staging, "SIZE_OF_SERVER", 20)
    for module in ("annotation.services.item_imports", "annotation.services.staging"):
        monkeypatch.setattr(f"{module}.write_as_taken", interleaved)
    items_file, ratings_file = large_files()
    bring_in(study, actor=user_of(rater), items=items_file, ratings=ratings_file)
    assert len(seen) > len(items)
    assert set(seen) == {(len(items), 1)}
    assert Rating.objects.filter(rater=rater).count() == len(items)
    assert Item.objects.visible().filter(study=study).count() == len(items) + N_ITEMS


@pytest.mark.django_db(transaction=True)
def test_raters_in_other_threads_submit_while_an_import_writes(
    monkeypatch: pytest.MonkeyPatch,
    study: Study,
    plan: Plan,
    items: list[Item],
    rater: Rater,
    second_rater: Rater,
) -> None:
    writing = Event()

    def tell(batch: ImportBatch) -> None:
        staging.still_writing(batch)
        writing.set()

    monkeypatch.setattr("rating.services.rating_imports.still_writing", tell)
    items_file, ratings_file = large_files()

    def importing() -> ImportOutcome:
        try:
            return bring_in(study, actor=user_of(rater), items=items_file, ratings=ratings_file)
        finally:
            writing.set()
            connection.close()

    def rating(one: Rater) -> int:
        try:
            writing.wait(60)
            return sum(submit(one).rating.revision for _ in items)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        outcome: Future[ImportOutcome] = pool.submit(importing)
        submitted = [pool.submit(rating, one) for one in (rater, second_rater)]
        assert [one.result() for one in submitted] == [len(items), len(items)]
        assert outcome.result().counts["n_answers"] == N_ITEMS * 6 * 2
    assert Rating.objects.filter(slot__plan=plan).count() == 2 * len(items)
    assert Rating.objects.filter(slot__plan__stage="imported").count() == N_ITEMS * 6
