"""Every setting of Hymnsheet, flat.

What may differ between machines comes from the environment (the table in README.md); a bare
checkout runs with none of it set.
"""

import os
from pathlib import Path

from django.utils.csp import CSP

from config import deadlines, environment
from config.servers import places

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL = places.local(BASE_DIR)
EMBEDDED = not os.environ.get("DATABASE_URL")  # our own PostgreSQL under .local, for one machine

DEBUG = environment.flag("DEBUG", default=False)
SECRET_KEY = environment.secret("SECRET_KEY", keep_in=LOCAL / "secret-key" if EMBEDDED else None)
SECRET_KEY_FALLBACKS = environment.words("SECRET_KEY_FALLBACKS", default=[])
# The key of the hashes that identifiers are matched by. It lives outside the database: without
# it a stolen table of hashes tells nobody's telephone number.
IDENTITY_KEY = environment.secret(
    "IDENTITY_KEY", keep_in=LOCAL / "identity-key" if EMBEDDED else None
)
# Keys that were used before it: people who were forgotten then are known by them alone.
IDENTITY_KEYS_OLD = environment.words("IDENTITY_KEY_OLD", default=[])
# The secret of the draws that put customers into arms. It must stay the same while tests run:
# with another, whoever joins them later is drawn otherwise.
ASSIGNMENT_KEY = os.environ.get("ASSIGNMENT_KEY", "").strip() or IDENTITY_KEY
# The keys that identifiers are sealed by, newest first; the others still open what they sealed.
IDENTIFIER_KEYS = environment.keys(
    "IDENTIFIER_KEYS", keep_in=LOCAL / "identifier-keys" if EMBEDDED else None
)
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
HTTPS = environment.flag("HTTPS", default=False)
PUBLIC_ADDRESS = environment.address(
    "PUBLIC_ADDRESS",
    default=f"https://{ALLOWED_HOSTS[0]}"
    if HTTPS
    else f"http://{ALLOWED_HOSTS[0]}:{os.environ.get('PORT') or 8000}",
)
COMPANY = os.environ.get("COMPANY", "Larkfield Home & Hardware")
CURRENCY = os.environ.get("CURRENCY", "GBP")
PHONE_REGION = os.environ.get("PHONE_REGION", "GB")

INSTALLED_APPS = [
    "config",
    "reports",
    "campaigns",
    "customers",
    "strategy",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "django_filters",
    "django_htmx",
    "pghistory",
    "pgtrigger",
    "rest_framework",
    "drf_spectacular",
]
MIDDLEWARE = [
    "config.problems.problems",
    "config.deadlines.live_events_have_a_deadline",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "config.deadlines.Deadlines",
    "config.refusals.refusals",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "debug": DEBUG,
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.page",
            ],
        },
    }
]

DATABASES = {
    "default": environment.database(os.environ.get("DATABASE_URL") or places.database_url(BASE_DIR))
}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["OPTIONS"] |= {
    "connect_timeout": 5,
    "pool": {
        "min_size": 0,
        "max_size": 8,
        "timeout": 4,  # seconds until a page says it is down
        "connection_class": deadlines.Connection,
    },
}

# Celery is the doorbell; the ledger of work is in PostgreSQL (customers.models.Work).
CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL") or places.broker_url(BASE_DIR)
CELERY_TIMEZONE = os.environ.get("TIME_ZONE", "Europe/London")  # nights are the company's
WORK_LEASE_SECONDS = environment.whole("WORK_LEASE_SECONDS", default=60, least=2)
WEBHOOK_SECRETS = environment.webhook_secrets("WEBHOOK_SECRETS")
IMPORT_FOLDER = Path(os.environ.get("IMPORT_FOLDER") or LOCAL / "imports")
ATTACHMENT_FOLDER = Path(os.environ.get("ATTACHMENT_FOLDER") or LOCAL / "attachments")
IMPORT_ERRORS_KEEP_DAYS = environment.whole("IMPORT_ERRORS_KEEP_DAYS", default=90, least=1)
IMPORT_HELD_DAYS = environment.whole("IMPORT_HELD_DAYS", default=14, least=1)
IMPORT_MAX_BYTES = environment.whole("IMPORT_MAX_BYTES", default=5 * 1024**3)
# The columnar copy of the facts: a folder, or the address of an object store.
FACTS_PATH = os.environ.get("FACTS_PATH") or str(LOCAL / "facts")
FACTS_ENGINE = environment.choice(
    "FACTS_ENGINE", default="duckdb", choices=("duckdb", "postgres", "spark")
)

AUTH_USER_MODEL = "strategy.Person"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "config.accounts.AdminsMayDoEverything",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "overview"
ACCOUNT_ADAPTER = "config.accounts.ClosedAccounts"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody can sign up, so a mail would have nothing to say
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Hymnsheet: "
ALLAUTH_TRUSTED_PROXY_COUNT = environment.whole("TRUSTED_PROXIES", default=0)
CACHES = {
    "default": {  # shared by every web process, so that the sign-in limiter counts them all
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
    },
    "process": {  # of one web process, for counting what may be off by a few
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    },
}
MAILERS = {"default": environment.mailer(os.environ.get("EMAIL_URL", ""))}
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "hymnsheet@localhost")

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
TIME_ZONE = os.environ.get("TIME_ZONE", "Europe/London")
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = LOCAL / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.static.PlotlyFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static.Storage"},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],  # charts draw their own pictures
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^v1/"]  # senders of events take a redirect for success
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS", default=[])
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024**2
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024**2

# The API; strategy/api is what its resources are made of.
API_REQUESTS_A_MINUTE = environment.whole("API_REQUESTS_A_MINUTE", default=1_200, least=1)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "strategy.api.tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["strategy.api.throttles.PersonThrottle"],
    "DEFAULT_FILTER_BACKENDS": ["strategy.api.filters.Filters"],
    "DEFAULT_PAGINATION_CLASS": "strategy.api.pages.Pages",
    "DEFAULT_PARSER_CLASSES": ["strategy.api.parsers.BoundedJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "strategy.api.problems.answer",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Hymnsheet",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v[0-9]+/",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "ApprovalPartEnum": "campaigns.models.Approval.Part",
        "InitiativeUnitEnum": "campaigns.models.Initiative.Unit",
        "MeasureUnitEnum": "strategy.models.Measure.Unit",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "strategy.api.schema.with_problems",
    ],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
}
