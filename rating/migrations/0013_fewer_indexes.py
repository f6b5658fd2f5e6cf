import django.db.models.deletion
from django.db import migrations, models

import annotation.models.base
from annotation.migrations._indexes import WithoutIndexes


class Migration(migrations.Migration):
    """Indexes that repeat others. Not in one transaction: each goes without a lock that others wait for."""

    atomic = False

    dependencies = [
        ("rating", "0012_looks_in_order"),
    ]

    operations = [
        WithoutIndexes(
            [
                (
                    "adjudication",
                    "code",
                    annotation.models.base.CodeField(
                        default=annotation.models.base.new_code, editable=False, max_length=12, unique=True
                    ),
                ),
                (
                    "adjudication",
                    "plan",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="annotation.plan",
                    ),
                ),
                (
                    "analysis",
                    "code",
                    annotation.models.base.CodeField(
                        default=annotation.models.base.new_code, editable=False, max_length=12, unique=True
                    ),
                ),
                (
                    "analysispart",
                    "analysis",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="rating.analysis",
                    ),
                ),
                (
                    "analysisplan",
                    "code",
                    annotation.models.base.CodeField(
                        default=annotation.models.base.new_code, editable=False, max_length=12, unique=True
                    ),
                ),
                (
                    "analysisplan",
                    "study",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="annotation.study",
                    ),
                ),
                (
                    "answer",
                    "rating",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="rating.rating",
                    ),
                ),
                (
                    "draft",
                    "slot",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="annotation.slot",
                    ),
                ),
                (
                    "export",
                    "code",
                    annotation.models.base.CodeField(
                        default=annotation.models.base.new_code, editable=False, max_length=12, unique=True
                    ),
                ),
                (
                    "figure",
                    "analysis",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="figures",
                        to="rating.analysis",
                    ),
                ),
                (
                    "heldcomment",
                    "code",
                    annotation.models.base.CodeField(
                        default=annotation.models.base.new_code, editable=False, max_length=12, unique=True
                    ),
                ),
                (
                    "heldcomment",
                    "rating",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="rating.rating",
                    ),
                ),
                (
                    "judgement",
                    "adjudication",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judgements",
                        to="rating.adjudication",
                    ),
                ),
                (
                    "judgement",
                    "code",
                    annotation.models.base.CodeField(
                        default=annotation.models.base.new_code, editable=False, max_length=12, unique=True
                    ),
                ),
                (
                    "judgementanswer",
                    "judgement",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="rating.judgement",
                    ),
                ),
                (
                    "pastevent",
                    "origin",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="rating.studyorigin",
                    ),
                ),
                (
                    "presentation",
                    "code",
                    annotation.models.base.CodeField(
                        default=annotation.models.base.new_code, editable=False, max_length=12, unique=True
                    ),
                ),
                (
                    "presentation",
                    "slot",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="annotation.slot",
                    ),
                ),
                (
                    "rating",
                    "code",
                    annotation.models.base.CodeField(
                        default=annotation.models.base.new_code, editable=False, max_length=12, unique=True
                    ),
                ),
                (
                    "rating",
                    "rater",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="annotation.rater",
                    ),
                ),
                (
                    "rating",
                    "slot",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="annotation.slot",
                    ),
                ),
                (
                    "secondlook",
                    "code",
                    annotation.models.base.CodeField(
                        default=annotation.models.base.new_code, editable=False, max_length=12, unique=True
                    ),
                ),
                (
                    "snapshot",
                    "code",
                    annotation.models.base.CodeField(
                        default=annotation.models.base.new_code, editable=False, max_length=12, unique=True
                    ),
                ),
                (
                    "studyarchive",
                    "code",
                    annotation.models.base.CodeField(
                        default=annotation.models.base.new_code, editable=False, max_length=12, unique=True
                    ),
                ),
                (
                    "studyorigin",
                    "code",
                    annotation.models.base.CodeField(
                        default=annotation.models.base.new_code, editable=False, max_length=12, unique=True
                    ),
                ),
            ]
        )
    ]
