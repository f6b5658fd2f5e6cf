"""Tables to take away: CSV with unrounded numbers, LaTeX with the rounded ones of the page."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO

from rating.reporting.tables import Table

_LATEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "−": r"$-$",
    "–": "--",
    "≥": r"$\ge$",
    "≤": r"$\le$",
}
# A cell that begins so is taken for a formula by spreadsheets.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def latex_text(text: str) -> str:
    """Any text, safe inside a LaTeX document."""
    return "".join(_LATEX.get(character, character) for character in text)


def table_csv(table: Table) -> str:
    """One table; absent values are empty cells."""
    names, rows = table.flat()
    said = {"standing": table.status, "caution": table.caution}
    said = {name: words for name, words in said.items() if words}
    return _written([[*names, *said], *([*row, *said.values()] for row in rows)])


def tables_csv(tables: Iterable[Table]) -> str:
    """All tables, long: one row per cell, so that tables of any shape fit into one file."""
    heads = ["table", "title", "question", "row", "column", "value", "standing", "caution"]
    lines: list[list[object]] = [[*heads]]
    for table in tables:
        names, rows = table.flat()
        for row in rows:
            lines += [
                [table.key, table.title, table.question, row[0], name, cell, table.status, table.caution]
                for name, cell in zip(names[1:], row[1:], strict=True)
            ]
    return _written(lines)


def table_latex(table: Table) -> str:
    """A booktabs table with caption, label and the notes under it."""
    shown = table.shown()
    notes = [*shown.notes, *([f"Standing: {table.status}."] if table.status else [])]
    n_columns = len(shown.columns)
    shape = "l" * shown.numeric_from + "r" * (n_columns - shown.numeric_from)
    lines = [
        "% needs \\usepackage{booktabs}",
        "\\begin{table}",
        f"\\caption{{{latex_text(table.title)}}}",
        f"\\label{{tab:{table.key}}}",
        f"\\begin{{tabular}}{{{shape}}}",
        "\\toprule",
        _latex_row(shown.columns),
        "\\midrule",
        *(_latex_row(row) for row in shown.rows),
        "\\bottomrule",
        "\\end{tabular}",
        *(f"\\par\\smallskip\\footnotesize {latex_text(note)}" for note in notes),
        "\\end{table}",
    ]
    return "\n".join(lines) + "\n"


def _latex_row(cells: Iterable[str | None]) -> str:
    return " & ".join("--" if cell is None else latex_text(cell) for cell in cells) + r" \\"


def _written(rows: Iterable[Iterable[object]]) -> str:
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return buffer.getvalue()


def _safe(cell: object) -> object:
    is_formula = isinstance(cell, str) and cell.startswith(_FORMULA)
    return f"'{cell}" if is_formula else cell
