"""What a folder of ratings says about itself: title, groups, names of dimensions, rubric, factors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotation.imports.checks.rubric import rubric_defects
from annotation.imports.checks.rubric_scales import KEY

GROUP_KINDS = ("human", "judge")
REASONS = ("cannot_judge", "not_applicable", "declined", "not_asked")


@dataclass(frozen=True)
class DescribedGroup:
    key: str
    name: str
    singular: str = ""
    kind: str = "human"


@dataclass(frozen=True)
class DescribedFactor:
    """A column of the ratings file that says something about the item. Hidden from raters unless said."""

    column: str
    name: str
    is_hidden: bool = True


@dataclass(frozen=True)
class Description:
    """A sound description; the empty one leaves all to the file and the options.

    Attributes:
        columns: header of the ratings file, for recognising it; empty: never recognised.
        dimensions: question key by the name it has in the file.
        item_separator: what stands between the conversation's and the response's part of an item's name.
    """

    key: str = ""
    title: str = ""
    purpose: str = ""
    notice: str = ""
    columns: tuple[str, ...] = ()
    groups: tuple[DescribedGroup, ...] = ()
    dimensions: Mapping[str, str] = field(default_factory=dict)
    factors: tuple[DescribedFactor, ...] = ()
    item_separator: str = ""
    rubric: Mapping[str, Any] | None = None

    @property
    def factor_columns(self) -> tuple[str, ...]:
        return tuple(factor.column for factor in self.factors)

    def conversation_of(self, item: str) -> str:
        return item.split(self.item_separator, maxsplit=1)[0] if self.item_separator else item


def description_defects(document: object) -> list[str]:
    """An empty list means that `description_of` can read the document.

    >>> description_defects({"key": "x"})
    ['“title” is missing.']
    """
    if not isinstance(document, Mapping):
        return ["The file does not hold a study description: expected an object with key and title."]
    return [
        *_names(document),
        *_groups(document.get("groups", [])),
        *_dimensions(document),
        *_factors(document.get("factors", [])),
    ]


def _names(document: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(document.get("key"), str) or not KEY.match(document["key"]):
        yield "“key” is missing or has other characters than a-z, 0-9, - and _."
    for name, limit in (("title", 200), ("purpose", 5000), ("notice", 500), ("item_separator", 5)):
        if not isinstance(document.get(name, ""), str) or len(document.get(name, "")) > limit:
            yield f"“{name}” should be words, at most {limit} characters."
    if not document.get("title"):
        yield "“title” is missing."
    if not _are_words(document.get("columns", [])):
        yield "“columns” should be a list of column names."


def _are_words(given: object) -> bool:
    return isinstance(given, list) and all(isinstance(one, str) for one in given)


def _groups(groups: object) -> Iterator[str]:
    if not isinstance(groups, list):
        yield "“groups” should be a list."
        return
    for number, group in enumerate(groups, start=1):
        if (
            not isinstance(group, Mapping)
            or not KEY.match(str(group.get("key", "")))
            or not group.get("name")
        ):
            yield f"Group {number} needs a “key” (a-z, 0-9, - and _) and a “name”."
        elif group.get("kind", "human") not in GROUP_KINDS:
            yield f"Group {number}: “kind” must be one of {', '.join(GROUP_KINDS)}."


def _dimensions(document: Mapping[str, Any]) -> Iterator[str]:
    dimensions, rubric = document.get("dimensions", {}), document.get("rubric")
    if not isinstance(dimensions, Mapping) or not _are_words([*dimensions.values()]):
        yield "“dimensions” should name a question key for each dimension of the file."
        return
    if rubric is None:
        return
    defects = rubric_defects(rubric)
    yield from (f"Rubric: {defect}" for defect in defects)
    if not defects:
        keys = {question["key"] for question in rubric["questions"]}
        lost = [f"“{name}”" for name, key in dimensions.items() if key not in keys]
        if lost:
            yield f"“dimensions”: {', '.join(lost)} lead to no question of the rubric."


def _factors(factors: object) -> Iterator[str]:
    if not isinstance(factors, list) or not all(
        isinstance(one, Mapping) and isinstance(one.get("column"), str) for one in factors
    ):
        yield "“factors” should be a list of objects with “column”."


def description_of(document: Mapping[str, Any]) -> Description:
    """The description of a document without defects."""
    return Description(
        key=document["key"],
        title=document["title"],
        purpose=document.get("purpose", ""),
        notice=document.get("notice", ""),
        columns=tuple(document.get("columns", ())),
        groups=tuple(
            DescribedGroup(one["key"], one["name"], one.get("singular", ""), one.get("kind", "human"))
            for one in document.get("groups", ())
        ),
        dimensions=dict(document.get("dimensions", {})),
        factors=tuple(
            DescribedFactor(one["column"], one.get("name", one["column"]), bool(one.get("hidden", True)))
            for one in document.get("factors", ())
        ),
        item_separator=document.get("item_separator", ""),
        rubric=document.get("rubric"),
    )


def recognised(
    header: Sequence[str], dimensions: Iterable[str], described: Iterable[Description]
) -> Description | None:
    """The description whose columns are exactly the file's and which knows all of its dimensions."""
    found = set(dimensions)
    for description in described:
        if description.columns == tuple(header) and found and found <= set(description.dimensions):
            return description
    return None
