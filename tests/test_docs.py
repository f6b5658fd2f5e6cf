"""The pages of docs/ say what is so: paths exist, commands exist, the table of settings is complete."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
# Level A and AA of WCAG 2.2, by guideline: how many criteria each holds (4.1.1 is gone).
WCAG = {
    "1.1": 1, "1.2": 5, "1.3": 5, "1.4": 9, "2.1": 3, "2.2": 2, "2.3": 1, "2.4": 8, "2.5": 6,
    "3.1": 2, "3.2": 5, "3.3": 6, "4.1": 2,
}  # fmt: skip


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def ids(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("path", PAGES, ids=ids)
def test_links_between_pages_lead_to_files(path: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("name", ["architecture", "security", "operations", "performance", "accessibility"])
def test_paths_in_backticks_exist(name: str) -> None:
    top = "annotation|rating|api|config|templates|static|fixtures|tests|benchmarks|docs|requirements"
    paths = re.findall(rf"`((?:{top})/[\w./]*)`", page(f"docs/{name}.md"))
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_architecture_names_every_package_of_the_apps() -> None:
    text = page("docs/architecture.md")
    packages = {
        path.parent.name for app in ("annotation", "rating") for path in (ROOT / app).glob("*/__init__.py")
    }
    assert {name for name in packages if name not in text} == set()


@pytest.mark.parametrize("path", PAGES, ids=ids)
def test_commands_named_in_pages_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", page("Makefile"), flags=re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)|^    make ([a-z-]+)", text, flags=re.MULTILINE)) <= {
        pair for target in targets for pair in ((target, ""), ("", target))
    }
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= set(get_commands())


# The readers of config/readers.py.
READ = r"\b(?:text|flag|whole|choice|listed|folder|secret)\(\s*\"([A-Z_]+)\""


def read_settings() -> Iterator[str]:
    for name in ("settings", "environment", "services", "gunicorn_conf"):
        yield from re.findall(READ, page(f"config/{name}.py"))


def test_table_of_environment_variables_names_what_the_settings_read() -> None:
    table = re.findall(r"^\| `([A-Z_]+)` \|", page("docs/operations.md"), flags=re.MULTILINE)
    assert sorted(table) == sorted(set(read_settings()))


def test_table_of_environment_variables_gives_the_plain_defaults() -> None:
    rows = dict(
        re.findall(r"^\| `([A-Z_]+)` \| `([^`]+)` \|", page("docs/operations.md"), flags=re.MULTILINE)
    )
    files = "".join(page(f"config/{name}.py") for name in ("settings", "environment", "services"))
    plain = READ + r"(?:, |\) or )(?:default=)?\"?([\w@:/.-]+)\"?(?=[,)]|$)"
    written = {name: value.replace("_", "") for name, value in re.findall(plain, files, re.MULTILINE)}
    shared = rows.keys() & written.keys()
    assert {"DEBUG", "CONN_MAX_AGE", "LOG_LEVEL", "EMAIL_URL"} <= shared
    assert {name: rows[name] for name in shared} == {
        name: written[name].lower() if written[name] in {"False", "True"} else written[name]
        for name in shared
    }


def test_accessibility_table_holds_every_criterion_of_level_a_and_aa() -> None:
    rows = re.findall(
        r"^\| (\d\.\d)\.(\d+) [^|]+\| (A|AA) \|", page("docs/accessibility.md"), flags=re.MULTILINE
    )
    found = {guideline: sum(row[0] == guideline for row in rows) for guideline, _, _ in rows}
    assert found == WCAG
    assert len(set(rows)) == 55


def test_readme_fits_a_page() -> None:
    assert len(page("README.md").splitlines()) <= 75


def test_changelog_has_its_sections() -> None:
    sections = re.findall(r"^### (.+)$", page("CHANGELOG.md"), flags=re.MULTILINE)
    assert sections[:4] == ["Added", "Changed", "Fixed", "Numbers changed"]
