"""What is wrong with a file: every defect with its line, at once; and what reading it changed or left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

# More are counted, not listed: nobody mends a file from ten thousand sentences.
MAX_LISTED = 200
MAX_REPAIRS_LISTED = 20
REPAIR_LETTERS = 160


@dataclass(frozen=True, slots=True)
class Defect:
    """`line`: the line of the file on which the row begins, from 1 (the header); 0: the whole file.

    `unit`: what is counted, “row” where a file has no lines.
    """

    file: str
    line: int
    sentence: str
    unit: str = "line"

    def __str__(self) -> str:
        line = f"{self.unit} {self.line}" if self.line else ""
        place = ", ".join(part for part in (self.file, line) if part)
        return f"{place}: {self.sentence}" if place else self.sentence


@dataclass(frozen=True, slots=True)
class Repair:
    """Broken letters that were mended, before and after, as a person is shown them."""

    line: int
    column: str
    before: str
    after: str


@dataclass
class CheckReport:
    """Collects the defects of one file, or of several that come in together.

    `repairs`: the first cells whose broken letters were mended, `n_repairs` all; `left_out`: what a format
    holds and an import does not take, by its name.

    >>> report = CheckReport("ratings.csv")
    >>> report.add(3, "the rater is missing.")
    >>> report.sentences()
    ['ratings.csv, line 3: the rater is missing.']
    """

    file: str = ""
    defects: list[Defect] = field(default_factory=list)
    n_defects: int = 0
    unit: str = "line"
    repairs: list[Repair] = field(default_factory=list)
    n_repairs: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    def add(self, line: int, sentence: str) -> None:
        self.n_defects += 1
        if len(self.defects) < MAX_LISTED:
            self.defects.append(Defect(self.file, line, sentence, self.unit))

    def note_repair(self, line: int, column: str, before: str, after: str) -> None:
        self.n_repairs += 1
        if len(self.repairs) < MAX_REPAIRS_LISTED:
            first = _first_difference(before, after)
            self.repairs.append(Repair(line, column, _around(before, first), _around(after, first)))

    def absorb(self, other: CheckReport) -> None:
        self.n_defects += other.n_defects
        room = MAX_LISTED - len(self.defects)
        self.defects.extend(sorted(other.defects, key=lambda one: one.line)[: max(room, 0)])
        self.n_repairs += other.n_repairs
        self.repairs = [*self.repairs, *other.repairs][:MAX_REPAIRS_LISTED]
        self.left_out += other.left_out

    def is_clean(self) -> bool:
        return self.n_defects == 0

    def _lines(self) -> Iterator[str]:
        yield from map(str, self.defects)
        if self.n_defects > len(self.defects):
            yield f"{self.n_defects - len(self.defects)} more, {self.n_defects} in all."

    def sentences(self) -> list[str]:
        """One sentence per defect; a last one says how many more there are."""
        return list(self._lines())


def _first_difference(before: str, after: str) -> int:
    pairs = zip(before, after, strict=False)
    return next((place for place, (old, new) in enumerate(pairs) if old != new), 0)


def _around(text: str, place: int) -> str:
    start = max(place - REPAIR_LETTERS // 4, 0)
    end = start + REPAIR_LETTERS
    return f"{'…' * (start > 0)}{text[start:end]}{'…' * (end < len(text))}"
