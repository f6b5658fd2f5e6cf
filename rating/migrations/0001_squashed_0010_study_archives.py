import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations import CreateModel

import annotation.models.base
from annotation.migrations._together import CreateTogether


class Migration(migrations.Migration):
    replaces = [
        ("rating", "0001_initial"),
        ("rating", "0002_answer_parts"),
        ("rating", "0003_analysis_plans"),
        ("rating", "0004_snapshot_reductions"),
        ("rating", "0005_question_times"),
        ("rating", "0006_stored_exports"),
        ("rating", "0007_second_looks"),
        ("rating", "0008_adjudication"),
        ("rating", "0009_pay_terms"),
        ("rating", "0010_study_archives"),
    ]

    initial = True

    dependencies = [
        ("annotation", "0001_squashed_0018_leases"),
    ]

    operations = [
        CreateTogether(
            [
                CreateModel(
                    name="Adjudication",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=annotation.models.base.new_code,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("reason", models.CharField(blank=True, max_length=300)),
                        ("taken_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "added_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "adjudicator",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.member",
                            ),
                        ),
                        (
                            "as_group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.group",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.item",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.plan",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("plan", "item"), name="adjudicated_once_per_stage"
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="AnalysisPlan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=annotation.models.base.new_code,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("number", models.PositiveIntegerField()),
                        ("title", models.CharField(max_length=200)),
                        ("note", models.TextField(blank=True)),
                        ("options", models.JSONField(default=dict)),
                        ("seed", models.PositiveBigIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "Draft"), ("locked", "Locked")],
                                default="draft",
                                max_length=6,
                            ),
                        ),
                        ("locked_at", models.DateTimeField(blank=True, null=True)),
                        ("n_ratings_before", models.PositiveIntegerField(blank=True, null=True)),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "locked_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-number"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("study", "number"), name="analysis_plan_number_unique"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "draft")),
                                fields=("study",),
                                name="analysis_plan_one_draft",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("locked_at__isnull", True),
                                        ("n_ratings_before__isnull", True),
                                        ("state", "draft"),
                                    ),
                                    models.Q(
                                        ("locked_at__isnull", False),
                                        ("n_ratings_before__isnull", False),
                                        ("state", "locked"),
                                    ),
                                    _connector="OR",
                                ),
                                name="analysis_plan_locked_at_a_time",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="Analysis",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=annotation.models.base.new_code,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("options", models.JSONField(default=dict)),
                        ("seed", models.PositiveBigIntegerField()),
                        ("software_version", models.CharField(blank=True, max_length=40)),
                        ("results", models.JSONField(blank=True, default=dict)),
                        ("log", models.JSONField(blank=True, default=list)),
                        ("finished_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "job",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="annotation.job",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.study",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="analyses",
                                to="rating.analysisplan",
                            ),
                        ),
                        (
                            "snapshot",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="analyses",
                                to="rating.snapshot",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "analyses",
                        "ordering": ["-id"],
                    },
                ),
                CreateModel(
                    name="Draft",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("payload", models.JSONField(default=dict)),
                        ("number", models.PositiveIntegerField(default=1)),
                        ("saved_at", models.DateTimeField()),
                        (
                            "rater",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.rater",
                            ),
                        ),
                        (
                            "slot",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.slot",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("slot", "rater"), name="draft_once")],
                    },
                ),
                CreateModel(
                    name="ExportPolicy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("min_cell", models.PositiveIntegerField(default=5)),
                        ("days_kept", models.PositiveIntegerField(default=30)),
                        (
                            "study",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("days_kept__gte", 1), ("min_cell__gte", 1)),
                                name="export_policy_positive",
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="Figure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.SlugField(max_length=120)),
                        ("position", models.PositiveIntegerField()),
                        ("question_key", models.CharField(blank=True, max_length=60)),
                        ("title", models.CharField(max_length=200)),
                        ("description", models.TextField(blank=True)),
                        ("spec", models.JSONField(default=dict)),
                        ("svg", models.TextField()),
                        ("png", models.BinaryField()),
                        ("table", models.JSONField(default=dict)),
                        (
                            "analysis",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="figures",
                                to="rating.analysis",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["analysis_id", "position"],
                        "constraints": [
                            models.UniqueConstraint(fields=("analysis", "key"), name="figure_key_unique")
                        ],
                    },
                ),
                CreateModel(
                    name="Judgement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=annotation.models.base.new_code,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "step",
                            models.CharField(
                                choices=[("own", "Own rating"), ("decision", "Decision")], max_length=8
                            ),
                        ),
                        ("comment", models.TextField(blank=True)),
                        ("passages", models.JSONField(blank=True, default=list)),
                        ("judged_at", models.DateTimeField()),
                        (
                            "adjudication",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="judgements",
                                to="rating.adjudication",
                            ),
                        ),
                        (
                            "rubric_version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.rubricversion",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("adjudication", "step"), name="judged_once_per_step"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("step", "decision"), _negated=True),
                                    models.Q(("comment", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="decision_says_what_it_rests_on",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="JudgementAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("target", models.CharField(default="item", max_length=40)),
                        ("part", models.CharField(blank=True, max_length=60)),
                        ("perspective", models.CharField(default="self", max_length=40)),
                        ("value", models.FloatField(blank=True, null=True)),
                        (
                            "missing",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("cannot_judge", "Cannot judge"),
                                    ("not_applicable", "Not applicable"),
                                    ("declined", "Declined"),
                                    ("not_asked", "Not asked"),
                                ],
                                max_length=14,
                            ),
                        ),
                        ("text", models.TextField(blank=True)),
                        ("confidence", models.FloatField(blank=True, null=True)),
                        (
                            "judgement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="rating.judgement",
                            ),
                        ),
                        (
                            "level",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.level",
                            ),
                        ),
                        (
                            "question",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.question",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("judgement", "question", "target", "perspective", "part"),
                                name="judgement_answer_once_per_part",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("missing", ""), ("value__isnull", False)),
                                    models.Q(
                                        ("missing", ""),
                                        ("value__isnull", True),
                                        models.Q(("text", ""), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(("missing", ""), _negated=True), ("value__isnull", True)
                                    ),
                                    _connector="OR",
                                ),
                                name="judgement_answer_value_or_words_or_reason",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="PayTerms",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "basis",
                            models.CharField(
                                choices=[
                                    ("hour", "By the hour"),
                                    ("item", "By the item opened"),
                                    ("flat", "The same for everybody who opened an item"),
                                ],
                                max_length=4,
                            ),
                        ),
                        ("rate", models.DecimalField(decimal_places=2, max_digits=9)),
                        ("currency", models.CharField(max_length=3)),
                        ("words", models.TextField(blank=True)),
                        (
                            "study",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "pay terms",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("rate__gte", 0)), name="pay_rate_not_negative"
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="Presentation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=annotation.models.base.new_code,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("language", models.CharField(default="en", max_length=12)),
                        ("wording", models.CharField(blank=True, max_length=40)),
                        ("question_order", models.JSONField(default=list)),
                        ("response_order", models.JSONField(blank=True, default=list)),
                        ("position", models.PositiveIntegerField()),
                        ("shown_at", models.DateTimeField()),
                        (
                            "rater",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.rater",
                            ),
                        ),
                        (
                            "rubric_version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.rubricversion",
                            ),
                        ),
                        (
                            "slot",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.slot",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("slot", "rater"), name="presentation_once")
                        ],
                    },
                ),
                CreateModel(
                    name="Rating",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=annotation.models.base.new_code,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("revision", models.PositiveIntegerField(default=1)),
                        ("client_id", models.UUIDField(unique=True)),
                        ("comment", models.TextField(blank=True)),
                        ("active_ms", models.PositiveIntegerField(blank=True, null=True)),
                        ("question_ms", models.JSONField(blank=True, default=dict)),
                        ("submitted_at", models.DateTimeField()),
                        (
                            "presentation",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ratings",
                                to="rating.presentation",
                            ),
                        ),
                        (
                            "rater",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.rater",
                            ),
                        ),
                        (
                            "rubric_version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.rubricversion",
                            ),
                        ),
                        (
                            "slot",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.slot",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["rater", "-submitted_at"], name="rating_of_rater")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("slot", "revision"), name="rating_revision_unique"
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="HeldComment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=annotation.models.base.new_code,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("question", models.CharField(blank=True, max_length=60)),
                        ("target", models.CharField(blank=True, max_length=40)),
                        ("perspective", models.CharField(blank=True, max_length=40)),
                        ("digest", models.CharField(max_length=64)),
                        ("kinds", models.JSONField(default=list)),
                        ("released_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "released_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "rating",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="rating.rating",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("rating", "question", "target", "perspective"),
                                name="comment_held_once",
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="Evidence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("target", models.CharField(blank=True, max_length=40)),
                        ("label", models.CharField(blank=True, max_length=60)),
                        ("severity", models.FloatField(blank=True, null=True)),
                        ("start", models.PositiveIntegerField(blank=True, null=True)),
                        ("end", models.PositiveIntegerField(blank=True, null=True)),
                        ("quote", models.TextField()),
                        (
                            "question",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.question",
                            ),
                        ),
                        (
                            "rating",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="evidence",
                                to="rating.rating",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "evidence",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("end__isnull", True), ("start__isnull", True)),
                                    models.Q(("end__gt", models.F("start")), ("start__gte", 0)),
                                    _connector="OR",
                                ),
                                name="evidence_span_is_whole",
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="CurrentRating",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "slot",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.slot",
                            ),
                        ),
                        (
                            "rating",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="current_of",
                                to="rating.rating",
                            ),
                        ),
                    ],
                ),
                CreateModel(
                    name="Answer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("target", models.CharField(default="item", max_length=40)),
                        ("part", models.CharField(blank=True, max_length=60)),
                        ("perspective", models.CharField(default="self", max_length=40)),
                        ("value", models.FloatField(blank=True, null=True)),
                        ("is_exception", models.BooleanField(default=False)),
                        (
                            "missing",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("cannot_judge", "Cannot judge"),
                                    ("not_applicable", "Not applicable"),
                                    ("declined", "Declined"),
                                    ("not_asked", "Not asked"),
                                ],
                                max_length=14,
                            ),
                        ),
                        ("text", models.TextField(blank=True)),
                        ("confidence", models.FloatField(blank=True, null=True)),
                        (
                            "level",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.level",
                            ),
                        ),
                        (
                            "question",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.question",
                            ),
                        ),
                        (
                            "rating",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="answers",
                                to="rating.rating",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("rating", "question", "target", "perspective", "part"),
                                name="answer_once_per_part",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("missing", ""), ("value__isnull", False)),
                                    models.Q(
                                        ("missing", ""),
                                        ("value__isnull", True),
                                        models.Q(("text", ""), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(("missing", ""), _negated=True), ("value__isnull", True)
                                    ),
                                    _connector="OR",
                                ),
                                name="answer_value_or_words_or_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("confidence__isnull", True),
                                    models.Q(("confidence__gte", 0), ("confidence__lte", 100)),
                                    _connector="OR",
                                ),
                                name="answer_confidence_0_to_100",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("value__isnull", True),
                                    ("level__isnull", False),
                                    ("is_exception", True),
                                    _connector="OR",
                                ),
                                name="answer_on_scale_or_declared",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="SecondLook",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=annotation.models.base.new_code,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("reason", models.TextField()),
                        ("asked_at", models.DateTimeField()),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                        ("is_withdrawn", models.BooleanField(default=False)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "rating",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="second_looks",
                                to="rating.rating",
                            ),
                        ),
                        (
                            "revision",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="rating.rating",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-asked_at", "-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=("rating",),
                                name="one_open_second_look_per_rating",
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="Snapshot",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=annotation.models.base.new_code,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("stage", models.CharField(max_length=13)),
                        ("digest", models.CharField(max_length=64)),
                        ("file_name", models.CharField(max_length=200)),
                        ("software_version", models.CharField(max_length=40)),
                        ("description", models.JSONField(default=dict)),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-id"],
                    },
                ),
                CreateModel(
                    name="Export",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=annotation.models.base.new_code,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("last_key", models.BigIntegerField(default=0)),
                        ("stage", models.CharField(max_length=13)),
                        ("format", models.CharField(max_length=40)),
                        ("options", models.JSONField(blank=True, default=dict)),
                        ("unlock_reason", models.TextField(blank=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("making", "Being made"),
                                    ("ready", "Ready"),
                                    ("withdrawn", "Withdrawn"),
                                    ("expired", "Expired"),
                                ],
                                default="making",
                                max_length=9,
                            ),
                        ),
                        ("file_name", models.CharField(blank=True, max_length=200)),
                        ("digest", models.CharField(blank=True, max_length=64)),
                        ("size", models.PositiveBigIntegerField(default=0)),
                        ("description", models.JSONField(blank=True, default=dict)),
                        ("finished_at", models.DateTimeField(blank=True, null=True)),
                        ("expires_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "job",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="annotation.job",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.study",
                            ),
                        ),
                        (
                            "snapshot",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="exports",
                                to="rating.snapshot",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "ready")),
                                fields=["expires_at"],
                                name="export_stored",
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="SnapshotReduction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reduced_at", models.DateTimeField()),
                        ("n_ratings", models.PositiveIntegerField()),
                        ("digest_before", models.CharField(max_length=64)),
                        (
                            "snapshot",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reductions",
                                to="rating.snapshot",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                CreateModel(
                    name="StudyArchive",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=annotation.models.base.new_code,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("with_wellbeing", models.BooleanField(default=False)),
                        ("with_incidents", models.BooleanField(default=False)),
                        ("reason", models.TextField(blank=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("making", "Being made"),
                                    ("ready", "Ready"),
                                    ("withdrawn", "Withdrawn"),
                                    ("expired", "Expired"),
                                ],
                                default="making",
                                max_length=9,
                            ),
                        ),
                        ("file_name", models.CharField(blank=True, max_length=200)),
                        ("digest", models.CharField(blank=True, max_length=64)),
                        ("size", models.PositiveBigIntegerField(default=0)),
                        ("finished_at", models.DateTimeField(blank=True, null=True)),
                        ("expires_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "job",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="annotation.job",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("with_incidents", False), ("with_wellbeing", False)),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="archive_of_more_has_a_reason",
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="StudyOrigin",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=annotation.models.base.new_code,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("origin_code", models.CharField(max_length=12)),
                        ("archive_digest", models.CharField(max_length=64)),
                        ("archived_at", models.DateTimeField()),
                        ("software_version", models.CharField(max_length=40)),
                        ("n_events", models.PositiveBigIntegerField(default=0)),
                        ("n_sealed", models.PositiveBigIntegerField(default=0)),
                        ("head", models.CharField(max_length=64)),
                        ("restored_at", models.DateTimeField()),
                        (
                            "restored_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="origins",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                CreateModel(
                    name="PastEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveBigIntegerField()),
                        ("number", models.PositiveBigIntegerField(blank=True, null=True)),
                        ("event_code", models.CharField(max_length=12)),
                        ("at", models.DateTimeField()),
                        ("kind", models.CharField(max_length=60)),
                        ("object_kind", models.CharField(blank=True, max_length=40)),
                        ("object_code", models.CharField(blank=True, max_length=12)),
                        ("actor", models.CharField(blank=True, max_length=40)),
                        ("actor_mark", models.CharField(blank=True, max_length=32)),
                        ("commitment", models.CharField(max_length=64)),
                        ("salt", models.CharField(blank=True, max_length=32)),
                        ("data", models.JSONField(blank=True, null=True)),
                        ("digest", models.CharField(blank=True, max_length=64)),
                        (
                            "origin",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="events",
                                to="rating.studyorigin",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["origin_id", "position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("origin", "position"), name="past_event_has_its_place"
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
