"""What this app counts of a whole study (`annotation.study_numbers`)."""

from __future__ import annotations

from annotation.study_numbers import register
from rating.queries.pay import PAY, count_pay


def register_numbers() -> None:
    register(PAY, count_pay)
