"""What an analysis plan lays down, line by line in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ADJUSTMENTS = {
    "benjamini_hochberg": "Benjamini–Hochberg over all tests of the family",
    "max_statistic": "maximum statistic over the questions of a pair, times the number of pairs",
}
RULES = {
    "rater": "Rater {rater} ({reason})",
    "fast_rating": "Ratings made in less than {seconds:g} seconds",
    "few_ratings": "Raters with fewer than {ratings} ratings",
    "factor_level": "Items whose {factor} is “{level}”",
}


@dataclass(frozen=True)
class Named:
    """Names of questions, groups and factors by key; what has none is called by its key."""

    questions: Mapping[str, str]
    groups: Mapping[str, str]
    factors: Mapping[str, str]

    def question(self, key: str) -> str:
        return self.questions.get(key, key)

    def pair(self, pair: Sequence[str]) -> str:
        return " – ".join(self.groups.get(key, key) for key in pair)

    def rule(self, rule: Mapping[str, Any]) -> str:
        words = {**rule, "factor": self.factors.get(rule.get("factor", ""), rule.get("factor"))}
        return RULES[rule["rule"]].format_map(words)


def plan_facts(options: Mapping[str, Any], seed: int, names: Named) -> list[tuple[str, str]]:
    """Label and words of everything that is laid down, in one order."""
    return [
        ("Stage", str(options["stage"])),
        ("Questions", _listed(names.question(key) for key in options["questions"]) or "all of the rubric"),
        ("Pairs of groups", _listed(names.pair(pair) for pair in options["pairs"]) or "all groups of people"),
        ("Primary coefficient", _primary(options, names)),
        ("Left out", _listed(names.rule(rule) for rule in options["exclusions"]) or "nothing"),
        ("Tried beside the main result", _sensitivity(options, names)),
        ("Versions of the rubric that differ", _versions(options.get("versions", {}))),
        ("By stratum", _listed(names.factors.get(k, k) for k in options["strata"]) or "every factor"),
        ("Answers watched", _watched(options, names)),
        ("Family of tests", "misalignment of every pair: rated questions, and yes/no questions apart"),
        ("Adjustment", ADJUSTMENTS[options["adjustment"]]),
        ("Random relabellings", f"{options['n_permutations']:,} where not all are possible"),
        ("Confidence of intervals", f"{100 * options['confidence']:g} %"),
        ("Seed", str(seed)),
    ]


def _primary(options: Mapping[str, Any], names: Named) -> str:
    usual = f"Krippendorff’s alpha, {_level(options['level'])}"
    others = [
        f"{names.question(key)}: {' '.join(part for part in _coefficient(found) if part)}"
        for key, found in options["primary"].items()
    ]
    return f"{usual}; except {'; '.join(others)}" if others else usual


def _coefficient(found: Mapping[str, str]) -> tuple[str, str, str]:
    name = found["coefficient"].replace("_", " ")
    return name, found["variant"].replace("_", " "), f"({_level(found['level'])})"


def _level(level: str) -> str:
    return "at the level that the rubric declares" if level == "scale" else f"{level} level"


def _versions(choice: Mapping[str, Any]) -> str:
    """What is done with ratings of versions that differ, each line of a mapping told."""
    mapped = [
        f"{version}, {key} as {told['to']}{_values(told.get('levels', {}))}"
        for version, questions in choice.get("map", {}).items()
        for key, told in questions.items()
        if told.get("to")
    ]
    said = {
        "": "said when the analysis starts",
        "apart": "kept apart",
        "only": f"only {choice.get('version')}",
        "pooled": "counted together",
    }[choice.get("use", "")]
    return f"{said}: {_listed(mapped)}" if mapped else said


def _values(levels: Mapping[str, float]) -> str:
    told = ", ".join(f"{value} as {to:g}" for value, to in levels.items())
    return f" ({told})" if told else ""


def _sensitivity(options: Mapping[str, Any], names: Named) -> str:
    usual = ["other distances", "items that every group rated", "groups of equal size"]
    if options["exclusions"]:
        usual.append("nothing left out")
    return _listed([*usual, *(f"without: {names.rule(rule)}" for rule in options["sensitivity"])])


def _watched(options: Mapping[str, Any], names: Named) -> str:
    found = [
        f"{names.question(key)}: {', '.join(f'{value:g}' for value in values) or 'none'}"
        for key, values in options["watched"].items()
    ]
    rest = "the two at the unsafe end of safety questions, and yes to safety flags"
    return f"{'; '.join(found)}; elsewhere {rest}" if found else rest


def _listed(words: Any) -> str:
    return "; ".join(words)
