"""What this app counts of a whole study (`annotation.study_numbers`)."""

from __future__ import annotations

from annotation.study_numbers import register
from rating.queries.analyses import READY, count_ready
from rating.queries.card_counts import CARD, count_card
from rating.queries.keyed_items import MET, count_met
from rating.queries.pay import PAY, count_pay
from rating.queries.told_columns import COLUMNS, count_columns
from rating.queries.watching import LOOKS, count_second_looks
from rating.queries.withheld import WITHHELD, count_withheld
from rating.services.repeat_figures import STEADY, count_steady


def register_numbers() -> None:
    register(CARD, count_card)
    register(COLUMNS, count_columns)
    register(READY, count_ready)
    register(WITHHELD, count_withheld)
    register(PAY, count_pay)
    register(STEADY, count_steady)
    register(LOOKS, count_second_looks)
    register(MET, count_met)
