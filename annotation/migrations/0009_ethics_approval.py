import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import annotation.models.base


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0008_item_text_direction"),
    ]

    operations = [
        migrations.AlterField(
            model_name="invitation",
            name="role",
            field=models.CharField(
                choices=[
                    ("owner", "Owner"),
                    ("coordinator", "Coordinator"),
                    ("researcher", "Researcher"),
                    ("adjudicator", "Adjudicator"),
                    ("safeguarding", "Safeguarding"),
                    ("rater", "Rater"),
                ],
                default="rater",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="rolegrant",
            name="role",
            field=models.CharField(
                choices=[
                    ("owner", "Owner"),
                    ("coordinator", "Coordinator"),
                    ("researcher", "Researcher"),
                    ("adjudicator", "Adjudicator"),
                    ("safeguarding", "Safeguarding"),
                    ("rater", "Rater"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="EthicsSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("pauses_rating", models.BooleanField(default=False)),
                ("minimum_age", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("asks_capacity", models.BooleanField(default=False)),
                ("takes_proxy", models.BooleanField(default=False)),
                (
                    "study",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.study"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "ethics settings",
            },
        ),
        migrations.CreateModel(
            name="LegalScreen",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_of_age", models.BooleanField()),
                ("has_capacity", models.BooleanField()),
                ("answered_at", models.DateTimeField()),
                (
                    "rater",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.rater"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SafeguardingLead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("hours", models.CharField(max_length=300)),
                ("contacts", models.TextField()),
                ("response_time", models.CharField(max_length=300)),
                (
                    "study",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="safeguarding_lead",
                        to="annotation.study",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EthicsApproval",
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
                ("board", models.CharField(max_length=200)),
                ("number", models.CharField(max_length=100)),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("note", models.TextField(blank=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_why", models.CharField(blank=True, max_length=500)),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.study"
                    ),
                ),
            ],
            options={
                "ordering": ["study_id", "-valid_from", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="approval_ends_after_it_begins",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProxyConsent",
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
                    "relationship",
                    models.CharField(
                        choices=[
                            ("parent", "Parent"),
                            ("guardian", "Legal guardian"),
                            ("representative", "Appointed representative"),
                            ("other", "Other, as the law allows"),
                        ],
                        max_length=14,
                    ),
                ),
                ("given_on", models.DateField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "rater",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.rater"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="annotation.consentversion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("rater", "version"),
                        name="one_proxy_consent_per_version",
                    )
                ],
            },
        ),
    ]
