"""Two sites may have a living invitation to one address: neither is told that the other has."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation


def forget_second_addresses(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Backwards one address may stand once in a study: the oldest invitation keeps it, links go on working."""
    del editor
    invitations = apps.get_model("annotation", "Invitation").objects
    known: set[tuple[int, str]] = set()
    for key, study, email in invitations.exclude(email="").order_by("pk").values_list("pk", "study", "email"):
        if (study, email) in known:
            invitations.filter(pk=key).update(email="")
        known.add((study, email))


class Migration(migrations.Migration):
    dependencies = [("annotation", "0024_fewer_indexes")]

    operations: list[Operation] = [
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("email", ""), _negated=True), ("site__isnull", True)),
                fields=("study", "email"),
                name="one_living_invitation_of_no_site",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("email", ""), _negated=True), ("site__isnull", False)),
                fields=("study", "site", "email"),
                name="one_living_invitation_per_site",
            ),
        ),
        migrations.RemoveConstraint(model_name="invitation", name="one_living_invitation_per_address"),
        migrations.RunPython(migrations.RunPython.noop, forget_second_addresses),
    ]
