"""Parts of the card about the ratings and what was computed from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rating.agreement.wording import missing_phrase
from rating.reporting.protocol.document import Fact, Part, Value, moment
from rating.reporting.protocol.facts import AnalysisFacts, GroupRatings, Record
from rating.reporting.tables import Column, Kind, Table

NO_ANALYSIS = "No analysis of this stage has finished: agreement and misalignment are not on the card yet."
NO_PAIRS = "Misalignment needs two groups with two ratings on an item: none was computed."
PURPOSES = {
    "surplus": "came in after the place was taken",
    "repeat": "repeats",
    "gold": "items with a known answer",
    "attention": "attention checks",
    "practice": "practice",
}
AGREEMENT = ("overview-agreement", "overview-flags")


def ratings_part(record: Record) -> Part:
    found = record.ratings
    facts = [
        Fact("n_ratings", "Ratings that count", found.n_ratings),
        Fact("first_at", "First rating", found.first_at or "none yet"),
        Fact("last_at", "Last rating", found.last_at or "none yet"),
        Fact("revised", "Ratings changed by their rater (the newest counts)", found.n_revised),
        Fact("beyond", "Ratings that default analyses leave out", _beyond(found.n_beyond)),
        Fact("languages_read", "Languages in which raters read", _counts(found.languages) or _unread(record)),
        Fact("problems", "Problems with items that raters reported", record.logs.problems),
        Fact("problems_answered", "of these answered", record.logs.answered),
        Fact("locked_at", "Data set signed and locked", record.logs.locked_at or "not locked"),
    ]
    tables = [_given(found.groups)] if found.groups else []
    return Part("ratings", "Ratings", facts, tables)


def _unread(record: Record) -> str | None:
    return None if record.ratings.n_ratings else "none yet"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {n:,}" for name, n in counts.items())


def _beyond(by_purpose: Mapping[str, int]) -> str:
    return "; ".join(f"{n:,} {PURPOSES.get(purpose, purpose)}" for purpose, n in by_purpose.items()) or "none"


def _given(groups: Sequence[GroupRatings]) -> Table:
    columns = [
        Column("Group"),
        Column("Planned", Kind.COUNT),
        Column("Given", Kind.COUNT),
        Column("Raters", Kind.COUNT),
        Column("Items", Kind.COUNT),
        Column("Per item: least", Kind.ENTRY),
        Column("Per item: median", Kind.ENTRY),
        Column("Per item: most", Kind.ENTRY),
    ]
    rows = [
        [
            group.name,
            group.n_planned,
            group.n_ratings,
            group.n_raters,
            group.n_items,
            *(map(_plain, group.per_item) if group.per_item else ["none"] * 3),
        ]
        for group in groups
    ]
    return Table("given", "Ratings by group", columns, rows)


def _plain(number: float) -> Value:
    return int(number) if float(number).is_integer() else number


def missing_part(record: Record) -> Part:
    """Answers without a value, by group and reason, then by question."""
    groups, questions = record.ratings.groups, record.ratings.questions
    reasons = sorted({reason for group in groups for reason in group.missing})
    named = [Column(f"Without: {missing_phrase(reason)}", Kind.COUNT) for reason in reasons]
    heads = [Column("Answers", Kind.COUNT), Column("With a value", Kind.COUNT), *named]
    tables = []
    if groups:
        rows: list[list[Value]] = [
            [group.name, *_missing_cells(group.n_answers, group.missing, reasons)] for group in groups
        ]
        tables.append(Table("missing", "Answers by group", [Column("Group"), *heads], rows))
    if questions:
        rows = [
            [one.question, one.group, *_missing_cells(one.n_answers, one.missing, reasons)]
            for one in questions
        ]
        columns = [Column("Question"), Column("Group"), *heads]
        note = "Questions and groups without a missing answer are not listed."
        tables.append(Table("missing-questions", "Missing answers by question", columns, rows, note=note))
    n_without = sum(sum(group.missing.values()) for group in groups)
    n_open = sum(group.n_planned - group.n_ratings for group in groups)
    facts = [
        Fact("n_answers", "Answers on a scale, in the rater’s own view", sum(g.n_answers for g in groups)),
        Fact("n_missing", "of these without a value", n_without),
        Fact("n_not_given", "Ratings planned and not given", n_open),
    ]
    return Part("missing", "Missing data", facts, tables)


def _missing_cells(n: int, missing: Mapping[str, int], reasons: Sequence[str]) -> list[Value]:
    return [n, n - sum(missing.values()), *(missing.get(reason, 0) for reason in reasons)]


def exclusions_part(record: Record) -> Part:
    """What was left out, and when the rule for it was set."""
    found = record.analysis
    plans: list[list[Value]] = [
        [number, moment(at), n_before or "none"] for number, at, n_before in record.plans_locked
    ]
    columns = [
        Column("Version"),
        Column("Locked"),
        Column("Ratings submitted before", Kind.ENTRY),
    ]
    tables = [Table("plans", "Locked analysis plans", columns, plans)] if plans else []
    facts = [Fact("plans_locked", "Analysis plans locked", len(plans) or "none")]
    if found is None:
        return Part("exclusions", "Exclusions", facts, tables, [NO_ANALYSIS])
    facts += [
        Fact("excluded", "Rules of exclusion in the analysis", len(found.excluded) or "none"),
        Fact("rule_set", "When the rules were set", _rule_set(found)),
        Fact("left_out", "Left out by default (not ratings of this stage’s plan)", found.left_out),
    ]
    if found.excluded:
        tables.insert(0, _excluded(found))
    return Part("exclusions", "Exclusions", facts, tables)


def _rule_set(found: AnalysisFacts) -> str:
    if found.is_planned:
        return found.standing
    started, frozen = moment(found.started_at), moment(found.frozen_at)
    return f"when the analysis was started, {started}; ratings frozen {frozen}. {found.standing}"


def _excluded(found: AnalysisFacts) -> Table:
    columns = [
        Column("Rule"),
        Column("Ratings", Kind.COUNT),
        Column("Raters", Kind.COUNT),
        Column("Items", Kind.COUNT),
    ]
    names = ("label", "n_ratings", "n_raters", "n_items")
    rows = [[rule[name] for name in names] for rule in found.excluded]
    note = "Each rule by itself; rules may overlap."
    return Table("excluded", "Left out by rule", columns, rows, note=note, status=found.word)


def time_part(record: Record) -> Part:
    columns = [
        Column("Group"),
        Column("Ratings timed", Kind.COUNT),
        Column("Seconds: lower quartile", Kind.ENTRY),
        Column("Seconds: median", Kind.ENTRY),
        Column("Seconds: upper quartile", Kind.ENTRY),
    ]
    rows = [
        [group.name, group.n_timed, *(_tenths(group.seconds) if group.seconds else [None] * 3)]
        for group in record.ratings.groups
    ]
    facts = [Fact("n_timed", "Ratings timed", sum(group.n_timed for group in record.ratings.groups))]
    remark = (
        "Active seconds on an item, as the browser measured: with the page in sight and somebody moving. "
        "Reading on paper, thinking with closed eyes and imported ratings are not in them."
    )
    tables = [Table("time", "Time for a rating by group", columns, rows)] if rows else []
    return Part("time", "Time", facts, tables, [remark])


def _tenths(numbers: Sequence[float]) -> list[Value]:
    return [round(number, 1) for number in numbers]


def agreement_part(record: Record, tables: Sequence[Table]) -> Part:
    own = [table for table in tables if table.key in AGREEMENT]
    return _results(record, "agreement", "Agreement within groups", own, [])


def misalignment_part(record: Record, tables: Sequence[Table], sentences: Sequence[str]) -> Part:
    own = [table for table in tables if table.key not in AGREEMENT]
    if not own and not record.withheld:
        sentences = [*sentences, NO_PAIRS]
    return _results(record, "misalignment", "Misalignment between groups", own, sentences)


def _results(record: Record, key: str, title: str, tables: Sequence[Table], sentences: Sequence[str]) -> Part:
    found = record.analysis
    if found is None:
        return Part(key, title, remarks=[NO_ANALYSIS])
    standing = Fact(f"{key}_standing", "Standing", f"{found.word.capitalize()}. {found.standing}")
    remarks = [record.withheld] if record.withheld else sentences
    return Part(key, title, [standing], tables, remarks)


def analysis_part(record: Record) -> Part:
    """Which analysis, and what somebody needs who wants the same numbers again."""
    found = record.analysis
    if found is None:
        return Part("analysis", "Analysis", [Fact("analysis", "Analysis", "none finished")])
    facts = [
        Fact("analysis", "Analysis", found.code),
        Fact("finished_at", "Finished", found.finished_at),
        Fact("frozen_at", "Ratings frozen", found.frozen_at),
        Fact("digest", "Digest of the frozen ratings", found.digest),
        Fact("analysis_seed", "Seed of the analysis", str(found.seed)),
        Fact("analysis_software", "Computed by Attune", found.software),
        Fact("n_others", "Other finished analyses of this stage", found.n_others),
        Fact("n_warnings", "Warnings met while computing", found.n_warnings),
        *(Fact(f"laid_down_{place}", label, words) for place, (label, words) in enumerate(found.plan)),
    ]
    return Part("analysis", "Analysis", facts)
