import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import annotation.models.base
import annotation.models.joining


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0009_ethics_approval"),
    ]

    operations = [
        migrations.CreateModel(
            name="Application",
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
                ("token_digest", models.CharField(max_length=64, unique=True)),
                ("words", models.TextField(blank=True)),
                ("email", models.EmailField(blank=True, max_length=254)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("approved", "Approved"), ("declined", "Declined")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="JoiningSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("mail_subject", models.CharField(blank=True, max_length=150)),
                ("mail_words", models.TextField(blank=True)),
                (
                    "screening",
                    models.CharField(
                        choices=[
                            ("off", "Not asked"),
                            ("before", "Before the consent text"),
                            ("after", "After the consent text"),
                        ],
                        default="off",
                        max_length=6,
                    ),
                ),
                ("screening_since", models.DateTimeField(blank=True, null=True)),
                ("n_not_eligible", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name_plural": "joining settings",
            },
        ),
        migrations.CreateModel(
            name="MessageCopy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("mailed_at", models.DateTimeField(blank=True, null=True)),
                ("put_away_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "message copies",
            },
        ),
        migrations.CreateModel(
            name="MessageMute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PublicCall",
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
                    "address",
                    models.CharField(
                        default=annotation.models.joining.new_address, max_length=20, unique=True
                    ),
                ),
                ("words", models.TextField(blank=True)),
                ("closes_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("max_waiting", models.PositiveIntegerField(default=100)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="RaterMessage",
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
                ("subject", models.CharField(max_length=150)),
                ("body", models.TextField()),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Screened",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "screened",
            },
        ),
        migrations.CreateModel(
            name="ScreeningAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("value", models.FloatField(blank=True, null=True)),
                ("text", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="ScreeningQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField(max_length=40)),
                ("position", models.PositiveIntegerField(default=0)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("scale", "Scale item"),
                            ("choice", "Choice of one"),
                            ("number", "Number"),
                            ("text", "Free text"),
                        ],
                        max_length=6,
                    ),
                ),
                ("words", models.CharField(max_length=500)),
                ("help_text", models.CharField(blank=True, max_length=500)),
                ("is_required", models.BooleanField(default=True)),
                ("construct", models.CharField(blank=True, max_length=60)),
                ("is_reversed", models.BooleanField(default=False)),
                ("low", models.IntegerField(blank=True, null=True)),
                ("high", models.IntegerField(blank=True, null=True)),
                ("low_words", models.CharField(blank=True, max_length=100)),
                ("high_words", models.CharField(blank=True, max_length=100)),
                ("options", models.JSONField(blank=True, default=list)),
                ("accepted", models.JSONField(blank=True, default=list)),
                ("at_least", models.IntegerField(blank=True, null=True)),
            ],
            options={
                "ordering": ["study_id", "position", "id"],
            },
        ),
        migrations.AddField(
            model_name="invitation",
            name="email",
            field=models.EmailField(blank=True, max_length=254),
        ),
        migrations.AddField(
            model_name="invitation",
            name="has_send_failed",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="invitation",
            name="is_by_mail",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="invitation",
            name="n_sent",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="invitation",
            name="sent_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("email", ""), _negated=True),
                fields=("study", "email"),
                name="one_living_invitation_per_address",
            ),
        ),
        migrations.AddField(
            model_name="application",
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
            model_name="application",
            name="invitation",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="application",
                to="annotation.invitation",
            ),
        ),
        migrations.AddField(
            model_name="joiningsettings",
            name="study",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.study"
            ),
        ),
        migrations.AddField(
            model_name="messagecopy",
            name="rater",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.rater"
            ),
        ),
        migrations.AddField(
            model_name="messagemute",
            name="rater",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.rater"
            ),
        ),
        migrations.AddField(
            model_name="publiccall",
            name="created_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="publiccall",
            name="group",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.group"
            ),
        ),
        migrations.AddField(
            model_name="publiccall",
            name="study",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.study"
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="applications",
                to="annotation.publiccall",
            ),
        ),
        migrations.AddField(
            model_name="ratermessage",
            name="sent_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="ratermessage",
            name="study",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.study"
            ),
        ),
        migrations.AddField(
            model_name="messagecopy",
            name="message",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="copies",
                to="annotation.ratermessage",
            ),
        ),
        migrations.AddField(
            model_name="screened",
            name="rater",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.rater"
            ),
        ),
        migrations.AddField(
            model_name="screeninganswer",
            name="rater",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.rater"
            ),
        ),
        migrations.AddField(
            model_name="screeningquestion",
            name="study",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.study"
            ),
        ),
        migrations.AddField(
            model_name="screeninganswer",
            name="question",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="annotation.screeningquestion",
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["call", "state"], name="application_waiting"),
        ),
        migrations.AddConstraint(
            model_name="messagecopy",
            constraint=models.UniqueConstraint(fields=("message", "rater"), name="message_once_per_rater"),
        ),
        migrations.AddConstraint(
            model_name="screeningquestion",
            constraint=models.UniqueConstraint(fields=("study", "key"), name="screening_key_unique_in_study"),
        ),
        migrations.AddConstraint(
            model_name="screeningquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "scale"), _negated=True),
                    models.Q(("high__gt", models.F("low")), ("low__isnull", False)),
                    _connector="OR",
                ),
                name="screening_scale_has_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="screeninganswer",
            constraint=models.UniqueConstraint(fields=("rater", "question"), name="screening_answered_once"),
        ),
    ]
