import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.migrations import CreateModel

import annotation.models.base
import annotation.models.joining
import annotation.models.leaving
from annotation.migrations._together import CreateTogether


class Migration(migrations.Migration):
    replaces = [
        ("annotation", "0001_initial"),
        ("annotation", "0002_question_kinds"),
        ("annotation", "0003_rubric_documents"),
        ("annotation", "0004_consent_ticks_and_departures"),
        ("annotation", "0005_ticks_of_earlier_consents"),
        ("annotation", "0006_training_and_checks"),
        ("annotation", "0007_wellbeing"),
        ("annotation", "0008_item_text_direction"),
        ("annotation", "0009_ethics_approval"),
        ("annotation", "0010_joining"),
        ("annotation", "0011_seals_tokens_and_hooks"),
        ("annotation", "0012_scopes_of_earlier_tokens"),
        ("annotation", "0013_rubric_drafts"),
        ("annotation", "0014_seats"),
        ("annotation", "0015_ethics_logs_and_stewardship"),
        ("annotation", "0016_conversation_content_hash"),
        ("annotation", "0017_stage_targets"),
        ("annotation", "0018_leases"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        CreateTogether(
            [
                CreateModel(
                    name="ConsentVersion",
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
                        ("body", models.TextField()),
                        ("language", models.CharField(default="en", max_length=12)),
                        ("changes", models.TextField(blank=True)),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="consent_versions",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["study_id", "-number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("study", "number"), name="consent_number_unique")
                        ],
                    },
                ),
                CreateModel(
                    name="ErasurePermit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reason", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                    ],
                ),
                CreateModel(
                    name="Factor",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.SlugField(max_length=60)),
                        ("name", models.CharField(max_length=100)),
                        ("is_hidden", models.BooleanField(default=True)),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="factors",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("study", "key"), name="factor_key_unique_in_study"
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="Group",
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
                        ("key", models.SlugField(max_length=40)),
                        ("name", models.CharField(max_length=100)),
                        ("singular", models.CharField(blank=True, max_length=100)),
                        (
                            "kind",
                            models.CharField(
                                choices=[("human", "Human"), ("judge", "Judge model")],
                                default="human",
                                max_length=6,
                            ),
                        ),
                        ("words", models.TextField(blank=True)),
                        ("position", models.PositiveIntegerField(default=0)),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="groups",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["study_id", "position", "id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("study", "key"), name="group_key_unique_in_study")
                        ],
                    },
                ),
                CreateModel(
                    name="Lease",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=40, unique=True)),
                        ("holder", models.CharField(max_length=40)),
                        ("expires_at", models.DateTimeField()),
                        ("renewed_at", models.DateTimeField()),
                    ],
                ),
                CreateModel(
                    name="Rubric",
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
                        ("key", models.SlugField(max_length=60)),
                        ("name", models.CharField(max_length=200)),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rubrics",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("study", "key"), name="rubric_key_unique_in_study"
                            )
                        ],
                    },
                ),
                CreateModel(
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
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["study_id", "position", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "scale"), _negated=True),
                                    models.Q(("high__gt", models.F("low")), ("low__isnull", False)),
                                    _connector="OR",
                                ),
                                name="screening_scale_has_ends",
                            ),
                            models.UniqueConstraint(
                                fields=("study", "key"), name="screening_key_unique_in_study"
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="Study",
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
                        ("title", models.CharField(max_length=200)),
                        ("purpose", models.TextField(blank=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("open", "Open"),
                                    ("paused", "Paused"),
                                    ("closed", "Closed"),
                                ],
                                default="draft",
                                max_length=8,
                            ),
                        ),
                        ("notice", models.CharField(blank=True, max_length=500)),
                        ("is_invented", models.BooleanField(default=False)),
                        ("support_title", models.CharField(blank=True, max_length=200)),
                        ("support_text", models.TextField(blank=True)),
                        ("claim_minutes", models.PositiveIntegerField(default=60)),
                        ("contact", models.TextField(blank=True)),
                        ("data_freeze_at", models.DateTimeField(blank=True, null=True)),
                        ("source_key", models.CharField(blank=True, max_length=100)),
                    ],
                    options={
                        "verbose_name_plural": "studies",
                        "ordering": ["-created_at", "id"],
                    },
                ),
                CreateModel(
                    name="User",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        (
                            "last_login",
                            models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                        ),
                        (
                            "is_superuser",
                            models.BooleanField(
                                default=False,
                                help_text="Designates that this user has all permissions without explicitly assigning them.",
                                verbose_name="superuser status",
                            ),
                        ),
                        (
                            "username",
                            models.CharField(
                                error_messages={"unique": "A user with that username already exists."},
                                help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                                max_length=150,
                                unique=True,
                                validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                                verbose_name="username",
                            ),
                        ),
                        (
                            "first_name",
                            models.CharField(blank=True, max_length=150, verbose_name="first name"),
                        ),
                        ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                        (
                            "email",
                            models.EmailField(blank=True, max_length=254, verbose_name="email address"),
                        ),
                        (
                            "is_staff",
                            models.BooleanField(
                                default=False,
                                help_text="Designates whether the user can log into this admin site.",
                                verbose_name="staff status",
                            ),
                        ),
                        (
                            "is_active",
                            models.BooleanField(
                                default=True,
                                help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                                verbose_name="active",
                            ),
                        ),
                        (
                            "date_joined",
                            models.DateTimeField(
                                default=django.utils.timezone.now, verbose_name="date joined"
                            ),
                        ),
                        ("can_create_studies", models.BooleanField(default=False)),
                        (
                            "groups",
                            models.ManyToManyField(
                                blank=True,
                                help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.group",
                                verbose_name="groups",
                            ),
                        ),
                        (
                            "user_permissions",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Specific permissions for this user.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.permission",
                                verbose_name="user permissions",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("email", ""), _negated=True),
                                fields=("email",),
                                name="user_email_unique_when_given",
                            )
                        ],
                    },
                    managers=[
                        ("objects", django.contrib.auth.models.UserManager()),
                    ],
                ),
                CreateModel(
                    name="AccessEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("study_code", models.CharField(max_length=12)),
                        ("what", models.CharField(max_length=40)),
                        ("object_code", models.CharField(blank=True, max_length=12)),
                        (
                            "way",
                            models.CharField(
                                choices=[("page", "Page"), ("download", "Download"), ("api", "API")],
                                max_length=8,
                            ),
                        ),
                        ("at", models.DateTimeField(db_index=True)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-id"],
                        "indexes": [models.Index(fields=["study_code", "-id"], name="access_study")],
                    },
                ),
                CreateModel(
                    name="AuditEvent",
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
                        ("kind", models.CharField(max_length=60)),
                        ("object_kind", models.CharField(blank=True, max_length=40)),
                        ("object_code", models.CharField(blank=True, max_length=12)),
                        ("commitment", models.CharField(max_length=64)),
                        (
                            "actor",
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
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-id"],
                        "indexes": [models.Index(fields=["study", "-id"], name="audit_study")],
                    },
                ),
                CreateModel(
                    name="AuditPayload",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("salt", models.CharField(max_length=32)),
                        ("data", models.JSONField(default=dict)),
                        (
                            "event",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="payload",
                                to="annotation.auditevent",
                            ),
                        ),
                    ],
                ),
                CreateModel(
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
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("version", "key"), name="tick_key_unique_in_version"
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="ImportBatch",
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
                        ("kind", models.CharField(max_length=20)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("staged", "Staged"),
                                    ("visible", "Visible"),
                                    ("abandoned", "Abandoned"),
                                ],
                                default="staged",
                                max_length=9,
                            ),
                        ),
                        ("file_name", models.CharField(blank=True, max_length=200)),
                        ("file_digest", models.CharField(blank=True, max_length=64)),
                        ("report", models.JSONField(blank=True, default=dict)),
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="import_batches",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                CreateModel(
                    name="Conversation",
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
                        ("external_id", models.CharField(max_length=200)),
                        ("language", models.CharField(default="en", max_length=12)),
                        ("content_hash", models.CharField(blank=True, max_length=64)),
                        (
                            "batch",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.importbatch",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="conversations",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("study", "external_id"), name="conversation_unique_in_study"
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="Incident",
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
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "opened_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "rater",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="annotation.rater",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("study", "number"), name="incident_number_unique")
                        ],
                    },
                ),
                CreateModel(
                    name="IncidentEntry",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("opened", "Opened"),
                                    ("acted", "Acted"),
                                    ("corrected", "Correction"),
                                    ("closed", "Closed"),
                                    ("reopened", "Opened again"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("text", models.TextField()),
                        (
                            "corrects",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.incidententry",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="entries",
                                to="annotation.incident",
                            ),
                        ),
                        (
                            "written_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "incident entries",
                        "ordering": ["id"],
                    },
                ),
                CreateModel(
                    name="IncidentReading",
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
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="readings",
                                to="annotation.incident",
                            ),
                        ),
                        (
                            "reader",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-id"],
                    },
                ),
                CreateModel(
                    name="Invitation",
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
                            "role",
                            models.CharField(
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
                        ("label", models.CharField(blank=True, max_length=100)),
                        ("token_digest", models.CharField(max_length=64, unique=True)),
                        ("expires_at", models.DateTimeField()),
                        ("max_uses", models.PositiveIntegerField(default=1)),
                        ("n_uses", models.PositiveIntegerField(default=0)),
                        ("revoked_at", models.DateTimeField(blank=True, null=True)),
                        ("is_by_mail", models.BooleanField(default=False)),
                        ("email", models.EmailField(blank=True, max_length=254)),
                        ("sent_at", models.DateTimeField(blank=True, null=True)),
                        ("n_sent", models.PositiveIntegerField(default=0)),
                        ("has_send_failed", models.BooleanField(default=False)),
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
                            "group",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="invitations",
                                to="annotation.group",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="invitations",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("email", ""), _negated=True),
                                fields=("study", "email"),
                                name="one_living_invitation_per_address",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("n_uses__lte", models.F("max_uses"))),
                                name="invitation_not_overused",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("group__isnull", False),
                                    models.Q(("role", "rater"), _negated=True),
                                    _connector="OR",
                                ),
                                name="rater_invitation_names_group",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="Item",
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
                        ("external_id", models.CharField(max_length=200)),
                        ("position", models.PositiveIntegerField(default=0)),
                        ("language", models.CharField(default="en", max_length=12)),
                        (
                            "text_direction",
                            models.CharField(
                                choices=[
                                    ("auto", "By each text's first letter"),
                                    ("ltr", "Left to right"),
                                    ("rtl", "Right to left"),
                                ],
                                default="auto",
                                max_length=4,
                            ),
                        ),
                        ("has_text", models.BooleanField(default=True)),
                        ("is_heavy", models.BooleanField(default=False)),
                        ("content_notes", models.JSONField(blank=True, default=list)),
                        ("content_hash", models.CharField(blank=True, max_length=64)),
                        (
                            "batch",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.importbatch",
                            ),
                        ),
                        (
                            "conversation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="items",
                                to="annotation.conversation",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="items",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["study_id", "position", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("study", "external_id"), name="item_external_id_unique_in_study"
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="ItemFactor",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("value", models.CharField(max_length=200)),
                        (
                            "factor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="values",
                                to="annotation.factor",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="factors",
                                to="annotation.item",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("item", "factor"), name="factor_once_per_item")
                        ],
                    },
                ),
                CreateModel(
                    name="KeptAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=200)),
                        ("request_digest", models.CharField(max_length=64)),
                        ("status", models.PositiveSmallIntegerField(default=0)),
                        ("body", models.JSONField(null=True)),
                        ("created_at", models.DateTimeField(db_index=True)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "key"), name="answer_kept_once_per_key")
                        ],
                    },
                ),
                CreateModel(
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
                        (
                            "item",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="keyed",
                                to="annotation.item",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="keyed_items",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["study_id", "position", "id"],
                    },
                ),
                CreateModel(
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
                        (
                            "keyed",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="keys",
                                to="annotation.keyeditem",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["keyed_id", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("keyed", "question_key", "target", "part"),
                                name="gold_key_once_per_part",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("value__isnull", False), ("panel_mean__isnull", False), _connector="OR"
                                ),
                                name="gold_key_has_an_answer",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("panel_mean__isnull", True), ("panel_n__gte", 2), _connector="OR"
                                ),
                                name="gold_key_panel_of_two",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="Member",
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
                        ("left_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="members",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("study", "user"), name="member_once_per_study")
                        ],
                    },
                ),
                CreateModel(
                    name="Plan",
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
                            "stage",
                            models.CharField(
                                choices=[
                                    ("training", "Training"),
                                    ("qualification", "Qualification"),
                                    ("pilot", "Pilot"),
                                    ("main", "Main"),
                                    ("adjudication", "Adjudication"),
                                    ("imported", "Imported"),
                                ],
                                max_length=13,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "Not started"), ("open", "Open"), ("closed", "Closed")],
                                default="draft",
                                max_length=6,
                            ),
                        ),
                        ("design", models.CharField(default="pool", max_length=20)),
                        ("options", models.JSONField(blank=True, default=dict)),
                        ("rules", models.JSONField(blank=True, default=list)),
                        ("seed", models.PositiveBigIntegerField()),
                        (
                            "batch",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.importbatch",
                            ),
                        ),
                        (
                            "rubric_version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plans",
                                to="annotation.rubricversion",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="plans",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["study_id", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("state", "open"),
                                    models.Q(("stage__in", ("training", "qualification")), _negated=True),
                                ),
                                fields=("study",),
                                name="one_open_plan_of_work",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "open")),
                                fields=("study", "stage"),
                                name="one_open_plan_per_stage",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="PlanQuota",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("per_item", models.PositiveIntegerField()),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.group",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="quotas",
                                to="annotation.plan",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("plan", "group"), name="quota_once_per_group")
                        ],
                    },
                ),
                CreateModel(
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
                                default=annotation.models.base.new_code,
                                editable=False,
                                max_length=12,
                                unique=True,
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
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.group",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
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
                                default=annotation.models.base.new_code,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("token_digest", models.CharField(max_length=64, unique=True)),
                        ("words", models.TextField(blank=True)),
                        ("email", models.EmailField(blank=True, max_length=254)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Waiting"),
                                    ("approved", "Approved"),
                                    ("declined", "Declined"),
                                ],
                                default="waiting",
                                max_length=8,
                            ),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "invitation",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="application",
                                to="annotation.invitation",
                            ),
                        ),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="applications",
                                to="annotation.publiccall",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "indexes": [models.Index(fields=["call", "state"], name="application_waiting")],
                    },
                ),
                CreateModel(
                    name="Rater",
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
                        ("pseudonym", models.CharField(max_length=40)),
                        (
                            "origin",
                            models.CharField(
                                choices=[
                                    ("account", "Account"),
                                    ("imported", "Imported"),
                                    ("judge", "Judge model"),
                                ],
                                default="account",
                                max_length=8,
                            ),
                        ),
                        ("external_id", models.CharField(blank=True, max_length=200)),
                        ("judge_model", models.CharField(blank=True, max_length=200)),
                        ("judge_prompt_hash", models.CharField(blank=True, max_length=64)),
                        ("judge_run", models.CharField(blank=True, max_length=100)),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="raters",
                                to="annotation.group",
                            ),
                        ),
                        (
                            "member",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="rater",
                                to="annotation.member",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="raters",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("study", "pseudonym"), name="pseudonym_unique_in_study"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("external_id", ""), _negated=True),
                                fields=("study", "group", "external_id"),
                                name="imported_rater_once_per_group",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="QueueCursor",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("offset", models.PositiveIntegerField()),
                        ("last_key", models.PositiveIntegerField(blank=True, null=True)),
                        ("n_served", models.PositiveIntegerField(default=0)),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="cursors",
                                to="annotation.plan",
                            ),
                        ),
                        (
                            "rater",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="cursors",
                                to="annotation.rater",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("plan", "rater"), name="cursor_once_per_rater")
                        ],
                    },
                ),
                CreateModel(
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
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.plan",
                            ),
                        ),
                        (
                            "rater",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="qualification_tries",
                                to="annotation.rater",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "qualification tries",
                        "ordering": ["rater_id", "number"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("rater", "number"), name="try_number_once_per_rater"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "running")),
                                fields=("rater",),
                                name="one_running_try_per_rater",
                            ),
                        ],
                    },
                ),
                CreateModel(
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
                                default=annotation.models.base.new_code,
                                editable=False,
                                max_length=12,
                                unique=True,
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
                        (
                            "rater",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.rater",
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
                CreateModel(
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.rater",
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
                CreateModel(
                    name="Pass",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reason", models.TextField(blank=True)),
                        ("passed_at", models.DateTimeField()),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
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
                                related_name="passes",
                                to="annotation.plan",
                            ),
                        ),
                        (
                            "rater",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="passes",
                                to="annotation.rater",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "passes",
                        "constraints": [
                            models.UniqueConstraint(fields=("plan", "item", "rater"), name="pass_once")
                        ],
                    },
                ),
                CreateModel(
                    name="MessageMute",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "rater",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.rater",
                            ),
                        ),
                    ],
                ),
                CreateModel(
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.rater",
                            ),
                        ),
                    ],
                ),
                CreateModel(
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.rater",
                            ),
                        ),
                    ],
                ),
                CreateModel(
                    name="DataRequest",
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
                            "rater",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.rater",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-id"],
                    },
                ),
                CreateModel(
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
                                default=annotation.models.base.new_code,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("reach", models.CharField(blank=True, max_length=200)),
                        ("wished_at", models.DateTimeField()),
                        ("answered_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "rater",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.rater",
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
                CreateModel(
                    name="Consent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(default="en", max_length=12)),
                        ("given_at", models.DateTimeField()),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="consents",
                                to="annotation.consentversion",
                            ),
                        ),
                        (
                            "rater",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="consents",
                                to="annotation.rater",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("rater", "version"), name="consent_given_once")
                        ],
                    },
                ),
                CreateModel(
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
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "rater",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="clearance",
                                to="annotation.rater",
                            ),
                        ),
                    ],
                ),
                CreateModel(
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.rater",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["rater", "answered_at"], name="checkin_of_rater")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("value__lte", 100)), name="checkin_0_to_100"
                            )
                        ],
                    },
                ),
                CreateModel(
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
                                default=annotation.models.base.new_code,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("subject", models.CharField(max_length=150)),
                        ("body", models.TextField()),
                        (
                            "sent_by",
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
                        (
                            "rater",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.rater",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="copies",
                                to="annotation.ratermessage",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "message copies",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("message", "rater"), name="message_once_per_rater"
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="RecordLock",
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
                        ("digest", models.CharField(max_length=64)),
                        ("locked_at", models.DateTimeField(blank=True, null=True)),
                        ("lifted_at", models.DateTimeField(blank=True, null=True)),
                        ("lifted_why", models.CharField(blank=True, max_length=500)),
                        (
                            "lifted_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "opened_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("lifted_at__isnull", True)),
                                fields=("study",),
                                name="one_record_lock_at_a_time",
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="LockSignature",
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
                            "capacity",
                            models.CharField(
                                choices=[("investigator", "Investigator"), ("analyst", "Analyst")],
                                max_length=12,
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        ("meaning", models.CharField(max_length=500)),
                        (
                            "signed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "lock",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="signatures",
                                to="annotation.recordlock",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("lock", "capacity"), name="signed_once_in_each_capacity"
                            ),
                            models.UniqueConstraint(
                                fields=("lock", "signed_by"), name="signed_by_two_people"
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="Response",
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
                        ("position", models.PositiveIntegerField(default=1)),
                        ("text", models.TextField()),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="responses",
                                to="annotation.item",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["item_id", "position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("item", "position"), name="response_position_unique"
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="ResponseSource",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("human", "Human"), ("ai", "AI"), ("unknown", "Unknown")],
                                default="unknown",
                                max_length=7,
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=200)),
                        ("condition", models.CharField(blank=True, max_length=200)),
                        (
                            "response",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="source",
                                to="annotation.response",
                            ),
                        ),
                    ],
                ),
                CreateModel(
                    name="RoleGrant",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
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
                        (
                            "member",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="grants",
                                to="annotation.member",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("member", "role"), name="role_once_per_member")
                        ],
                    },
                ),
                CreateModel(
                    name="RubricVersion",
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
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "Draft"), ("published", "Published")],
                                default="draft",
                                max_length=9,
                            ),
                        ),
                        ("language", models.CharField(default="en", max_length=12)),
                        ("note", models.TextField(blank=True)),
                        ("guidelines", models.TextField(blank=True)),
                        ("digest", models.CharField(blank=True, max_length=64)),
                        ("document", models.JSONField(blank=True, default=dict)),
                        ("signed_off_by", models.CharField(blank=True, max_length=200)),
                        ("published_at", models.DateTimeField(blank=True, null=True)),
                        ("equivalence_reason", models.TextField(blank=True)),
                        (
                            "equivalent_to",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.rubricversion",
                            ),
                        ),
                        (
                            "rubric",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="annotation.rubric",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["rubric_id", "-number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("rubric", "number"), name="rubric_version_unique")
                        ],
                    },
                ),
                CreateModel(
                    name="DraftStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("document", models.JSONField()),
                        ("deed", models.CharField(max_length=20)),
                        ("about", models.CharField(blank=True, max_length=60)),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="annotation.rubricversion",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["version_id", "-id"],
                    },
                ),
                CreateModel(
                    name="Scale",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.SlugField(max_length=60)),
                        (
                            "measurement",
                            models.CharField(
                                choices=[
                                    ("nominal", "Nominal"),
                                    ("ordinal", "Ordinal"),
                                    ("interval", "Interval"),
                                    ("ratio", "Ratio"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="scales",
                                to="annotation.rubricversion",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("version", "key"), name="scale_key_unique_in_version"
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="Question",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.SlugField(max_length=60)),
                        ("position", models.PositiveIntegerField()),
                        ("construct", models.CharField(blank=True, max_length=60)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("scale", "Scale"),
                                    ("flag", "Flag"),
                                    ("slider", "Slider"),
                                    ("multi", "Several may apply"),
                                    ("checklist", "Checklist"),
                                    ("pair", "Choice between two responses"),
                                    ("ranking", "Ranking of responses"),
                                    ("best_worst", "Best and worst response"),
                                    ("spans", "Codes on passages"),
                                    ("text", "Free text"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "target",
                            models.CharField(
                                choices=[
                                    ("item", "The conversation"),
                                    ("response", "The response"),
                                    ("pair", "Two responses"),
                                    ("turn", "Every turn"),
                                    ("supporter", "Every turn of the supporter"),
                                    ("seeker", "Every turn of the person"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("options", models.JSONField(blank=True, default=list)),
                        ("severities", models.JSONField(blank=True, default=list)),
                        ("condition", models.JSONField(blank=True, default=dict)),
                        ("perspectives", models.JSONField(blank=True, default=list)),
                        ("asked_of", models.JSONField(blank=True, default=list)),
                        ("asks_confidence", models.BooleanField(default=False)),
                        ("allows_not_applicable", models.BooleanField(default=False)),
                        ("allows_ties", models.BooleanField(default=False)),
                        ("layer", models.CharField(blank=True, max_length=4)),
                        (
                            "polarity",
                            models.CharField(
                                choices=[
                                    ("higher_is_better", "Higher is better"),
                                    ("lower_is_better", "Lower is better"),
                                    ("neutral", "Neither"),
                                ],
                                default="neutral",
                                max_length=16,
                            ),
                        ),
                        ("is_reversed", models.BooleanField(default=False)),
                        ("is_required", models.BooleanField(default=True)),
                        ("allows_cannot_judge", models.BooleanField(default=True)),
                        ("allows_evidence", models.BooleanField(default=False)),
                        ("needs_passage", models.JSONField(blank=True, default=list)),
                        ("is_restricted", models.BooleanField(default=False)),
                        ("text", models.CharField(max_length=500)),
                        ("standard_text", models.CharField(blank=True, max_length=500)),
                        ("help", models.TextField(blank=True)),
                        ("examples", models.JSONField(blank=True, default=list)),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="questions",
                                to="annotation.rubricversion",
                            ),
                        ),
                        (
                            "scale",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="questions",
                                to="annotation.scale",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["version_id", "position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("version", "key"), name="question_key_unique_in_version"
                            ),
                            models.UniqueConstraint(
                                fields=("version", "position"), name="question_position_unique"
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="Level",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("value", models.FloatField()),
                        ("label", models.CharField(max_length=200)),
                        ("definition", models.CharField(blank=True, max_length=500)),
                        (
                            "scale",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="levels",
                                to="annotation.scale",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["scale_id", "value"],
                        "constraints": [
                            models.UniqueConstraint(fields=("scale", "value"), name="level_value_unique")
                        ],
                    },
                ),
                CreateModel(
                    name="Screened",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "rater",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.rater",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "screened",
                    },
                ),
                CreateModel(
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
                        (
                            "rater",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.rater",
                            ),
                        ),
                        (
                            "question",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.screeningquestion",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("rater", "question"), name="screening_answered_once"
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="Seat",
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
                        ("filled_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.group",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="seats",
                                to="annotation.plan",
                            ),
                        ),
                        (
                            "rater",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="seats",
                                to="annotation.rater",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["plan_id", "group_id", "number"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("plan", "group", "number"), name="seat_number_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("rater__isnull", False)),
                                fields=("plan", "rater"),
                                name="seat_once_per_rater",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="Slot",
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
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("quota", "Quota"),
                                    ("repeat", "Repeat"),
                                    ("gold", "Gold"),
                                    ("attention", "Attention check"),
                                    ("practice", "Practice"),
                                    ("surplus", "Surplus"),
                                ],
                                default="quota",
                                max_length=9,
                            ),
                        ),
                        ("number", models.PositiveIntegerField(default=1)),
                        ("occurrence", models.PositiveIntegerField(default=1)),
                        ("random_key", models.PositiveIntegerField(default=0)),
                        ("position", models.PositiveIntegerField(blank=True, null=True)),
                        ("is_shared", models.BooleanField(default=True)),
                        (
                            "needs",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Nothing"),
                                    ("practised", "Practice"),
                                    ("cleared", "Qualification"),
                                ],
                                default="",
                                max_length=9,
                            ),
                        ),
                        ("side", models.PositiveSmallIntegerField(blank=True, null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "Open"), ("claimed", "Claimed"), ("done", "Done")],
                                default="open",
                                max_length=7,
                            ),
                        ),
                        ("claimed_at", models.DateTimeField(blank=True, null=True)),
                        ("claim_expires_at", models.DateTimeField(blank=True, null=True)),
                        ("completed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "group",
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
                                related_name="slots",
                                to="annotation.item",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="slots",
                                to="annotation.plan",
                            ),
                        ),
                        (
                            "rater",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="slots",
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
                            "seat",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.RESTRICT,
                                related_name="slots",
                                to="annotation.seat",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "done"), _negated=True),
                                fields=["plan", "group", "random_key", "number"],
                                name="slot_queue",
                            ),
                            models.Index(fields=["rater", "state"], name="slot_rater_state"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("plan", "item", "group", "purpose", "occurrence", "number"),
                                name="slot_planned_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("rater__isnull", False)),
                                fields=("plan", "rater", "item", "purpose", "occurrence"),
                                name="slot_item_once_per_rater",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("seat__isnull", False)),
                                fields=("seat", "item"),
                                name="slot_item_once_per_seat",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("seat__isnull", False)),
                                fields=("seat", "position"),
                                name="slot_place_once_per_seat",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("is_shared", True),
                                        ("position__isnull", True),
                                        ("seat__isnull", True),
                                    ),
                                    models.Q(("position__isnull", False), ("seat__isnull", False)),
                                    _connector="OR",
                                ),
                                name="slot_in_sequence_or_shared",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("rater__isnull", True), ("state", "open")),
                                    models.Q(
                                        models.Q(("state", "open"), _negated=True), ("rater__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="slot_open_or_somebodys",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="StageTarget",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("due_on", models.DateField()),
                        (
                            "plan",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="target",
                                to="annotation.plan",
                            ),
                        ),
                    ],
                ),
                CreateModel(
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
                CreateModel(
                    name="RetentionDate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("raw", "Ratings and answers"),
                                    ("comments", "Comments in free text"),
                                    ("wellbeing", "Wellbeing data"),
                                    ("exports", "Stored export files"),
                                    ("audit", "Readable part of the audit trail"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("due_on", models.DateField()),
                        ("done_at", models.DateTimeField(blank=True, null=True)),
                        ("n_done", models.PositiveIntegerField(default=0)),
                        (
                            "done_by",
                            models.ForeignKey(
                                blank=True,
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
                                related_name="+",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["study_id", "due_on", "kind"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("study", "kind"), name="one_retention_date_per_kind"
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="ProtectionSignature",
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
                        ("name", models.CharField(max_length=200)),
                        ("capacity", models.CharField(max_length=200)),
                        ("digest", models.CharField(max_length=64)),
                        (
                            "signed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
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
                    name="ProtectionNote",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.SlugField(max_length=40)),
                        ("text", models.TextField()),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("study", "key"), name="one_note_per_part")
                        ],
                    },
                ),
                CreateModel(
                    name="ProblemReport",
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
                        ("text", models.TextField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "Open"), ("answered", "Answered")],
                                default="open",
                                max_length=8,
                            ),
                        ),
                        ("answer", models.TextField(blank=True)),
                        ("answered_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "answered_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="problems",
                                to="annotation.item",
                            ),
                        ),
                        (
                            "rater",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="problems",
                                to="annotation.rater",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="problems",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["state", "-created_at"],
                    },
                ),
                CreateModel(
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
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="pass_marks",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["study_id", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("study", "question_key"), name="pass_mark_once_per_question"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("distance__gte", 0), ("rule", "panel")),
                                    models.Q(
                                        models.Q(("rule", "panel"), _negated=True),
                                        ("share__gt", 0),
                                        ("share__lte", 1),
                                    ),
                                    _connector="OR",
                                ),
                                name="pass_mark_says_how_much",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="LogEntry",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("adverse", "Adverse event"),
                                    ("deviation", "Deviation from the protocol"),
                                    ("unblinding", "Unblinding"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("happened_on", models.DateField()),
                        ("text", models.TextField()),
                        ("reason", models.TextField()),
                        (
                            "corrects",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.logentry",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="annotation.item",
                            ),
                        ),
                        (
                            "written_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "rater",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="annotation.rater",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "log entries",
                        "ordering": ["-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("study", "kind", "number"), name="log_number_unique"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True), name="log_entry_says_why"
                            ),
                        ],
                    },
                ),
                CreateModel(
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
                        "verbose_name_plural": "joining settings",
                    },
                ),
                CreateModel(
                    name="Job",
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
                        ("kind", models.CharField(max_length=100)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "Waiting"),
                                    ("running", "Running"),
                                    ("done", "Done"),
                                    ("failed", "Failed"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="queued",
                                max_length=9,
                            ),
                        ),
                        ("payload", models.JSONField(blank=True, default=dict)),
                        ("result", models.JSONField(blank=True, default=dict)),
                        ("progress", models.FloatField(default=0)),
                        ("message", models.CharField(blank=True, max_length=300)),
                        ("error", models.TextField(blank=True)),
                        ("is_cancel_requested", models.BooleanField(default=False)),
                        ("n_attempts", models.PositiveIntegerField(default=0)),
                        ("idempotency_key", models.CharField(blank=True, max_length=100)),
                        ("queued_at", models.DateTimeField(auto_now_add=True)),
                        ("started_at", models.DateTimeField(blank=True, null=True)),
                        ("heartbeat_at", models.DateTimeField(blank=True, null=True)),
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
                            "study",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="jobs",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["queued", "running"])),
                                fields=["state", "queued_at"],
                                name="job_unfinished",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("idempotency_key", ""), _negated=True),
                                fields=("kind", "idempotency_key"),
                                name="job_once_per_idempotency_key",
                            )
                        ],
                    },
                ),
                CreateModel(
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "ethics settings",
                    },
                ),
                CreateModel(
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
                                default=annotation.models.base.new_code,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("board", models.CharField(max_length=200)),
                        ("number", models.CharField(max_length=100)),
                        ("valid_from", models.DateField()),
                        ("valid_until", models.DateField(blank=True, null=True)),
                        ("note", models.TextField(blank=True)),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                        ("is_mistake", models.BooleanField(default=False)),
                        ("withdrawn_why", models.CharField(blank=True, max_length=500)),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.study",
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
                CreateModel(
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
                                default=annotation.models.base.new_code,
                                editable=False,
                                max_length=12,
                                unique=True,
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
                CreateModel(
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
                        (
                            "study",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="check_settings",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "check settings",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("max_tries__gte", 1), ("n_per_try__gte", 1), ("repeat_distance__gte", 1)
                                ),
                                name="check_settings_at_least_one",
                            )
                        ],
                    },
                ),
                CreateModel(
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["study_id", "-monday"],
                        "constraints": [
                            models.UniqueConstraint(fields=("study", "monday"), name="care_week_once")
                        ],
                    },
                ),
                CreateModel(
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "care settings",
                    },
                ),
                CreateModel(
                    name="AuditSeal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveBigIntegerField()),
                        ("digest", models.CharField(max_length=64)),
                        ("sealed_at", models.DateTimeField()),
                        (
                            "event",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="seal",
                                to="annotation.auditevent",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["study_id", "number"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("study", "number"), name="seal_number_unique_in_study"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("study__isnull", True)),
                                fields=("number",),
                                name="seal_number_unique_without_study",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="ApiToken",
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
                        ("name", models.CharField(max_length=100)),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("scopes", models.JSONField(default=list)),
                        ("expires_at", models.DateTimeField(blank=True, null=True)),
                        ("last_used_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="api_tokens",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                CreateModel(
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
                CreateModel(
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.rater",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("rater", "topic"), name="opt_out_once_per_topic")
                        ],
                    },
                ),
                CreateModel(
                    name="Turn",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveIntegerField()),
                        (
                            "speaker",
                            models.CharField(
                                choices=[("seeker", "Person seeking support"), ("supporter", "Supporter")],
                                max_length=9,
                            ),
                        ),
                        ("text", models.TextField()),
                        (
                            "conversation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="turns",
                                to="annotation.conversation",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["conversation_id", "position"],
                        "constraints": [
                            models.UniqueConstraint(fields=("conversation", "position"), name="turn_unique")
                        ],
                    },
                ),
                CreateModel(
                    name="WebhookEndpoint",
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
                        ("label", models.CharField(max_length=100)),
                        ("url", models.CharField(max_length=500)),
                        ("events", models.JSONField(default=list)),
                        ("secret_number", models.PositiveIntegerField(default=1)),
                        ("n_given_up", models.PositiveIntegerField(default=0)),
                        ("disabled_at", models.DateTimeField(blank=True, null=True)),
                        ("disabled_why", models.CharField(blank=True, max_length=200)),
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="webhooks",
                                to="annotation.study",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["study_id", "id"],
                    },
                ),
                CreateModel(
                    name="WebhookDelivery",
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
                        ("event", models.CharField(max_length=40)),
                        ("source", models.CharField(blank=True, max_length=12)),
                        ("body", models.JSONField(default=dict)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Waiting"),
                                    ("sent", "Delivered"),
                                    ("given_up", "Given up"),
                                ],
                                default="waiting",
                                max_length=8,
                            ),
                        ),
                        ("n_attempts", models.PositiveIntegerField(default=0)),
                        ("next_at", models.DateTimeField()),
                        ("last_at", models.DateTimeField(blank=True, null=True)),
                        ("last_status", models.PositiveIntegerField(blank=True, null=True)),
                        ("last_error", models.CharField(blank=True, max_length=200)),
                        (
                            "endpoint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deliveries",
                                to="annotation.webhookendpoint",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "waiting")),
                                fields=["next_at"],
                                name="hook_waiting",
                            ),
                            models.Index(fields=["endpoint", "-id"], name="hook_log"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("source", ""), _negated=True),
                                fields=("endpoint", "source"),
                                name="hook_tells_an_event_once",
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="Withheld",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reason", models.TextField()),
                        ("decided_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                                related_name="withheld",
                                to="annotation.plan",
                            ),
                        ),
                        (
                            "rater",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="annotation.rater",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "withheld",
                        "constraints": [
                            models.UniqueConstraint(fields=("plan", "rater", "item"), name="withheld_once")
                        ],
                    },
                ),
                CreateModel(
                    name="Wording",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=12)),
                        ("group", models.SlugField(blank=True, max_length=40)),
                        ("text", models.CharField(blank=True, max_length=500)),
                        ("help", models.TextField(blank=True)),
                        ("labels", models.JSONField(blank=True, default=dict)),
                        (
                            "question",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="wordings",
                                to="annotation.question",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("question", "language", "group"), name="wording_once"
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
