"""Two pages that hold every component: what the design tests check and what one looks at while designing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template.backends.django import DjangoTemplates
from django.utils.safestring import mark_safe

ROOT = Path(__file__).resolve().parents[2]
GALLERY = Path(__file__).resolve().parent / "gallery"
PAGES = ("components", "workbench")


class StudyForm(forms.Form):
    """A field of each kind, some of them filled in wrong."""

    title = forms.CharField(help_text="Raters see this name.")
    email = forms.EmailField(label="Contact", required=False)
    about = forms.CharField(
        label="What it is about", widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    order = forms.ChoiceField(
        label="Order of items",
        choices=[("random", "Random for every rater"), ("fixed", "The same for all")],
        widget=forms.RadioSelect,
        help_text="The order each rater saw is kept.",
    )
    items = forms.FileField(label="Items", help_text="CSV, one row per turn.")
    blind = forms.BooleanField(label="Hide who wrote the reply", help_text="Recommended.", required=False)


def engine() -> DjangoTemplates:
    """The project's templates with the gallery's own folder beside them."""
    processors = ["django.template.context_processors.request", "django.contrib.auth.context_processors.auth"]
    return DjangoTemplates(
        {
            "NAME": "gallery",
            "DIRS": [ROOT / "templates", GALLERY.parent],
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": processors},
        }
    )


def render_page(name: str, request: HttpRequest) -> str:
    """The HTML of one gallery page ("components" or "workbench"); its words stand in gallery/*.json."""
    context: dict[str, Any] = {}
    for part in ("shared", name):
        context |= json.loads((GALLERY / f"{part}.json").read_text(encoding="utf-8"))
    if name == "components":
        context["form"] = StudyForm(data={"title": "", "email": "nobody", "order": "random"})
        context["page_obj"] = Paginator(range(100), 20).page(2)
        context["svg"] = mark_safe((GALLERY / "chart.svg").read_text(encoding="utf-8"))  # noqa: S308 our own file
    return engine().get_template(f"gallery/{name}.html").render(context, request)
