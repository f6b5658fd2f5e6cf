"""Figures and tables as a page shows them: inlined drawings, rounded words, files to take away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from annotation.models import Item
from rating.models import Analysis, Figure
from rating.plots.svg import inline_svg
from rating.reporting.report import GroupName
from rating.reporting.tables import Shown, Table


@dataclass(frozen=True)
class Download:
    url: str
    label: str


@dataclass(frozen=True)
class TableBlock:
    """For templates/report/table.html."""

    key: str
    title: str
    shown: Shown
    downloads: list[Download]
    status: str = ""

    @property
    def note(self) -> str:
        return " ".join(self.shown.notes)


@dataclass(frozen=True)
class FigureBlock:
    """For components/figure.html."""

    id: str
    title: str
    caption: str
    alt: str
    svg: SafeString
    table: Shown
    downloads: list[Download]
    groups: Sequence[GroupName] = field(default_factory=list)
    status: str = ""


@dataclass(frozen=True)
class Blocks:
    """Makes the blocks of one analysis."""

    analysis: Analysis
    figures: dict[str, Figure]
    # The study's own names of its items, by code.
    items: dict[str, str]

    @classmethod
    def of(cls, analysis: Analysis) -> Blocks:
        """Two queries: drawings without their PNG, names of items."""
        figures = analysis.figures.only("key", "title", "description", "svg", "analysis_id")
        items = Item.objects.filter(study=analysis.study_id).values_list("code", "external_id")
        return cls(analysis, {figure.key: figure for figure in figures}, dict(items))

    def table(self, table: Table) -> TableBlock:
        return TableBlock(table.key, table.title, table.shown(), self._table_files(table.key), table.status)

    def figure(self, table: Table, caption: str, groups: Iterable[GroupName] = ()) -> FigureBlock | None:
        """The figure that shows `table`; None where none was drawn."""
        figure = self.figures.get(table.key)
        if figure is None:
            return None
        files = [
            Download(self._url("analysis_figure", figure.key, kind), kind.upper()) for kind in ("svg", "png")
        ]
        return FigureBlock(
            id=f"figure-{figure.key}",
            title=figure.title,
            caption=f"{caption} {table.caution}".strip(),
            alt=figure.description,
            # Our own drawing: words in it are escaped by the XML writer, styles are refused.
            svg=mark_safe(inline_svg(figure.svg)),  # noqa: S308
            table=table.shown(),
            downloads=[*files, *self._table_files(table.key)],
            groups=list(groups),
            status=table.status,
        )

    def _table_files(self, key: str) -> list[Download]:
        return [
            Download(self._url("analysis_table", key, "csv"), "CSV"),
            Download(self._url("analysis_table", key, "tex"), "LaTeX"),
        ]

    def _url(self, name: str, key: str, kind: str) -> str:
        return reverse(name, args=[self.analysis.study.code, self.analysis.code, key, kind])
