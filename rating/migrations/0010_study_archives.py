import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import annotation.models.base


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0017_stage_targets"),
        ("rating", "0009_pay_terms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
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
                        default=annotation.models.base.new_code, editable=False, max_length=12, unique=True
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
        migrations.CreateModel(
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
                        default=annotation.models.base.new_code, editable=False, max_length=12, unique=True
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="annotation.study"
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
        migrations.CreateModel(
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
                    models.UniqueConstraint(fields=("origin", "position"), name="past_event_has_its_place")
                ],
            },
        ),
    ]
