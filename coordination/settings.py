"""Every value comes from the environment and has a default that suits a laptop; README.md lists them."""

import logging
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

import environ
import structlog
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from coordination.environment import (
    base_url,
    env_bool,
    env_int,
    env_list,
    env_percent,
    env_positive,
    is_local,
    refuse_insecure,
    socket_path,
)

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR") or BASE_DIR / "var").resolve()
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env_bool("DEBUG", True)
DEMO = env_bool("DEMO", False)  # accounts with printed passwords exist; they need no second factor
ANONYMOUS_READING = env_bool("ANONYMOUS_READING", DEBUG)
BASE_URL = base_url(os.environ.get("BASE_URL") or "http://localhost:8000")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if DEBUG else "")
SECRET_KEY = os.environ.get("SECRET_KEY") or ("insecure-for-development" if DEBUG else "")
EMAIL_URL = os.environ.get("EMAIL_URL") or ""
if not DEBUG:
    refuse_insecure(
        secret_key=SECRET_KEY, allowed_hosts=ALLOWED_HOSTS, url=BASE_URL, demo=DEMO, email_url=EMAIL_URL
    )

# Applications -----------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "coordination",
    "meetings",
    "mandates",
    "network",
    "coordination.base",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "django_tables2",
    "rules",
    "simple_history",
    "template_partials",
]

MIDDLEWARE = [
    "coordination.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "coordination.base.middleware.PageHeadersMiddleware",
    "coordination.base.diskfull.DiskFullMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "coordination.base.middleware.NulMiddleware",
    "coordination.base.middleware.SecondFactorMiddleware",
    "coordination.base.middleware.LoginRequiredMiddleware",
    "coordination.base.as_of.AsOfMiddleware",
]

ROOT_URLCONF = "coordination.urls"
WSGI_APPLICATION = "coordination.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "coordination.base.context.frame",
            ],
        },
    }
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # so that templates/django/forms is found
DJANGO_TABLES2_TEMPLATE = "_table.html"

# Database ---------------------------------------------------------------------------------------------

DATABASE_URL = os.environ.get("DATABASE_URL") or f"sqlite:///{quote(f'{VAR_DIR}/db.sqlite3')}"
DATABASES = {"default": environ.Env.db_url_config(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        # A transaction that starts by reading and ends by writing must wait at its start, not fail at its end.
        "transaction_mode": "IMMEDIATE",
        # FULL: what was answered as saved is still there after a power cut.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

CACHES: dict[str, dict[str, Any]] = {
    "default": environ.Env.cache_url_config(os.environ.get("CACHE_URL") or "locmemcache://"),
    # A calendar may be some megabytes: few are kept, each process its own.
    "feeds": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "feeds",
        "OPTIONS": {"MAX_ENTRIES": 30},
    },
}

# Background work --------------------------------------------------------------------------------------

BROKER_DIR = VAR_DIR / "broker"
BROKER_SOCKET = socket_path(BROKER_DIR)
CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL") or f"redis+socket://{quote(str(BROKER_SOCKET))}"
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # Findings follow edits at once; this one moves the day on, and makes good what a crash lost.
    "follow-findings": {"task": "mandates.tasks.follow_findings", "schedule": 60.0},
    "follow-graph": {"task": "network.tasks.follow_graph", "schedule": 60.0},
    "imports": {"task": "coordination.base.tasks.look_after_imports", "schedule": 60.0},
    "feeds": {"task": "meetings.tasks.look_after_feeds", "schedule": 3600.0},
    "silence": {"task": "meetings.tasks.approve_by_silence", "schedule": 900.0},
    "reminders": {"task": "meetings.tasks.remind", "schedule": 300.0},
    "mail": {"task": "meetings.tasks.look_after_mail", "schedule": 15.0},
    "replies": {"task": "meetings.tasks.read_mailbox", "schedule": 60.0},
    "old-replies": {"task": "meetings.tasks.forget_old_replies", "schedule": 3600.0},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_TIMEZONE = "Europe/Stockholm"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
# A task survives the death of its worker: it is acknowledged when done, and redelivered when not.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 50
CELERY_TASK_TIME_LIMIT = 60
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A page that enqueues work must answer even when the broker is away.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0, "interval_step": 0.2}
if CELERY_BROKER_URL.startswith(("redis", "rediss", "sentinel")):
    # Longer than any task may run; the default of an hour would delay recovery by that hour.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 300,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 5,
    }

# Accounts ---------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "base.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by a coordinator, for an address that is known
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to strangers because somebody typed their address
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Samsyn] "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = BASE_URL.partition(":")[0]
ACCOUNT_ADAPTER = "coordination.accounts.adapter.AccountAdapter"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = False  # a session ends with the browser
SESSION_COOKIE_AGE = 12 * 3600
# Guessing: by address and by account (OWASP ASVS 5.0, 6.3.1). TOTP and recovery codes count as failed logins.
# The counts are kept in the cache: where several web processes run, CACHE_URL must name a shared one.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
}
# X-Forwarded-For is believed only as far as there are proxies of our own; without any, never.
ALLAUTH_TRUSTED_PROXY_COUNT = env_int("TRUSTED_PROXIES", 1 if env_bool("BEHIND_PROXY", False) else 0)
MFA_ADAPTER = "coordination.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Samsyn"
MFA_REQUIRED = not DEBUG  # of coordinators, reviewers and administrators
MFA_EXEMPT = (
    {f"{role}@example.org" for role in ("coordinator", "member", "reviewer", "reader")} if DEMO else set()
)

# Login through the organisation's own identity provider, beside passwords: offered where OIDC_SERVER_URL is set.
OIDC_SERVER_URL = os.environ.get("OIDC_SERVER_URL") or ""
if OIDC_SERVER_URL:
    INSTALLED_APPS += ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]
    SOCIALACCOUNT_ADAPTER = "coordination.accounts.adapter.ProviderAdapter"
    # An account is found by the address that the provider has verified; none is made.
    SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
    SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": os.environ.get("OIDC_NAME") or "OpenID Connect",
                    "client_id": os.environ.get("OIDC_CLIENT_ID") or "",
                    "secret": os.environ.get("OIDC_CLIENT_SECRET") or "",
                    "settings": {"server_url": OIDC_SERVER_URL},
                }
            ],
        }
    }

# Security ---------------------------------------------------------------------------------------------

_HTTPS = BASE_URL.startswith("https:")
CSRF_TRUSTED_ORIGINS = [BASE_URL] if _HTTPS else []
SECURE_SSL_REDIRECT = _HTTPS and not DEBUG
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env_bool("BEHIND_PROXY", False) else None
SECURE_HSTS_SECONDS = 0 if is_local(BASE_URL) or not _HTTPS else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = bool(SECURE_HSTS_SECONDS)
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_NAME = "__Host-samsyn" if _HTTPS else "samsyn"
CSRF_COOKIE_NAME = "__Host-csrf" if _HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True  # no script reads it: forms carry the token
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],  # the design system's icons are data: images
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# Language and time ------------------------------------------------------------------------------------

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", _("Swedish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True

# Files ------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "coordination.static_packages.NpmFinder",
]
NODE_MODULES = BASE_DIR / "node_modules"
# /static/vendor/<name>/: the folder of an npm package, and what of it is served
NPM_FILES = {
    "designsystemet": ("@digdir/designsystemet-css/dist/src", ["index.css"]),
    "designsystemet-theme": ("@digdir/designsystemet-css/dist/theme", ["designsystemet.css"]),
    "designsystemet-web": ("@digdir/designsystemet-web/dist/umd", ["index.js", "index.js.map"]),
    "source-sans-3": (
        "@fontsource-variable/source-sans-3/files",
        ["*-latin-*-normal.woff2", "*-latin-ext-*-normal.woff2"],
    ),
    "source-serif-4": ("@fontsource-variable/source-serif-4/files", ["*-latin-*-normal.woff2"]),
    "sigma": ("sigma/dist", ["sigma.min.js"]),
    "graphology": ("graphology/dist", ["graphology.umd.min.js", "graphology.umd.min.js.map"]),
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = VAR_DIR / "files"
UPLOAD_MAX_BYTES = 10 * 1024 * 1024  # of one file; pages may ask for less
FILE_UPLOAD_HANDLERS = [
    "coordination.base.uploads.CappedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG

# Mail -------------------------------------------------------------------------------------------------

vars().update(environ.Env.email_url_config(EMAIL_URL or f"filemail:///{quote(f'{VAR_DIR}/mail')}"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL") or "Samsyn <samsyn@localhost>"
EMAIL_TIMEOUT = 30
# Invitations come from here, and calendars answer to it: each attendee's answers to an address of their own,
# MEETINGS_MAILBOX with +token before the @.
MEETINGS_MAILBOX = os.environ.get("MEETINGS_MAILBOX") or "moten@samsyn.example.org"
MAIL_DOMAIN = MEETINGS_MAILBOX.rpartition("@")[2]
# Where that mail is read: a Maildir of this machine, or imaps://user:password@host/folder.
MAILBOX_URL = os.environ.get("MAILBOX_URL") or f"maildir://{quote(f'{VAR_DIR}/maildir')}"
# The mail server whose Authentication-Results are believed (RFC 8601); none by default.
MAIL_AUTHSERV_ID = os.environ.get("MAIL_AUTHSERV_ID") or ""
ADMINS = [("", address) for address in env_list("ADMINS")]

# Findings ---------------------------------------------------------------------------------------------

# A register of at most so many mandates is asked by a page itself, when the worker has not been yet.
FINDINGS_AT_ONCE = env_int("FINDINGS_AT_ONCE", 5000)
# What the rules measure against (mandates.coverage.Thresholds); a change makes every finding be worked out anew.
FINDINGS_THRESHOLDS: dict[str, Any] = {
    "horizon_days": env_positive("FINDINGS_HORIZON_DAYS", 365),
    "recent_months": env_positive("FINDINGS_RECENT_MONTHS", 12),
    "network_share": env_percent("FINDINGS_NETWORK_SHARE", 80),
    "missed_meetings": env_positive("FINDINGS_MISSED_MEETINGS", 3),
    "cut_off": env_positive("FINDINGS_CUT_OFF", 2),
    "sole_expectations": env_positive("FINDINGS_SOLE_EXPECTATIONS", 2),
    "strongest": env_positive("FINDINGS_STRONGEST", 20),
}
FINDINGS_WAIT = 2  # seconds from an edit to the recomputation: what follows shortly is done in one go

# Lists ------------------------------------------------------------------------------------------------

PAGE_SIZE = env_int("PAGE_SIZE", 50)
NINJA_PAGINATION_MAX_LIMIT = 1000
NINJA_PAGINATION_MAX_OFFSET = 1_000_000

# Log --------------------------------------------------------------------------------------------------

LOG_LEVEL = os.environ.get("LOG_LEVEL") or ("WARNING" if DEBUG or DEMO else "INFO")
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO  # django.request warns of those already
_LOG_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_LOG_PROCESSORS,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "coordination.scrubbing.ScrubbingFormatter",
            "foreign_pre_chain": _LOG_PROCESSORS,
            "processor": structlog.dev.ConsoleRenderer(colors=False)
            if DEBUG or DEMO
            else structlog.processors.JSONRenderer(),
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    # The last two name each address that is asked for, where somebody turns them on: they are scrubbed, too.
    "loggers": {
        "django": {"handlers": ["console"], "level": LOG_LEVEL, "propagate": False},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "granian.access": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
