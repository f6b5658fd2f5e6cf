"""Who rates what in a simulated plan."""

import numpy as np
import pytest

from rating.agreement import AgreementInputError
from rating.agreement.planning import Design, GroupPlan


def two(n_raters: int, per_item: int | None = None) -> tuple[GroupPlan, GroupPlan]:
    return GroupPlan("g", n_raters, per_item), GroupPlan("h", n_raters, per_item)


def test_cells_of_a_complete_plan_are_all_filled() -> None:
    assert Design(two(3), 4).cells(np.random.default_rng(0), 2).all()


def test_cells_give_every_item_its_raters_and_every_rater_as_many_items_as_others() -> None:
    design = Design((GroupPlan("g", 6, 2), GroupPlan("h", 4, 3)), 24)
    cells = design.cells(np.random.default_rng(0), 5)
    assert (cells[:, :, design.side == 0].sum(axis=2) == 2).all()
    assert (cells[:, :, design.side == 1].sum(axis=2) == 3).all()
    assert (cells.sum(axis=1)[:, design.side == 0] == 8).all()
    assert (cells.sum(axis=1)[:, design.side == 1] == 18).all()
    assert not (cells[0] == cells[1]).all()


def test_cells_of_blocks_stay_inside_them() -> None:
    design = Design(two(6), 8, n_blocks=2)
    cells = design.cells(np.random.default_rng(0), 1)[0]
    assert design.block.tolist() == [0, 0, 0, 1, 1, 1] * 2
    assert cells[:4][:, design.block == 0].all()
    assert not cells[:4][:, design.block == 1].any()
    assert not design.is_complete


def test_cells_missing_are_the_share_stated() -> None:
    cells = Design(two(10), 100, share_missing=0.3).cells(np.random.default_rng(0), 10)
    assert cells.mean() == pytest.approx(0.7, abs=0.02)


def test_cells_of_an_allocation_are_that_table() -> None:
    table = np.eye(4, dtype=np.bool_)
    design = Design(two(2), 4, allocation=table)
    assert (design.cells(np.random.default_rng(0), 3) == table).all()
    assert design.per_item(0) == 0


@pytest.mark.parametrize(
    "make",
    [
        lambda: Design((), 3),
        lambda: Design((GroupPlan("g", 2), GroupPlan("g", 2)), 3),
        lambda: Design(two(0), 3),
        lambda: Design(two(2), 0),
        lambda: Design(two(500), 5000),
        lambda: Design(two(2), 3, n_blocks=3),
        lambda: Design(two(4, 3), 3, n_blocks=2),
        lambda: Design(two(2, 3), 3),
        lambda: Design(two(2), 3, share_missing=1.0),
        lambda: Design(two(2), 3, n_levels=1),
        lambda: Design(two(2), 3, allocation=np.ones((3, 3), dtype=np.bool_)),
    ],
)
def test_design_that_cannot_be_is_refused(make: object) -> None:
    assert callable(make)
    with pytest.raises(AgreementInputError) as caught:
        make()
    assert caught.value.code == "bad_option"


def test_fixed_table_is_not_stretched_to_other_numbers_of_raters() -> None:
    with pytest.raises(AgreementInputError):
        Design(two(2), 3, allocation=np.ones((3, 4), dtype=np.bool_)).with_raters(3)
