from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.forms import ChoiceField, Field


class AnnotationConfig(AppConfig):
    name = "annotation"

    def ready(self) -> None:
        import annotation.checks  # noqa: F401 (registers itself)
        from annotation.access_log import watch
        from annotation.counting import register_numbers
        from annotation.models.rules import install_rules, lift_rules
        from annotation.queries.own_rows import register_own_rows
        from annotation.services.kept_answers import register_kept_answers
        from annotation.services.messages import register_messages
        from annotation.services.retention import register_keepers
        from annotation.services.screening import register_screening
        from annotation.services.wellbeing import register_wellbeing
        from annotation.watched import WATCHED

        # Django's "This field is required." names neither what is missing nor what to do.
        Field.default_error_messages["required"] = "Please fill this in."
        ChoiceField.default_error_messages["required"] = "Please choose one."

        watch(WATCHED)
        register_wellbeing()
        register_own_rows()
        register_keepers()
        register_screening()
        register_messages()
        register_kept_answers()
        register_numbers()
        pre_migrate.connect(lift_rules, sender=self, dispatch_uid="annotation.lift_rules")
        post_migrate.connect(install_rules, sender=self, dispatch_uid="annotation.rules")
