from __future__ import annotations

from django.urls import URLPattern, path

from annotation.views.alerts import study_watch_mail
from rating.views import watching

STUDY = "studies/<slug:code>/"
LOOKS = f"{STUDY}second-looks/"

urlpatterns: list[URLPattern] = [
    path(f"{STUDY}progress/", watching.study_watch, name="study_watch"),
    path(f"{STUDY}progress/mail/", study_watch_mail, name="study_watch_mail"),
    path(f"{STUDY}progress/measure/", watching.study_watch_measure, name="study_watch_measure"),
    path(f"{STUDY}progress/<slug:plan_code>/target/", watching.study_watch_target, name="study_watch_target"),
    path(LOOKS, watching.study_second_looks, name="study_second_looks"),
    path(f"{LOOKS}new/<slug:slot>/", watching.study_second_look_new, name="study_second_look_new"),
    path(
        f"{LOOKS}<slug:look>/withdraw/",
        watching.study_second_look_withdraw,
        name="study_second_look_withdraw",
    ),
    path(
        f"{STUDY}rate/second-looks/<slug:look>/keep/",
        watching.rate_second_look_keep,
        name="rate_second_look_keep",
    ),
]
