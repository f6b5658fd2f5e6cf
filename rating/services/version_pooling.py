"""How answers given with different versions of a rubric come together: never without being told.

A choice is {"use": "apart"}, {"use": "only", "version": NAME}, or {"use": "pooled", "map": {NAME: {question:
{"to": question, "levels": {"1": 1, …}}}}}. NAME is that of a class of versions that mean the same, by its
newest ("core 2"); questions are named as analyses name them. Of what a pooled choice does not map, a question
with the same key and scale goes to itself, anything else stays apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from annotation.errors import Code, DomainError
from annotation.models import Study
from rating.queries.rated_versions import VersionClass, means_same, rated_classes, version_name

APART, ONLY, POOLED = "apart", "only", "pooled"
USES = (APART, ONLY, POOLED)
# What a report says where nothing had to be chosen.
EQUIVALENT = "equivalent"

Choice = Mapping[str, Any]


@dataclass(frozen=True)
class Target:
    """What a question of one class is called in the analysis, and its values there where they change."""

    name: str
    levels: Mapping[float, float] = field(default_factory=dict)


def shape_problems(choice: Choice) -> Iterator[str]:
    """What is wrong with a choice, whatever the study."""
    if not choice:
        return
    use = choice.get("use")
    if use not in USES:
        yield f"versions: “use” must be one of {', '.join(USES)}."
    elif set(choice) - {"use", "version", "map"}:
        yield "versions: only “use”, “version” and “map” are known."
    elif use == ONLY and not isinstance(choice.get("version"), str):
        yield "versions: say which “version”."
    elif not all(map(_is_mapping, choice.get("map", {}).values())):
        yield "versions: “map” names a version, then its questions, each with “to” and “levels”."


def _is_mapping(questions: Any) -> bool:
    return isinstance(questions, Mapping) and all(
        isinstance(one, Mapping) and isinstance(one.get("to", ""), str) and _are_levels(one.get("levels", {}))
        for one in questions.values()
    )


def _are_levels(levels: Any) -> bool:
    return isinstance(levels, Mapping) and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in levels.values()
    )


def refuse_unpooled(study: Study, stage: str, choice: Choice) -> None:
    """INVALID where the stage was rated with versions that differ and nobody said what to do with them, or
    where what was said does not fit them."""
    refuse_unfit(rated_classes(study, stage), choice)


def refuse_unfit(classes: Sequence[VersionClass], choice: Choice) -> None:
    if len(classes) > 1 and not choice:
        names = ", ".join(one.name for one in classes)
        raise DomainError(
            Code.INVALID,
            _("These ratings were made with versions of the rubric that differ: %(names)s.")
            % {"names": names},
            [_("Say whether they are kept apart, put together by a mapping, or one of them is analysed.")],
        )
    problems = list(_unfit(classes, choice)) if len(classes) > 1 else []
    if problems:
        raise DomainError(Code.INVALID, _("The versions cannot be put together so."), problems)


def _unfit(classes: Sequence[VersionClass], choice: Choice) -> Iterator[str]:
    names = {one.name: one for one in classes}
    if choice["use"] == ONLY and choice["version"] not in names:
        yield f"versions: nobody rated with {choice['version']}."
    for name, questions in choice.get("map", {}).items():
        if name not in names or names[name] is classes[0]:
            yield f"versions: {name} is no earlier version of these ratings."
            continue
        for key, told in questions.items():
            yield from _unfit_question(names[name], classes[0], key, told)
        yield from _met_twice(name, targets_of([classes[0], names[name]], choice)[name])


def _met_twice(name: str, targets: Mapping[str, Target]) -> Iterator[str]:
    """Two questions of one version cannot become one: a rater has answered both."""
    seen: set[str] = set()
    for target in targets.values():
        if target.name in seen:
            yield f"{name}: two of its questions become {target.name}."
        seen.add(target.name)


def _unfit_question(
    earlier: VersionClass, newest: VersionClass, key: str, told: Mapping[str, Any]
) -> Iterator[str]:
    place, to = f"{earlier.name}, {key}", told.get("to", "")
    if key not in earlier.scales:
        yield f"{place}: there is no such question."
        return
    if not to:
        return
    if to not in newest.scales:
        yield f"{place}: {newest.name} has no question {to}."
        return
    source, target = earlier.scales[key], newest.scales[to]
    levels = levels_of(told)
    if not levels and means_same(source, target):
        return
    for value in source["values"]:
        if value not in levels:
            yield f"{place}: say which value of {to} the value {value:g} is."
        elif levels[value] not in target["values"]:
            yield f"{place}: {to} has no value {levels[value]:g}."


def levels_of(told: Mapping[str, Any]) -> dict[float, float]:
    """Values of the earlier scale with those of the later; a key that is no number fits nothing."""
    found = {}
    for value, becomes in told.get("levels", {}).items():
        try:
            found[float(value)] = float(becomes)
        except ValueError:
            continue
    return found


def kept_classes(classes: Sequence[VersionClass], choice: Choice) -> list[VersionClass]:
    """The classes that are analysed."""
    if len(classes) > 1 and choice["use"] == ONLY:
        return [one for one in classes if one.name == choice["version"]]
    return list(classes)


def targets_of(classes: Sequence[VersionClass], choice: Choice) -> dict[str, dict[str, Target]]:
    """For every class by name, what each of its questions is called and which values it has there.

    The first class keeps its names. In `kept_classes` order, of a choice that fits.
    """
    newest = classes[0]
    found = {newest.name: {key: Target(key) for key in newest.scales}}
    for earlier in classes[1:]:
        mapped = choice.get("map", {}).get(earlier.name, {}) if choice["use"] == POOLED else {}
        found[earlier.name] = {
            key: _target(earlier, newest, key, mapped.get(key), is_pooled=choice["use"] == POOLED)
            for key in earlier.scales
        }
    return found


def _target(
    earlier: VersionClass,
    newest: VersionClass,
    key: str,
    told: Mapping[str, Any] | None,
    *,
    is_pooled: bool,
) -> Target:
    if told is not None and told.get("to"):
        return Target(told["to"], levels_of(told))
    same = newest.scales.get(key)
    if told is None and is_pooled and same is not None and means_same(earlier.scales[key], same):
        return Target(key)
    version = earlier.newest
    other = "" if version.rubric_id == newest.newest.rubric_id else f"{version.rubric.key}-"
    return Target(f"{key}-{other}v{version.number}")


def told_of(
    all_classes: Sequence[VersionClass], choice: Choice, targets: Mapping[str, Mapping[str, Target]]
) -> dict[str, Any]:
    """What snapshot and report keep of it; empty for one version by itself."""
    if len(all_classes) == 1 and len(all_classes[0].versions) == 1:
        return {}
    newest = next(iter(targets))
    mapping = [
        {
            "version": name,
            "question": key,
            "to": target.name if target.name in targets[newest] else "",
            "levels": {f"{value:g}": becomes for value, becomes in target.levels.items()},
        }
        for name, questions in targets.items()
        for key, target in questions.items()
        if name != newest
    ]
    return {
        "use": choice["use"] if len(all_classes) > 1 else EQUIVALENT,
        "classes": [[version_name(one) for one in each.versions] for each in all_classes],
        "kept": list(targets),
        "corrections": [
            {
                "version": version_name(one),
                "of": f"{one.rubric.key} {one.equivalent_to.number}",
                "reason": one.equivalence_reason,
            }
            for each in all_classes
            for one in each.versions
            if one.equivalent_to is not None
        ],
        "mapping": mapping,
    }
