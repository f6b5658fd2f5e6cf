from __future__ import annotations

from django.urls import URLPattern, path

from rating.views import training, training_people, training_rater

TRAINING = "studies/<slug:code>/training/"
RATE = "studies/<slug:code>/rate/"
ITEM = f"{TRAINING}items/<slug:item_code>/"
RATER = f"{TRAINING}people/<slug:rater_code>/"

urlpatterns: list[URLPattern] = [
    path(TRAINING, training.study_training, name="study_training"),
    path(f"{TRAINING}settings/", training.study_training_settings, name="study_training_settings"),
    path(f"{TRAINING}marks/", training.study_training_marks, name="study_training_marks"),
    path(f"{TRAINING}upload/", training.study_training_upload, name="study_training_upload"),
    path(f"{TRAINING}attention/new/", training.study_training_attention, name="study_training_attention"),
    path(f"{TRAINING}people/", training_people.study_training_people, name="study_training_people"),
    path(f"{TRAINING}quality/", training_people.study_quality, name="study_quality"),
    path(ITEM, training.study_training_item, name="study_training_item"),
    path(f"{ITEM}remove/", training.study_training_remove, name="study_training_remove"),
    path(f"{RATER}pass/", training_people.study_training_pass, name="study_training_pass"),
    path(f"{RATER}again/", training_people.study_training_again, name="study_training_again"),
    path(
        f"{TRAINING}stage/<slug:stage>/<slug:change>/",
        training.study_training_state,
        name="study_training_state",
    ),
    path(f"{RATE}consistency/", training_rater.rate_consistency, name="rate_consistency"),
    path(f"{RATE}<slug:slot_code>/known/", training_rater.rate_known, name="rate_known"),
]
