from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RatingConfig(AppConfig):
    name = "rating"

    def ready(self) -> None:
        from annotation.access_log import watch
        from annotation.erasers import register
        from rating.copying import register_copying
        from rating.counting import register_numbers
        from rating.erasing import ARCHIVES_ERASER, ERASER
        from rating.keeping import register_keepers
        from rating.models.rules import install_rating_rules
        from rating.own_rows import register_own_rows
        from rating.services.export_documents import sign_up
        from rating.watched import WATCHED

        register(ERASER)
        register(ARCHIVES_ERASER)
        watch(WATCHED)
        register_keepers()
        register_own_rows()
        register_copying()
        register_numbers()
        sign_up()
        post_migrate.connect(install_rating_rules, sender=self, dispatch_uid="rating.rules")
