import django.db.models.deletion
from django.db import migrations, models

import annotation.models.base


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0020_levels_and_problems"),
    ]

    operations = [
        migrations.CreateModel(
            name="Site",
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
                ("key", models.SlugField(max_length=20)),
                ("name", models.CharField(max_length=100)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sites",
                        to="annotation.study",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="MemberSite",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="site_bonds",
                        to="annotation.member",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="member_bonds",
                        to="annotation.site",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="invitation",
            name="site",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="annotation.site",
            ),
        ),
        migrations.AddField(
            model_name="publiccall",
            name="site",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="annotation.site",
            ),
        ),
        migrations.AddField(
            model_name="rater",
            name="site",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="raters",
                to="annotation.site",
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.UniqueConstraint(fields=("study", "key"), name="site_key_unique_in_study"),
        ),
        migrations.AddConstraint(
            model_name="membersite",
            constraint=models.UniqueConstraint(fields=("member", "site"), name="site_once_per_member"),
        ),
    ]
