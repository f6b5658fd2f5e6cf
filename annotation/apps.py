from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AnnotationConfig(AppConfig):
    name = "annotation"

    def ready(self) -> None:
        from annotation.models.rules import install_rules

        # SQLite rebuilds a table when a migration alters it and drops its triggers.
        post_migrate.connect(install_rules, sender=self, dispatch_uid="annotation.rules")
