"""What a pass phrase must be, said in the words of the pages: Django's own sentences speak of passwords."""

from __future__ import annotations

from django.contrib.auth import password_validation


class NotLikeLogin(password_validation.UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return "This pass phrase is too much like your %(verbose_name)s. Please choose another."


class LongEnough(password_validation.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return f"This pass phrase is too short. It needs at least {self.min_length} characters."


class NotCommon(password_validation.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return (
            "Too many people use this pass phrase. Several words that only you would put together are better."
        )
