from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.forms import ChoiceField, Field


class AnnotationConfig(AppConfig):
    name = "annotation"

    def ready(self) -> None:
        from annotation.models.rules import install_rules

        # Django's "This field is required." names neither what is missing nor what to do.
        Field.default_error_messages["required"] = "Please fill this in."
        ChoiceField.default_error_messages["required"] = "Please choose one."

        # SQLite rebuilds a table when a migration alters it and drops its triggers.
        post_migrate.connect(install_rules, sender=self, dispatch_uid="annotation.rules")
