"""What lies in this app and has a retention date: raters' own words, and stored export files."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from annotation.models import ErasurePermit, RetentionDate, Study
from annotation.retention import Keeper, register
from rating.models import Answer, Draft, Export, Rating, StudyArchive
from rating.services.stored_exports import expire_exports
from rating.services.study_archives import expire_archives

# Stands where an answer was nothing but words: an answer without any would read as none.
GONE = "(deleted on its retention date)"
BATCH = 2000


def _comments(study: Study) -> QuerySet[Rating]:
    return Rating.objects.filter(rater__study=study).exclude(comment="")


def _words(study: Study) -> QuerySet[Answer]:
    return Answer.objects.filter(rating__rater__study=study).exclude(text="").exclude(text=GONE)


def _drafts(study: Study) -> QuerySet[Draft]:
    return Draft.objects.filter(rater__study=study)


def count_comments(study: Study) -> int:
    return _comments(study).count() + _words(study).count() + _drafts(study).count()


def delete_comments(study: Study, now: datetime) -> int:
    """Comments, answers and reasons in words, drafts. Values, levels and marked passages stay."""
    del now
    return _blank_comments(study) + _blank_words(study) + _drafts(study).delete()[0]


def _blank_comments(study: Study) -> int:
    n = 0
    while keys := list(_comments(study).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            permit = ErasurePermit.objects.create(reason="retention of comments")
            n += Rating.objects.filter(pk__in=keys).update(comment="")
            permit.delete()
    return n


def _blank_words(study: Study) -> int:
    n = 0
    while keys := list(_words(study).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            permit = ErasurePermit.objects.create(reason="retention of comments")
            batch = Answer.objects.filter(pk__in=keys)
            n += batch.filter(value__isnull=True, missing="").update(text=GONE)
            n += batch.exclude(value__isnull=True, missing="").update(text="")
            permit.delete()
    return n


def count_exports(study: Study) -> int:
    archives = StudyArchive.objects.filter(study=study, state=StudyArchive.State.READY)
    return Export.objects.filter(study=study, state=Export.State.READY).count() + archives.count()


def delete_exports(study: Study, now: datetime) -> int:
    """The files go; their rows stay and say that they have expired."""
    n = Export.objects.filter(study=study, state=Export.State.READY).update(expires_at=now)
    archives = StudyArchive.objects.filter(study=study, state=StudyArchive.State.READY)
    n += archives.update(expires_at=now)
    expire_exports(now=now)
    expire_archives(now=now)
    return n


def register_keepers() -> None:
    register(Keeper(RetentionDate.Kind.COMMENTS, count_comments, delete_comments))
    register(Keeper(RetentionDate.Kind.EXPORTS, count_exports, delete_exports))
