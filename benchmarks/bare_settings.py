"""A bare Django site beside which the main path is measured: the same database, Django's own middleware."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.bare_urls"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # The login's backend insists on it.
    "allauth.account.middleware.AccountMiddleware",
]
