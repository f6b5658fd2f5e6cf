import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0005_ticks_of_earlier_consents"),
    ]

    operations = [
        migrations.CreateModel(
            name="CheckSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("n_per_try", models.PositiveIntegerField(default=5)),
                ("max_tries", models.PositiveIntegerField(default=2)),
                ("retry_hours", models.PositiveIntegerField(default=24)),
                ("gold_every", models.PositiveIntegerField(default=0)),
                ("repeat_every", models.PositiveIntegerField(default=0)),
                ("attention_every", models.PositiveIntegerField(default=0)),
                ("repeat_distance", models.PositiveIntegerField(default=5)),
                ("shows_consistency", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name_plural": "check settings",
            },
        ),
        migrations.CreateModel(
            name="Clearance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("under_way", "Under way"),
                            ("passed", "Passed"),
                            ("not_passed", "Not passed"),
                            ("by_hand", "Let pass by hand"),
                        ],
                        default="under_way",
                        max_length=10,
                    ),
                ),
                ("practice_round", models.PositiveIntegerField(default=1)),
                ("practised_at", models.DateTimeField(blank=True, null=True)),
                ("n_tries", models.PositiveIntegerField(default=0)),
                ("n_more_tries", models.PositiveIntegerField(default=0)),
                ("retry_at", models.DateTimeField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="GoldKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question_key", models.SlugField(max_length=60)),
                ("target", models.CharField(default="item", max_length=40)),
                ("part", models.CharField(blank=True, max_length=60)),
                ("value", models.FloatField(blank=True, null=True)),
                ("panel_mean", models.FloatField(blank=True, null=True)),
                ("panel_sd", models.FloatField(blank=True, null=True)),
                ("panel_n", models.PositiveIntegerField(blank=True, null=True)),
                ("explanation", models.TextField(blank=True)),
                ("source", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "ordering": ["keyed_id", "id"],
            },
        ),
        migrations.CreateModel(
            name="KeyedItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "use",
                    models.CharField(
                        choices=[
                            ("practice", "Practice"),
                            ("qualification", "Qualification"),
                            ("gold", "Gold"),
                            ("attention", "Attention check"),
                        ],
                        max_length=13,
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0)),
            ],
            options={
                "ordering": ["study_id", "position", "id"],
            },
        ),
        migrations.CreateModel(
            name="PassMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question_key", models.SlugField(max_length=60)),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("exact", "The same answer"),
                            ("within_one", "At most one step away"),
                            ("panel", "Distance from the panel's mean"),
                        ],
                        max_length=10,
                    ),
                ),
                ("share", models.FloatField(blank=True, null=True)),
                ("distance", models.FloatField(blank=True, null=True)),
            ],
            options={
                "ordering": ["study_id", "id"],
            },
        ),
        migrations.CreateModel(
            name="QualificationTry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("items", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Under way"),
                            ("passed", "Passed"),
                            ("not_passed", "Not passed"),
                            ("undecided", "Not decided"),
                        ],
                        default="running",
                        max_length=10,
                    ),
                ),
                ("result", models.JSONField(blank=True, default=list)),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "qualification tries",
                "ordering": ["rater_id", "number"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="plan",
            name="one_open_plan_per_study",
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state", "open"), models.Q(("stage__in", ("training", "qualification")), _negated=True)
                ),
                fields=("study",),
                name="one_open_plan_of_work",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("study", "stage"),
                name="one_open_plan_per_stage",
            ),
        ),
        migrations.AddField(
            model_name="checksettings",
            name="study",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="check_settings",
                to="annotation.study",
            ),
        ),
        migrations.AddField(
            model_name="clearance",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="clearance",
            name="rater",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="clearance", to="annotation.rater"
            ),
        ),
        migrations.AddField(
            model_name="keyeditem",
            name="item",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="keyed", to="annotation.item"
            ),
        ),
        migrations.AddField(
            model_name="keyeditem",
            name="study",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="keyed_items", to="annotation.study"
            ),
        ),
        migrations.AddField(
            model_name="goldkey",
            name="keyed",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="keys", to="annotation.keyeditem"
            ),
        ),
        migrations.AddField(
            model_name="passmark",
            name="study",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="pass_marks", to="annotation.study"
            ),
        ),
        migrations.AddField(
            model_name="qualificationtry",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.plan"
            ),
        ),
        migrations.AddField(
            model_name="qualificationtry",
            name="rater",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="qualification_tries",
                to="annotation.rater",
            ),
        ),
        migrations.AddConstraint(
            model_name="checksettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("max_tries__gte", 1), ("n_per_try__gte", 1), ("repeat_distance__gte", 1)),
                name="check_settings_at_least_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="goldkey",
            constraint=models.UniqueConstraint(
                fields=("keyed", "question_key", "target", "part"), name="gold_key_once_per_part"
            ),
        ),
        migrations.AddConstraint(
            model_name="goldkey",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__isnull", False), ("panel_mean__isnull", False), _connector="OR"),
                name="gold_key_has_an_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="goldkey",
            constraint=models.CheckConstraint(
                condition=models.Q(("panel_mean__isnull", True), ("panel_n__gte", 2), _connector="OR"),
                name="gold_key_panel_of_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="passmark",
            constraint=models.UniqueConstraint(
                fields=("study", "question_key"), name="pass_mark_once_per_question"
            ),
        ),
        migrations.AddConstraint(
            model_name="passmark",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("distance__gte", 0), ("rule", "panel")),
                    models.Q(models.Q(("rule", "panel"), _negated=True), ("share__gt", 0), ("share__lte", 1)),
                    _connector="OR",
                ),
                name="pass_mark_says_how_much",
            ),
        ),
        migrations.AddConstraint(
            model_name="qualificationtry",
            constraint=models.UniqueConstraint(fields=("rater", "number"), name="try_number_once_per_rater"),
        ),
        migrations.AddConstraint(
            model_name="qualificationtry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "running")), fields=("rater",), name="one_running_try_per_rater"
            ),
        ),
    ]
