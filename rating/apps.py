from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RatingConfig(AppConfig):
    name = "rating"

    def ready(self) -> None:
        from rating.models.rules import install_rating_rules

        post_migrate.connect(install_rating_rules, sender=self, dispatch_uid="rating.rules")
