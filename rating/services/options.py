"""What an analysis is asked to compute: read from a form, the API or a stored plan, refused by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from annotation.errors import Code, DomainError
from annotation.models import Factor, Group, Question, Rater, Study
from rating.services.version_pooling import shape_problems

BY_SCALE = "scale"
LEVELS = (BY_SCALE, "nominal", "ordinal", "interval")
MIN_PERMUTATIONS, MAX_PERMUTATIONS = 99, 100_000
BENJAMINI_HOCHBERG, MAX_STATISTIC = "benjamini_hochberg", "max_statistic"
ADJUSTMENTS = (BENJAMINI_HOCHBERG, MAX_STATISTIC)
ALPHA = "alpha"
# What may be left out, and what each rule has to say: the closed list.
RULES: dict[str, dict[str, tuple[type, ...]]] = {
    "rater": {"rater": (str,), "reason": (str,)},
    "fast_rating": {"seconds": (int, float)},
    "few_ratings": {"ratings": (int,)},
    "factor_level": {"factor": (str,), "level": (str,)},
}
MAX_RULES = 200

Rule = Mapping[str, Any]


@dataclass(frozen=True)
class Primary:
    """The coefficient of agreement within groups that a question's claims rest on."""

    coefficient: str = ALPHA
    variant: str = ""
    level: str = BY_SCALE


@dataclass(frozen=True)
class Options:
    """What was asked for; an analysis stores it whole, so that anyone can ask for the same again.

    `questions`, `pairs`, `strata` empty mean all of them. `level` overrides that of ordered scales, a
    question's `primary` overrides `level`. `exclusions` make the main result; `sensitivity` are rules tried
    one at a time beside it. `watched`: answers that are reported whoever gave them, by question; a question
    without an entry has the usual ones. `epsilon`: what a judge model is allowed, by group.
    """

    stage: str
    questions: tuple[str, ...] = ()
    level: str = BY_SCALE
    n_permutations: int = 2000
    confidence: float = 0.95
    pairs: tuple[tuple[str, str], ...] = ()
    primary: Mapping[str, Primary] = field(default_factory=dict)
    exclusions: tuple[Rule, ...] = ()
    sensitivity: tuple[Rule, ...] = ()
    strata: tuple[str, ...] = ()
    watched: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    epsilon: Mapping[str, float] = field(default_factory=dict)
    adjustment: str = BENJAMINI_HOCHBERG
    # What to do with ratings made with versions that differ; empty: refuse to put them together.
    versions: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Options:
        """Read stored or submitted options; INVALID names what is wrong."""
        try:
            found = _read(options)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            problem = "The options do not have the shape that they should have."
            raise DomainError(Code.INVALID, _("These options cannot be used."), [problem]) from error
        problems = list(_problems(found))
        if problems:
            raise DomainError(Code.INVALID, _("These options cannot be used."), problems)
        return found

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form, the same for the same options."""
        return {
            **asdict(self),
            "questions": list(self.questions),
            "pairs": [list(pair) for pair in self.pairs],
            "exclusions": [dict(rule) for rule in self.exclusions],
            "sensitivity": [dict(rule) for rule in self.sensitivity],
            "strata": list(self.strata),
            "watched": {key: list(values) for key, values in self.watched.items()},
        }

    def primary_of(self, question: str) -> Primary:
        """The question's primary coefficient: alpha, unless another was declared."""
        return self.primary.get(question, Primary(level=self.level))

    def declares_pair(self, pair: tuple[str, str]) -> bool:
        """Whether these two groups, in any order, are among the pairs to compare."""
        return not self.pairs or pair in self.pairs or pair[::-1] in self.pairs


def _read(options: Mapping[str, Any]) -> Options:
    lists = {
        "questions": tuple(options.get("questions", ())),
        "pairs": tuple((str(first), str(second)) for first, second in options.get("pairs", ())),
        "exclusions": tuple(dict(rule) for rule in options.get("exclusions", ())),
        "sensitivity": tuple(dict(rule) for rule in options.get("sensitivity", ())),
        "strata": tuple(options.get("strata", ())),
    }
    mappings = {
        "primary": {key: Primary(**value) for key, value in options.get("primary", {}).items()},
        "watched": {
            key: tuple(float(value) for value in values) for key, values in options.get("watched", {}).items()
        },
        "epsilon": {key: float(value) for key, value in options.get("epsilon", {}).items()},
        "versions": dict(options.get("versions", {})),
    }
    return Options(**{**options, **lists, **mappings})


def _problems(options: Options) -> Iterator[str]:
    if options.level not in LEVELS:
        yield f"The level must be one of {', '.join(LEVELS)}."
    if not MIN_PERMUTATIONS <= options.n_permutations <= MAX_PERMUTATIONS:
        yield f"Between {MIN_PERMUTATIONS} and {MAX_PERMUTATIONS:,} relabellings are possible."
    if not 0.5 <= options.confidence < 1:
        yield "The confidence must be at least 0.5 and below 1."
    if options.adjustment not in ADJUSTMENTS:
        yield f"The adjustment must be one of {', '.join(ADJUSTMENTS)}."
    if any(first == second for first, second in options.pairs):
        yield "A pair needs two different groups."
    if not all(0 <= value < 1 for value in options.epsilon.values()):
        yield "Epsilon must be at least 0 and below 1."
    yield from shape_problems(options.versions)
    for key, primary in options.primary.items():
        yield from _primary_problems(key, primary)
    rules = [*options.exclusions, *options.sensitivity]
    if len(rules) > MAX_RULES:
        yield f"At most {MAX_RULES} rules of exclusion are possible."
    yield from (problem for rule in rules for problem in _rule_problems(rule))


def _primary_problems(key: str, primary: Primary) -> Iterator[str]:
    if primary.level not in LEVELS:
        yield f"{key}: the level must be one of {', '.join(LEVELS)}."
    if (primary.coefficient, primary.variant) not in coefficients():
        name = f"{primary.coefficient} {primary.variant}".strip()
        yield f"{key}: there is no coefficient of agreement within groups called {name}."


def _rule_problems(rule: Rule) -> Iterator[str]:
    name = rule.get("rule")
    if not isinstance(name, str) or name not in RULES:
        yield f"A rule of exclusion must be one of {', '.join(RULES)}."
        return
    fields = RULES[name]
    if set(rule) != {"rule", *fields}:
        yield f"The rule {name} says exactly: {', '.join(fields)}."
        return
    for key, kinds in fields.items():
        value = rule[key]
        if isinstance(value, bool) or not isinstance(value, kinds):
            yield f"{name}: {key} is not of the right kind."
        elif isinstance(value, str) and not value.strip():
            yield f"{name}: {key} is missing."
        elif isinstance(value, int | float) and value <= 0:
            yield f"{name}: {key} must be above 0."


def coefficients() -> dict[tuple[str, str], str]:
    """Coefficients of agreement within a group that can be primary: (name, variant) -> label."""
    from rating.agreement.registry import REGISTRY

    return {
        (entry.name, choice.name): f"{entry.label}, {choice.name}" if choice.name else entry.label
        for entry in REGISTRY
        if entry.about == "within" and entry.shown != "apart"
        for choice in entry.choices
    }


def refuse_unknown(study: Study, options: Options) -> None:
    """INVALID names every question, group, factor and rater that the study does not have."""
    rules = [*options.exclusions, *options.sensitivity]
    questions = Question.objects.filter(version__rubric__study=study).values_list("key", flat=True)
    people = Group.objects.filter(study=study, kind=Group.Kind.HUMAN).values_list("key", flat=True)
    factors = Factor.objects.filter(study=study).values_list("key", flat=True)
    raters = Rater.objects.filter(study=study).values_list("pseudonym", flat=True)
    named = (
        ("questions", "question", {*options.questions, *options.primary, *options.watched}, questions),
        ("pairs", "group of people", {name for pair in options.pairs for name in pair}, people),
        ("epsilon", "group of people", {*options.epsilon}, people),
        ("strata", "factor", {*options.strata}, factors),
        ("rules", "factor", {*_told(rules, "factor")}, factors),
        ("rules", "rater", {*_told(rules, "rater")}, raters),
    )
    lines = [
        f"{where}: this study has no {what} {name}."
        for where, what, names, known in named
        if names
        for name in sorted(names - set(known))
    ]
    if lines:
        raise DomainError(Code.INVALID, _("These options cannot be used."), lines)


def _told(rules: list[Rule], name: str) -> Iterator[str]:
    return (rule[name] for rule in rules if name in rule)
