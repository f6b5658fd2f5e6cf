"""What is wrong with a file: every defect with its line, at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

# More are counted, not listed: nobody mends a file from ten thousand sentences.
MAX_LISTED = 200


@dataclass(frozen=True, slots=True)
class Defect:
    """`line`: the line of the file on which the row begins, from 1 (the header); 0: the whole file."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{place}: {self.sentence}"


@dataclass
class CheckReport:
    """Collects the defects of one file, or of several that come in together.

    >>> report = CheckReport("ratings.csv")
    >>> report.add(3, "the rater is missing.")
    >>> report.sentences()
    ['ratings.csv, line 3: the rater is missing.']
    """

    file: str = ""
    defects: list[Defect] = field(default_factory=list)
    n_defects: int = 0

    def add(self, line: int, sentence: str) -> None:
        self.n_defects += 1
        if len(self.defects) < MAX_LISTED:
            self.defects.append(Defect(self.file, line, sentence))

    def absorb(self, other: CheckReport) -> None:
        self.n_defects += other.n_defects
        room = MAX_LISTED - len(self.defects)
        self.defects.extend(sorted(other.defects, key=lambda one: one.line)[: max(room, 0)])

    def is_clean(self) -> bool:
        return self.n_defects == 0

    def _lines(self) -> Iterator[str]:
        yield from map(str, self.defects)
        if self.n_defects > len(self.defects):
            yield f"{self.n_defects - len(self.defects)} more, {self.n_defects} in all."

    def sentences(self) -> list[str]:
        """One sentence per defect; a last one says how many more there are."""
        return list(self._lines())
