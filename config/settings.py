"""Settings. Every choice that differs between machines comes from the environment."""

from __future__ import annotations

from csp.constants import NONE, SELF

from config import services
from config.environment import (
    BASE_DIR,
    allowed_hosts,
    data_folder,
    log_format,
    log_level,
    mfa_required_of,
    oidc_providers,
    secret_key,
    trusted_origins,
)
from config.logs import logging_settings
from config.readers import flag, folder, secret, whole

DATA_DIR = data_folder()

SECRET_KEY = secret_key(DATA_DIR)
DEBUG = flag("DEBUG", default=False)
ALLOWED_HOSTS = allowed_hosts()
CSRF_TRUSTED_ORIGINS = trusted_origins()
# Behind a TLS proxy; the embedded run on localhost speaks plain HTTP.
HTTPS = flag("HTTPS", default=False)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "annotation",
    "rating",
    "api",
]

MIDDLEWARE = [
    # Outermost: its time is the whole answer's.
    "config.observing.ObserveRequests",
    "django.middleware.security.SecurityMiddleware",
    # Before WhiteNoise, so that static files carry these headers too.
    "config.policy.SamePolicy",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # After WhiteNoise, whose files are compressed already.
    "config.compression.CompressPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "annotation.known_logins.KnownLogins",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "annotation.views.limits.BodyLimitMiddleware",
    "annotation.views.second_step.SecondStepMiddleware",
    "annotation.views.errors.DomainErrorMiddleware",
    "annotation.access_log.AccessLogMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "annotation.views.context.appearance",
            ]
        },
    }
]

DATABASES = {"default": services.database(DATA_DIR)}
DATABASES["default"]["CONN_MAX_AGE"] = whole("CONN_MAX_AGE", 60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE takes the write lock at BEGIN: under DEFERRED two writers that both began by
    # reading fail with "database is locked" instead of waiting their turn.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
    }

# Ratings that one web process stores at once; others wait their turn. SQLite takes one writer at a time.
SUBMISSIONS_AT_ONCE = whole(
    "SUBMISSIONS_AT_ONCE", 1 if DATABASES["default"]["ENGINE"].endswith("sqlite3") else 2, least=1
)

AUTH_USER_MODEL = "annotation.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "annotation.pass_phrases.NotLikeLogin"},
    {"NAME": "annotation.pass_phrases.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "annotation.pass_phrases.NotCommon"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

ACCOUNT_ADAPTER = "annotation.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {
    "login": "annotation.forms.accounts.SignInForm",
    "change_password": "annotation.forms.accounts.PassPhraseChangeForm",
    "set_password": "annotation.forms.accounts.PassPhraseSetForm",
    "reset_password": "annotation.forms.accounts.PassPhraseResetForm",
    "reset_password_from_key": "annotation.forms.accounts.PassPhraseResetKeyForm",
    "reauthenticate": "annotation.forms.second_step.PassPhraseAgainForm",
}
# Failed attempts: five in five minutes for one login, whoever tries; ten a minute from one address.
# So many proxies stand in front and pass the client's address on: limits count by the last but these.
ALLAUTH_TRUSTED_PROXY_COUNT = whole("TRUSTED_PROXIES", 0)
# Applications to join: ten an hour from one address, three mails a day to one address.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "apply": "10/h/ip", "apply_mail": "3/d/key"}

# The second step of signing in. Security keys are off: the library's page for them needs inline script.
REQUIRE_MFA = mfa_required_of()
MFA_ADAPTER = "annotation.accounts.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Attune"
# A phone's clock may be half a minute off.
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "annotation.forms.second_step.SecondStepForm",
    "reauthenticate": "annotation.forms.second_step.SecondStepAgainForm",
    "activate_totp": "annotation.forms.second_step.SetUpForm",
}

OIDC = oidc_providers()
SOCIALACCOUNT_ADAPTER = "annotation.accounts.HouseAccountAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [provider.as_app() for provider in OIDC]}}
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True

MAIL = services.mail()
EMAIL_BACKEND = MAIL["EMAIL_BACKEND"]
EMAIL_HOST = MAIL.get("EMAIL_HOST", "")
EMAIL_PORT = MAIL.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = MAIL.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = MAIL.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = MAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = MAIL.get("EMAIL_TIMEOUT")
EMAIL_FILE_PATH = MAIL.get("EMAIL_FILE_PATH", "")
DEFAULT_FROM_EMAIL = services.sender()

CACHES = {"default": services.cache()}

LANGUAGE_CODE = "en"
# Each in its own words, as the switch at the foot of every page shows them.
LANGUAGES = [("en", "English"), ("es", "Español"), ("de", "Deutsch"), ("ar", "العربية")]
LANGUAGE_COOKIE_NAME = "attune_language"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [BASE_DIR / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = folder("ATTUNE_STATIC_DIR", DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
# Snapshots, exports, uploads: a folder that web processes and workers share, on whatever machines they are.
MEDIA_ROOT = folder("ATTUNE_FILES_DIR", DATA_DIR / "files")
STORAGES = {
    # Private: nothing serves this folder; every file leaves through a gated view.
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static.HashedStaticFiles"},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        # A sign-in form is answered by a redirect to the house that signs people in.
        "form-action": [SELF, *(origin for provider in OIDC for origin in provider.origins)],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
# Asked from inside, past the proxy.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_ENGINE = "annotation.sessions"
SESSION_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
CSRF_FAILURE_VIEW = "annotation.views.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# Receipts promise it: copies of the database older than this are deleted.
BACKUP_DAYS = whole("BACKUP_DAYS", 35)
# 100,000 items of 1,800 characters have 190 MB.
MAX_IMPORT_BYTES = whole("MAX_IMPORT_BYTES", 256 * 1024 * 1024)
# Of one request with files, all of it: items and ratings come together.
MAX_UPLOAD_BYTES = 2 * MAX_IMPORT_BYTES + DATA_UPLOAD_MAX_MEMORY_SIZE

CELERY_BROKER_URL = services.broker_url()
CELERY_BROKER_TRANSPORT_OPTIONS = services.broker_options(CELERY_BROKER_URL, DATA_DIR)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A worker waits for its broker as long as it takes; whoever sends does not: the sweep sends again.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.0, "interval_step": 0.1}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Work without a sign of life for so long is taken for dead, and taken up again by another worker.
JOB_SILENCE_SECONDS = whole("JOB_SILENCE_SECONDS", 60, least=6)
# Analyses of so many answers or more are computed in pieces by all workers that have time; 0: none is.
ANALYSIS_SPLIT_ANSWERS = whole("ANALYSIS_SPLIT_ANSWERS", 100_000)

# How long it is kept who looked at what is personal; 0: it is not noted at all.
ACCESS_LOG_DAYS = whole("ACCESS_LOG_DAYS", 365)
# Webhooks may go to plain http on this machine: for trying out, never on a server with other people's data.
WEBHOOKS_TO_LOCALHOST = flag("WEBHOOKS_TO_LOCALHOST", default=False)
# Requests in a minute; 0: no limit. Counted in the cache, which several web processes should share.
API_TOKEN_PER_MINUTE = whole("API_TOKEN_PER_MINUTE", 300)
API_LOGIN_PER_MINUTE = whole("API_LOGIN_PER_MINUTE", 600)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "api.permissions.TokenAllows",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["api.throttling.TokenThrottle", "api.throttling.LoginThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.parsers.StorableJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "api.pagination.PageByNumber",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "api.errors.handle_exception",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Attune API",
    "DESCRIPTION": "Studies, items, ratings, snapshots and results of a human rating study.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "StageEnum": "annotation.models.plans.Plan.Stage",
        "WorkStageEnum": ["pilot", "main"],
        "StudyStateEnum": "annotation.models.studies.Study.State",
        "NextStudyStateEnum": ["open", "paused", "closed"],
        "PlanStateEnum": "annotation.models.plans.Plan.State",
        "NextPlanStateEnum": ["open", "closed"],
        "RubricStateEnum": "annotation.models.rubrics.RubricVersion.State",
        "ProblemStateEnum": "annotation.models.plans.ProblemReport.State",
        "ImportStateEnum": "annotation.models.items.ImportBatch.State",
        "ExportStateEnum": "rating.models.exports.Export.State",
        "TrainingStageEnum": ["qualification", "training"],
        "LogKindEnum": "annotation.models.ethics_logs.LogEntry.Kind",
        "EntryKindEnum": "annotation.models.ethics_logs.IncidentEntry.Kind",
        "KnownUseEnum": "annotation.models.training.KeyedItem.Use",
        "KnownStudyUseEnum": "rating.forms.training.FROM_STUDY",
        "ScreeningKindEnum": "annotation.models.joining.ScreeningQuestion.Kind",
        "RetentionKindEnum": "annotation.models.stewardship.RetentionDate.Kind",
        "RoleEnum": "annotation.models.people.Role",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "api.schema.complete_operations",
    ],
}

# Nothing a person typed and no login reaches the log: Django's request logger names paths only.
LOG_FORMAT = log_format()
LOGGING = logging_settings(as_json=LOG_FORMAT == "json", level=log_level())
# Who shows it may read `/metrics`; without one there is no such page.
METRICS_TOKEN = secret("METRICS_TOKEN")
