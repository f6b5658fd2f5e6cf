"""The same answers on PostgreSQL: keys and numbers in texts of many lines, whose names are asked for once.

A row of its own for each of a million ratings, with names in it, would take longer than all else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.postgres.aggregates import StringAgg
from django.db import transaction
from django.db.models import F, Func, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce

from annotation.models import Item, Plan, Question, Rater, Slot, Study
from rating.models import Rating
from rating.queries.export_copy import lines_as_table
from rating.queries.export_stream import answers_between
from rating.queries.ratings import OWN_VIEW, part_name

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Ints = npt.NDArray[np.int64]

# Ratings whose lines are one text, texts fetched at a time, and ratings whose answers are.
N_TOGETHER, N_TEXTS, N_RATINGS = 500, 100, 20_000
# Never in a key of a question, target, part or reason.
MARK = "|"


class _Ratings(NamedTuple):
    """Ratings in the order of their keys; `place` in the order of submission, from 1."""

    key: Ints
    item: Ints
    rater: Ints
    version: Ints
    active_ms: npt.NDArray[np.float64]
    place: Ints


def copied_tables(study: Study, stage: str) -> Iterator[pa.Table]:
    """What `long_tables` says. Which ratings there are is settled by the first statement; what they say
    never changes, and a rating that is erased meanwhile is missing."""
    ratings, names = _counting_ratings(study, stage), _Names(study, stage)
    for start in range(0, len(ratings.key), N_RATINGS):
        keys = ratings.key[start : start + N_RATINGS]
        answers = _answers(keys)
        places = keys.searchsorted(answers["rating"].to_numpy())
        # Between those of a page may lie others'.
        is_mine = keys[places.clip(max=len(keys) - 1)] == answers["rating"].to_numpy()
        yield names.table(ratings, places[is_mine] + start, answers.filter(is_mine))


class _Names:
    """Words for keys."""

    def __init__(self, study: Study, stage: str) -> None:
        self.stage = stage
        self.questions = dict(Question.objects.filter(version__rubric__study=study).values_list("pk", "key"))
        items = Item.objects.filter(study=study).order_by("pk")
        raters = Rater.objects.filter(study=study).order_by("pk")
        self.items, *self.of_items = _columns(items.values_list("pk", "code", "conversation__code"))
        self.raters, *self.of_raters = _columns(
            raters.values_list("pk", "pseudonym", "group__key", "group__kind")
        )

    def table(self, ratings: _Ratings, places: Ints, answers: pa.Table) -> pa.Table:
        """Answers with what is known of their ratings."""
        import numpy as np
        import pyarrow as pa

        item = self.items.searchsorted(ratings.item[places])
        rater = self.raters.searchsorted(ratings.rater[places])
        said = answers["said"].combine_chunks()
        said_codes = said.indices.to_numpy()
        asked = [word.split(MARK) for word in said.dictionary.to_pylist()]
        words = {
            "item": (item, self.of_items[0]),
            "conversation": (item, self.of_items[1]),
            **{name: (rater, self.of_raters[at]) for at, name in enumerate(("rater", "group", "kind"))},
            "stage": (np.zeros(len(places), dtype=np.int8), pa.array([self.stage])),
            "question": (said_codes, pa.array([part_name(self.questions[int(a[0])], a[2]) for a in asked])),
            "target": (said_codes, pa.array([a[1] for a in asked], pa.string())),
            "missing": (said_codes, pa.array([a[3] for a in asked], pa.string())),
        }
        columns = {name: pa.DictionaryArray.from_arrays(*one) for name, one in words.items()}
        numbers = {"version_id": ratings.version, "place": ratings.place, "active_ms": ratings.active_ms}
        columns |= {name: pa.array(of_rating[places]) for name, of_rating in numbers.items()}
        return pa.table({**columns, "value": answers["value"]})


def _columns(rows: QuerySet[Any, Any]) -> list[Any]:
    """Keys, and of each its words in a column."""
    import numpy as np
    import pyarrow as pa

    found = list(rows)
    keys = np.array([row[0] for row in found], dtype=np.int64)
    width = len(rows.query.values_select)
    return [keys, *(pa.array([row[at] for row in found], pa.string()) for at in range(1, width))]


def _counting_ratings(study: Study, stage: str) -> _Ratings:
    """Those whose answers `counting_answers` finds, and any that gave none."""
    import numpy as np
    import pyarrow as pa

    rows = Rating.objects.filter(
        current_of__isnull=False,
        slot__plan__in=Plan.objects.visible().filter(study=study, stage=stage),
        slot__purpose=Slot.Purpose.QUOTA,
    )
    moment = Func(F("submitted_at"), template="(EXTRACT(EPOCH FROM %(expressions)s) * 1000000)::bigint")
    line = _line(
        F("pk"), moment, F("slot__item_id"), F("rater_id"), F("rubric_version_id"), _or_nothing("active_ms")
    )
    types = dict.fromkeys(("key", "moment", "item", "rater", "version", "active_ms"), pa.int64())
    tables = [lines_as_table(text, types) for text in _texts(rows, "pk", line)]
    table = pa.concat_tables([*tables, pa.schema(types.items()).empty_table()])
    by_key = np.argsort(table["key"].to_numpy())
    columns = {name: table[name].to_numpy()[by_key] for name in types}
    place = np.empty(len(table), dtype=np.int64)
    place[np.argsort(columns.pop("moment"), kind="stable")] = np.arange(1, len(table) + 1)
    columns["active_ms"] = columns["active_ms"].astype(np.float64)
    return _Ratings(**columns, place=place)


def _answers(keys: Ints) -> pa.Table:
    """Answers of ratings by their keys, which ascend; maybe others' among them."""
    import pyarrow as pa

    rows = answers_between(keys.tolist()).filter(perspective=OWN_VIEW, question__scale__isnull=False)
    said = Func(
        Value(MARK),
        *(F("question_id"), F("target"), F("part"), F("missing")),
        function="CONCAT_WS",
        output_field=TextField(),
    )
    line = _line(F("rating_id"), said, _or_nothing("value"))
    types = {"rating": pa.int64(), "said": pa.dictionary(pa.int32(), pa.string()), "value": pa.float64()}
    return lines_as_table(b"\n".join(_texts(rows, "rating_id", line)), types)


def _line(*parts: F | Func[Any]) -> Func[Any]:
    return Func(Value("\t"), *parts, function="CONCAT_WS", output_field=TextField())


def _or_nothing(name: str) -> Coalesce:
    """Nothing where there is none: CONCAT_WS leaves out a null with its tab."""
    return Coalesce(Cast(name, TextField()), Value("", output_field=TextField()))


def _texts(rows: QuerySet[Any, Any], by: str, line: Func[Any]) -> Iterator[bytes]:
    """The lines of rows as a few large texts."""
    blocks = rows.order_by().values(block=F(by) / N_TOGETHER).annotate(lines=StringAgg(line, "\n"))
    texts: list[str] = []
    with transaction.atomic():
        for text in blocks.values_list("lines", flat=True).iterator(chunk_size=N_TEXTS):
            texts.append(text)
            if len(texts) == N_TEXTS:
                yield "\n".join(texts).encode()
                texts = []
    if texts:
        yield "\n".join(texts).encode()
