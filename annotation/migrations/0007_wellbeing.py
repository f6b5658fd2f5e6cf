import django.db.models.deletion
from django.db import migrations, models

import annotation.models.base


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0006_training_and_checks"),
    ]

    operations = [
        migrations.CreateModel(
            name="CareSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("break_minutes", models.PositiveIntegerField(default=45)),
                ("break_heavy_items", models.PositiveIntegerField(default=5)),
                ("checkin_every", models.PositiveIntegerField(default=10)),
                ("checkin_number", models.PositiveIntegerField(default=70)),
                ("retention_days", models.PositiveIntegerField(default=90)),
                ("debrief", models.TextField(blank=True)),
                (
                    "study",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.study"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "care settings",
            },
        ),
        migrations.CreateModel(
            name="Exposure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("n_since_checkin", models.PositiveIntegerField(default=0)),
                ("n_heavy_in_row", models.PositiveIntegerField(default=0)),
                ("began_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                (
                    "rater",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.rater"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CareWeek",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("monday", models.DateField()),
                ("n_pauses", models.PositiveIntegerField(blank=True, null=True)),
                ("n_skips", models.PositiveIntegerField(blank=True, null=True)),
                ("n_above", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.study"
                    ),
                ),
            ],
            options={
                "ordering": ["study_id", "-monday"],
                "constraints": [models.UniqueConstraint(fields=("study", "monday"), name="care_week_once")],
            },
        ),
        migrations.CreateModel(
            name="CheckIn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("value", models.PositiveSmallIntegerField()),
                ("is_above", models.BooleanField()),
                ("answered_at", models.DateTimeField()),
                (
                    "rater",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.rater"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["rater", "answered_at"], name="checkin_of_rater")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("value__lte", 100)), name="checkin_0_to_100")
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactWish",
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
                        default=annotation.models.base.new_code, editable=False, max_length=12, unique=True
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("reach", models.CharField(blank=True, max_length=200)),
                ("wished_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "rater",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.rater"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "contact wishes",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=("rater",),
                        name="one_open_wish_per_rater",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Pause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "rater",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.rater"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["rater", "began_at"], name="pause_of_rater")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("rater",),
                        name="one_pause_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TopicOptOut",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("topic", models.CharField(max_length=200)),
                ("chosen_at", models.DateTimeField()),
                (
                    "rater",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.rater"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("rater", "topic"), name="opt_out_once_per_topic")
                ],
            },
        ),
    ]
