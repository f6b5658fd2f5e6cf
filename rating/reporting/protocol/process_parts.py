"""Parts of the card about what was rated, with what, and how."""

from __future__ import annotations

from collections.abc import Mapping

from rating.reporting.protocol.document import Fact, Part, Value, listed, moment
from rating.reporting.protocol.facts import Record, StageFacts
from rating.reporting.tables import Column, Kind, Table

POOL = "pool"
DESIGNS = {
    POOL: "pool: any rater of a group may take any free item of the group’s quota, one at a time",
    "crossed": "full crossing: every rater rates every item of the group",
    "incomplete": "balanced incomplete blocks: raters share items so that pairs of raters meet equally often",
    "anchored": "anchors: every rater rates a shared set, the other items are divided",
    "batched": "batches: raters take whole batches of items",
}
POOL_ORDER = "every item has a random place, drawn from the seed; each rater begins elsewhere on that round"
SEQUENCE_ORDER = "planned for each seat and drawn from the seed; a seat is filled by one rater"
ELSEWHERE = (
    "The ratings of this stage were given elsewhere and imported: how they came about is not on record here."
)
# A factor with more levels than this is told by their number.
MAX_LEVELS = 12


def items_part(record: Record) -> Part:
    items = record.items
    facts = [
        Fact("n_items", "Items", items.n_items),
        Fact("n_conversations", "Conversations they come from", items.n_conversations),
        Fact("n_replies", "Replies to judge", items.n_replies),
        Fact("languages", "Languages of the items", _counts(items.languages) or None),
        Fact("n_heavy", "Items with a warning of their content", items.n_heavy),
        Fact("sources", "Who wrote the replies (hidden from raters)", _counts(items.sources) or None),
        Fact("item_sampling", "How the items were sampled, and from what", None),
        Fact("item_files", "Files the items came from, SHA-256", ", ".join(items.file_digests) or None),
    ]
    if items.n_without_text:
        words = f"{items.n_without_text:,}: ratings were imported without the texts"
        facts.append(Fact("n_without_text", "Items without a text", words))
    rows: list[list[Value]] = []
    for name, levels in items.factors:
        if len(levels) > MAX_LEVELS:
            rows.append([name, f"{len(levels):,} different levels", sum(levels.values())])
        else:
            rows += [[name, level, n] for level, n in levels.items()]
    columns = [Column("Factor"), Column("Level"), Column("Items", Kind.COUNT)]
    tables = [Table("factors", "Items by factor", columns, rows)] if rows else []
    return Part("items", "Items", facts, tables)


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {n:,}" for name, n in counts.items())


def rubric_part(record: Record) -> Part:
    columns = [
        Column("Rubric"),
        Column("Version"),
        Column("Language"),
        Column("Published"),
        Column("Approval asked"),
        Column("Digest"),
        Column("Ratings", Kind.COUNT),
    ]
    rows: list[list[Value]] = [
        [
            one.rubric,
            one.number,
            one.language,
            one.published_at.date().isoformat() if one.published_at else None,
            "given before it was published" if one.needs_sign_off else "none",
            one.digest[:12] or None,
            one.n_ratings,
        ]
        for one in record.rubrics
    ]
    sources = dict.fromkeys(one.source for one in record.rubrics if one.source)
    licences = dict.fromkeys(one.licence for one in record.rubrics if one.licence)
    facts = [
        Fact("rubric_versions", "Versions of the rubric in use", len(rows) or None),
        Fact("rubric_source", "Where it comes from", "; ".join(sources) or None),
        Fact("rubric_licence", "Licence", "; ".join(licences) or None),
    ]
    tables = [Table("rubrics", "Rubric versions", columns, rows)] if rows else []
    if record.questions:
        tables.append(_questions(record))
    return Part("rubric", "Rubric", facts, tables)


def _questions(record: Record) -> Table:
    columns = [
        Column("Key"),
        Column("Question"),
        Column("Kind"),
        Column("Asked about"),
        Column("Measurement"),
        Column("Asked of"),
        Column("Words of its own for"),
        Column("Points", Kind.ENTRY),
    ]
    rows: list[list[Value]] = [
        [
            one.key,
            one.text,
            one.kind,
            one.target,
            one.measurement or "none",
            ", ".join(one.asked_of) or "all groups",
            ", ".join(one.worded_for) or "no group",
            one.n_levels or "none",
        ]
        for one in record.questions
    ]
    return Table("questions", "Questions of the newest version", columns, rows)


def design_part(record: Record) -> Part:
    at_work = record.at_work
    if at_work is None:
        return Part("design", "Design and order", [Fact("design", "Design", None)])
    facts = [
        Fact("stage", "Stage", at_work.label),
        Fact("design", "Design", None if record.is_imported else _design(at_work.design)),
        Fact("seed", "Seed", None if record.is_imported else str(at_work.seed)),
        Fact("item_order", "Order of the items", _item_order(record, at_work)),
        Fact("reply_order", "Order of the replies of an item", _reply_order(record)),
        Fact("checks", "Hidden checks", _checks(record)),
        Fact("sample_size", "How the numbers of items and ratings were chosen", _sample_size(record)),
    ]
    return Part(
        "design", "Design and order", facts, [_stages(record)], [ELSEWHERE] if record.is_imported else []
    )


def _design(design: str) -> str:
    return DESIGNS.get(design, design.replace("_", " "))


def _item_order(record: Record, at_work: StageFacts) -> str | None:
    if record.is_imported:
        return None
    return POOL_ORDER if at_work.design == POOL else SEQUENCE_ORDER


def _reply_order(record: Record) -> str | None:
    if record.is_imported:
        return None
    if record.items.n_replies <= record.items.n_items:
        return "no item has more than one reply"
    return (
        "drawn for each rater so that over their items every reply stands in every place equally often; on "
        f"record for {record.ratings.n_ordered:,} of {record.ratings.n_ratings:,} ratings"
    )


def _checks(record: Record) -> str | None:
    if record.is_imported:
        return None
    training = record.training
    rates = {
        "items with a known answer": training.gold_every,
        "repeats": training.repeat_every,
        "attention checks": training.attention_every,
    }
    used = [f"{name}, one in {rate:,}" for name, rate in rates.items() if rate]
    return "; ".join(used) or "none"


def _sample_size(record: Record) -> str | None:
    logs = record.logs
    if not logs.simulations or logs.simulated_at is None:
        return None
    times = "once" if logs.simulations == 1 else f"{logs.simulations:,} times"
    return f"the plan was simulated {times}, the last time on {moment(logs.simulated_at)}"


def _stages(record: Record) -> Table:
    columns = [
        Column("Stage"),
        Column("State"),
        Column("Ratings per item"),
        Column("Planned on"),
        Column("Begun on"),
        Column("Closed on"),
        Column("Items", Kind.COUNT),
        Column("Ratings planned", Kind.COUNT),
        Column("Ratings given", Kind.COUNT),
    ]
    rows: list[list[Value]] = [
        [
            stage.label,
            stage.state,
            ", ".join(f"{name} {n}" for name, n in stage.quotas.items()) or None,
            stage.made_at.date().isoformat(),
            stage.opened_at.date().isoformat() if stage.opened_at else _never(stage),
            stage.closed_at.date().isoformat() if stage.closed_at else _open(stage),
            stage.n_items,
            stage.n_planned,
            stage.n_done,
        ]
        for stage in record.stages
    ]
    return Table("stages", "Stages of the study", columns, rows)


def _never(stage: StageFacts) -> str | None:
    return "not begun" if stage.state == "draft" else None


def _open(stage: StageFacts) -> str | None:
    return None if stage.state == "closed" else "not closed"


def blinding_part(record: Record) -> Part:
    ratings = record.ratings
    if record.is_imported:
        labels = {
            "source": "Who wrote a reply",
            "others": "Ratings of others",
            "independence": "Independence",
        }
        unknown = [Fact(key, label, None) for key, label in labels.items()]
        return Part("blinding", "Blinding and independence", unknown, remarks=[ELSEWHERE])
    facts = [
        Fact("source", "Who wrote a reply", "not shown on any page or file that raters have"),
        Fact("others", "Ratings and numbers of others", "not shown to raters"),
        Fact(
            "independence", "Independence", "every rating is given by one rater alone, in one’s own browser"
        ),
        Fact("guess", "Whether raters guessed the source", _guessed(record)),
        Fact(
            "perspectives",
            "Answers in another group’s place",
            f"asked, in the place of {listed(ratings.perspectives)}; in no number of this card"
            if ratings.perspectives
            else "none",
        ),
        Fact(
            "shown",
            "What each rater saw (version, words, orders, time)",
            f"on record for {ratings.n_presented:,} of {ratings.n_ratings:,} ratings",
        ),
        Fact("unblinded", "Unblinding on record", record.logs.unblinded),
        Fact("analysts", "Blinding of those who analysed", None),
    ]
    return Part("blinding", "Blinding and independence", facts)


def _guessed(record: Record) -> str:
    if not record.ratings.guesses:
        return "not asked"
    return f"asked after all other questions: {listed([f'“{text}”' for text in record.ratings.guesses])}"
