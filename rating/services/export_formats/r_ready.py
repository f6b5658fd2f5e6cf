"""For R: the wide and long tables as CSV, and a script that reads them with labels and factors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from rating.services.export_formats import csv_long, csv_wide
from rating.services.export_formats.csv_all import write_beside
from rating.services.export_formats.registered import ExportFormat, ExportSource
from rating.services.export_formats.tables import NUMBER, TEXT, TRUTH, LabelledColumn, labelled_columns

NAME = "load.R"
HEAD = """# Reads the files beside it. In R: source("load.R", encoding = "UTF-8", chdir = TRUE)
# Makes `ratings` (one row per rating) and `answers` (one row per answer). Every column of answers keeps its
# numbers; beside it stands a factor of the same name with "_f", whose levels bear the rubric's words.
read_table <- function(name, classes) {
  read.csv(name, colClasses = classes, check.names = FALSE, na.strings = "", fileEncoding = "UTF-8",
           encoding = "UTF-8", stringsAsFactors = FALSE)
}
# A text that a spreadsheet could run as a formula has an apostrophe in front: it is taken away here.
restored <- function(texts) sub("^'('*[=+@\\t\\r-])", "\\\\1", texts)
as_truth <- function(texts) ifelse(is.na(texts), NA, texts == "true")
labelled <- function(column, label) { attr(column, "label") <- label; column }
"""
LONG = """
answers <- read_table("ratings-long.csv", "character")
answers[] <- lapply(answers, restored)
numbers <- c("value", "strength", "confidence", "question_ms", "active_ms", "occurrence", "revision",
             "rubric_version")
answers[numbers] <- lapply(answers[numbers], as.numeric)
truths <- c("is_current", "has_text", "is_exception")
answers[truths] <- lapply(answers[truths], as_truth)
"""


def r_text(text: str) -> str:
    """A text as R writes it: nothing in it ends the text or is a command."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    kept = (sign if sign.isprintable() else f"\\u{{{ord(sign):x}}}" for sign in escaped if sign != "\0")
    return f'"{"".join(kept)}"'


def _vector(texts: Iterator[str]) -> str:
    return f"c({', '.join(texts)})"


def _column_lines(column: LabelledColumn) -> Iterator[str]:
    place = f"ratings[[{r_text(column.full_name)}]]"
    if column.kind == TRUTH:
        yield f"{place} <- as_truth({place})"
    elif column.kind == NUMBER:
        yield f"{place} <- as.numeric({place})"
    yield f"{place} <- labelled({place}, {r_text(column.label)})"
    if column.kind == NUMBER and column.levels:
        levels = _vector(f"{value:g}" for value in column.levels)
        words = _vector(map(r_text, column.levels.values()))
        is_ordered = "TRUE" if column.measurement != "nominal" else "FALSE"
        factor = f"factor({place}, levels = {levels}, labels = {words}, ordered = {is_ordered})"
        yield f"ratings[[{r_text(column.full_name + '_f')}]] <- {factor}"


def script(columns: list[LabelledColumn]) -> str:
    """The script that reads what lies beside it."""
    texts = _vector(r_text(one.full_name) for one in columns if one.kind == TEXT)
    lines = [
        HEAD,
        'ratings <- read_table("ratings-wide.csv", "character")',
        f"texts <- {texts}",
        "ratings[texts] <- lapply(ratings[texts], restored)",
    ]
    for column in columns:
        lines += _column_lines(column)
    return "\n".join([*lines, LONG])


def write(source: ExportSource, folder: Path) -> None:
    source.keep_pages()
    csv_wide.write(source, folder)
    csv_long.write(source, folder)
    write_beside(source, folder)
    (folder / NAME).write_text(script(labelled_columns(source)), encoding="utf-8")


FORMAT = ExportFormat(
    key="r",
    label=_("R"),
    words=_("CSV files and a script that reads them with factors and labels; needs no package."),
    ending="R",
    media_type="text/plain",
    write=write,
    notes='In R: source("load.R", encoding = "UTF-8", chdir = TRUE) makes data frames ratings and answers.',
)
