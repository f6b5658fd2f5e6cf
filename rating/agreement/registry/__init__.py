"""Every statistic of the package with its properties, for the report, the API, the docs and the tests.

A new statistic is a file under `rating.agreement.statistics` and an entry in the file of its subject here.
"""

from rating.agreement.registered import Statistic
from rating.agreement.registry.across import ACROSS
from rating.agreement.registry.gaps import GAPS
from rating.agreement.registry.labels import LABELS
from rating.agreement.registry.marks import MARKS
from rating.agreement.registry.panels import PANELS
from rating.agreement.registry.preferences import PREFERENCES
from rating.agreement.registry.questions import QUESTIONS
from rating.agreement.registry.raters import RATERS
from rating.agreement.registry.trust import TRUST
from rating.agreement.registry.truth import TRUTH
from rating.agreement.registry.within import WITHIN

REGISTRY: tuple[Statistic, ...] = (
    *WITHIN,
    *QUESTIONS,
    *ACROSS,
    *GAPS,
    *PREFERENCES,
    *MARKS,
    *LABELS,
    *TRUTH,
    *TRUST,
    *PANELS,
    *RATERS,
)


def statistic(name: str) -> Statistic:
    """The registered statistic of that name; KeyError when there is none.

    >>> statistic("alpha").label
    'Krippendorff’s alpha'
    """
    return {entry.name: entry for entry in REGISTRY}[name]
