from __future__ import annotations

from django.urls import URLPattern, path

from rating.views import pay, screening_scales

PEOPLE = "studies/<slug:code>/people/"

urlpatterns: list[URLPattern] = [
    path(f"{PEOPLE}scales/", screening_scales.study_screening_scales, name="study_screening_scales"),
    path(f"{PEOPLE}pay/", pay.study_pay, name="study_pay"),
    path(f"{PEOPLE}pay/sheet.csv", pay.study_pay_file, name="study_pay_file"),
    path(f"{PEOPLE}pay/terms/", pay.study_pay_terms, name="study_pay_terms"),
    path("studies/<slug:code>/rate/pay/", pay.rate_pay, name="rate_pay"),
]
