import django.db.models.deletion
from django.db import migrations, models

import annotation.models.base
import annotation.models.leaving


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0003_rubric_documents"),
    ]

    operations = [
        migrations.AddField(
            model_name="consent",
            name="language",
            field=models.CharField(default="en", max_length=12),
        ),
        migrations.AddField(
            model_name="consentversion",
            name="changes",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="consentversion",
            name="language",
            field=models.CharField(default="en", max_length=12),
        ),
        migrations.AddField(
            model_name="study",
            name="contact",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="study",
            name="data_freeze_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="ConsentTick",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("key", models.SlugField(max_length=40)),
                ("words", models.CharField(max_length=500)),
                ("is_required", models.BooleanField(default=True)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ticks",
                        to="annotation.consentversion",
                    ),
                ),
            ],
            options={
                "ordering": ["version_id", "position"],
            },
        ),
        migrations.CreateModel(
            name="Departure",
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
                (
                    "receipt_code",
                    models.CharField(
                        default=annotation.models.leaving.new_receipt_code, max_length=20, unique=True
                    ),
                ),
                ("pseudonym", models.CharField(max_length=40)),
                ("group_name", models.CharField(max_length=100)),
                ("left_at", models.DateTimeField()),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
                ("is_by_letter", models.BooleanField(default=False)),
                ("statement", models.JSONField(default=dict)),
                ("signature", models.CharField(blank=True, max_length=64)),
                (
                    "rater",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="departures",
                        to="annotation.rater",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="departures",
                        to="annotation.study",
                    ),
                ),
            ],
            options={
                "ordering": ["-left_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="TickAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_agreed", models.BooleanField()),
                ("answered_at", models.DateTimeField()),
                (
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="annotation.consent",
                    ),
                ),
                (
                    "tick",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="annotation.consenttick",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddConstraint(
            model_name="consenttick",
            constraint=models.UniqueConstraint(fields=("version", "key"), name="tick_key_unique_in_version"),
        ),
    ]
