"""What the raters of a group settle on, and the answers of a minority that no average may hide."""

from collections.abc import Sequence
from typing import Any

from rating.agreement.analysis.context import Context
from rating.agreement.scale import Value
from rating.agreement.statistics.consensus_labels import consensus_labels

MAX_EXAMPLES = 20


def label_summary(context: Context, group: str, watched: Sequence[Value]) -> dict[str, Any]:
    """Counts of items with a majority, a tie, a credible minority, and with a watched answer.

    Examples: items whose watched answers are credible, those with the largest share of them first. `watched`
    is None when no answer is watched.
    """
    frame = consensus_labels(context.ratings, group=group, watched=watched)
    n_majority = int(frame["majority"].notna().sum())
    summary = {
        "n_items": len(frame),
        "n_majority": n_majority,
        "n_ties": len(frame) - n_majority,
        "n_with_credible_minority": int(frame["minority"].notna().sum()),
        "watched": None,
    }
    if not watched:
        return summary
    credible = frame[frame["is_watched_credible"].astype(bool)]
    share = credible["n_watched"] / credible["n"]
    ranked = credible.assign(share=share).sort_values(["share", "item"], ascending=[False, True])
    return summary | {
        "watched": {
            "values": list(watched),
            "n_items_with_any": int(frame["has_watched"].sum()),
            "n_items_credible": len(credible),
            "examples": ranked["item"].head(MAX_EXAMPLES).tolist(),
        }
    }
