"""What lies in deploy/ fits the program: every command, variable, address and file that it names is there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from tests.conftest import ROOT
from tests.test_docs import read_settings

DEPLOY = ROOT / "deploy"
COMMAND = re.compile(r"manage\.py,? ([a-z_]+)(?=[\s,\]])")
UNITS = sorted((DEPLOY / "systemd").iterdir())
# Read by others than our settings.
FOREIGN = {
    *("WEB_CONCURRENCY", "PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"),
    *("PIP_DISABLE_PIP_VERSION_CHECK", "PIP_NO_CACHE_DIR", "VIRTUAL_ENV"),
}


def compose() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return told


def unit(path: Path) -> RawConfigParser:
    parser = RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(path, encoding="utf-8")
    return parser


def texts() -> dict[str, str]:
    return {str(path.relative_to(ROOT)): path.read_text() for path in DEPLOY.rglob("*") if path.is_file()}


def known(name: str) -> bool:
    return name in FOREIGN or name.removesuffix("_FILE") in set(read_settings())


def test_every_command_named_exists() -> None:
    for name, text in texts().items():
        named = COMMAND.findall(text)
        assert set(named) <= set(get_commands()), name
    ours = {"migrate", "run_scheduler", "backup", "collectstatic"}
    assert set(COMMAND.findall(" ".join(texts().values()))) == ours


def test_every_variable_named_is_read() -> None:
    assigned = re.findall(
        r"^([A-Z][A-Z_]+)=", (DEPLOY / "attune.env.example").read_text(), flags=re.MULTILINE
    )
    for path in UNITS:
        assigned += re.findall(r"\b([A-Z][A-Z_]+)=", path.read_text(encoding="utf-8"))
    assigned += re.findall(r"\b([A-Z][A-Z_]+)=", (DEPLOY / "Containerfile").read_text())
    assigned = [name for name in assigned if name != "PYTHON"]
    for service in compose()["services"].values():
        assigned += [name for name in service.get("environment", {}) if not name.startswith("POSTGRES_")]
    assert {name for name in assigned if not known(name)} == set()
    assert {"SECRET_KEY_FILE", "EMAIL_URL", "HTTPS", "ATTUNE_STATIC_DIR"} <= set(assigned)


def test_example_environment_is_accepted_and_fit_for_a_server(tmp_path: Path) -> None:
    """`check --deploy` finds nothing but the two that only a domain's owner can decide."""
    given = dict(
        line.split("=", 1)
        for line in (DEPLOY / "attune.env.example").read_text().splitlines()
        if line and not line.startswith("#")
    )
    secrets = {
        "SECRET_KEY": "k" * 25 + "abcdefghijklmnopqrstuvwxyz",
        "DATABASE_URL": "postgres://a:b@127.0.0.1:1/a",
    }
    for name, value in secrets.items():
        (tmp_path / name).write_text(f"{value}\n")
        given[f"{name}_FILE"] = str(tmp_path / name)
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--tag", "security"],
        cwd=ROOT,
        env={**kept, **given, "ATTUNE_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert set(re.findall(r"\((\w+\.W\d+)\)", done.stderr)) == {"security.W005", "security.W021"}


def test_services_of_compose_share_one_image_and_wait_for_the_migration() -> None:
    services = compose()["services"]
    assert set(services) == {"migrate", "web", "worker", "scheduler", "postgres", "redis"}
    for name in ("web", "worker", "scheduler"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
        assert services[name]["read_only"]
        assert services[name]["cap_drop"] == ["ALL"]
    declared = set(compose()["secrets"])
    assert {one for service in services.values() for one in service.get("secrets", [])} == declared


def test_database_of_compose_is_not_newer_than_the_programs_that_copy_it() -> None:
    recipe = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    debian = re.search(r"^ARG PYTHON=\S+-(\w+)$", recipe, re.MULTILINE)
    assert debian
    # What postgresql-client is in each release of Debian.
    ours = {"bookworm": 15, "trixie": 17}[debian[1]]
    assert int(compose()["services"]["postgres"]["image"].partition(":")[2]) <= ours


def test_image_copies_what_there_is_and_does_not_run_as_root() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    copied = [
        one
        for line in re.findall(r"^COPY (?!--from)(.+)$", text, flags=re.MULTILINE)
        for one in line.split()[:-1]
    ]
    assert [one for one in copied if not (ROOT / one).exists()] == []
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert packages <= set(copied)
    assert text.index("\nUSER attune") < text.index("\nCMD ")
    assert "--require-hashes" in text


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_are_well_formed_and_hardened(path: Path) -> None:
    parser = unit(path)
    assert parser.has_section("Unit")
    if path.suffix == ".service":
        service = parser["Service"]
        assert service["User"] == "attune"
        assert service["NoNewPrivileges"] == "true"
        assert service["ProtectSystem"] == "strict"
        program = service["ExecStart"].split()[0]
        assert program.startswith("/srv/attune/.venv/bin/")
    named = re.findall(r"attune-\w+\.service", path.read_text(encoding="utf-8"))
    assert {name for name in named if not (path.parent / name).exists()} == set()


def test_proxy_hides_what_is_for_inside_and_passes_the_client_on() -> None:
    text = (DEPLOY / "nginx/attune.conf").read_text()
    names = set(re.findall(r'path\("(\w+)"', (ROOT / "config/urls.py").read_text()))
    hidden = re.search(r"location ~ \^/\((\S+)\)\$", text)
    assert hidden is not None
    assert set(hidden[1].split("|")) == {"readyz", "metrics"} <= names
    assert text.count("{") == text.count("}")
    assert "X-Forwarded-For $remote_addr" in text


def test_scrape_and_alerts_are_yaml_that_prometheus_can_read() -> None:
    scrape = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())
    assert scrape["rule_files"] == ["alerts.yml"]
    rules = yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text())["groups"][0]["rules"]
    assert {frozenset(rule) - {"for"} for rule in rules} == {frozenset({"alert", "expr", "annotations"})}
