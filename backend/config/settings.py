"""Every setting of the service, read once from the environment; see ``.env.example``."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pghistory
from corsheaders.defaults import default_headers
from django.core.exceptions import ImproperlyConfigured
from django_guid.integrations import CeleryIntegration

from backend.config.schedule import BEAT_SCHEDULE, COUNTED_BY_HOLIDAYS  # noqa: F401 - a setting
from backend.lib import environ
from backend.lib.errorreports import start_reporting

ROOT = Path(__file__).resolve().parents[2]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
DEBUG = environ.read_flag("DEBUG", default=False)
SECRET_KEY = environ.read_secret("SECRET_KEY", least=32)
# Keys of who told the hotline something: the first seals, all open; looked at in hotline/apps.py.
REPORTER_KEYS = environ.read_list("REPORTER_KEYS")
REPORTER_DIGEST_KEY = environ.read_secret("REPORTER_DIGEST_KEY", least=32)
# Rounds that a stranger's browser spends on each of some hundred tries before its form is taken.
RETENTION_RULES_FILE = environ.read_text("RETENTION_RULES_FILE", "")
LETTERS_A_DAY = environ.read_integer("LETTERS_A_DAY", 20)
PROOF_OF_WORK_COST = environ.read_integer("PROOF_OF_WORK_COST", 2_000)
# The kinds of matters, each the dotted path of its Kind.
MATTER_KINDS = [
    "backend.hotline.kind.HOTLINE",
    "backend.documents.kind.DOCUMENT",
    "backend.incoming.kind.INCOMING",
    "backend.approvals.kind.APPLICATION",
    "backend.supervised_tasks.kind.SUPERVISED",
    "backend.supervised_tasks.kind.PROGRESS_REPORT",
]
# The certificate and key, in PEM, by which issued documents are signed; none is signed without them.
SIGNING_CERTIFICATE = environ.read_text("SIGNING_CERTIFICATE", "")
SIGNING_KEY = environ.read_text("SIGNING_KEY", "")
# The papers of an application bear numbers of that series of the office whose word ends so.
APPROVAL_SERIES_ENDING = environ.read_text("APPROVAL_SERIES_ENDING", "许")
PUBLIC_BASE_URL = environ.read_text("PUBLIC_BASE_URL", "http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = environ.read_list(
    "ALLOWED_HOSTS", f"{urlsplit(PUBLIC_BASE_URL).hostname},localhost,127.0.0.1"
)
CSRF_TRUSTED_ORIGINS = environ.read_list("CSRF_TRUSTED_ORIGINS", PUBLIC_BASE_URL)
# The path below which a proxy offers us, which it takes off: /jinzhi, or nothing.
FORCE_SCRIPT_NAME = environ.read_text("URL_PREFIX", "").rstrip("/") or None
FORMER_LABEL_HOSTS = [host.lower() for host in environ.read_list("FORMER_LABEL_HOSTS")]
LABEL_FOOTER = environ.read_text("LABEL_FOOTER", "扫码查询 监督电话 12315")
BEHIND_TLS = PUBLIC_BASE_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "corsheaders",
    "django_guid",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "rest_framework_gis",
    "django_filters",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
    "pghistory",
    "django_linear_migrations",
    "geo",
    "media_config",
    "backend.accounts",
    "backend.events",
    "backend.repeats",
    "backend.jobs",
    "backend.workdays",
    "backend.directory",
    "backend.offices",
    "backend.deadlines",
    "backend.flows",
    "backend.notifications",
    "backend.absences",
    "backend.evidence",
    "backend.papers",
    "backend.cases",
    "backend.units",
    "tagging",
    "backend.matters",
    "backend.inspections",
    "backend.fieldwork",
    "backend.retention",
    "backend.deliveries",
    "backend.calendars",
    "backend.hotline",
    "backend.documents",
    "backend.incoming",
    "backend.supervised_tasks",
    "backend.approvals",
    "backend.announcements",
    "backend.address_book",
    "backend.exchange",
    "backend.risk",
    "backend.api",
    "backend.web",
    "mobile_api",
]

# Figures for Prometheus at /metrics, for who knows the token; none are taken without one.
METRICS_TOKEN = environ.read_text("METRICS_TOKEN", "")
_MEASURED = "django_prometheus.middleware.Prometheus{}Middleware"

MIDDLEWARE = [
    "django_guid.middleware.guid_middleware",
    "backend.web.probes.ProbeMiddleware",
    *([_MEASURED.format("Before")] if METRICS_TOKEN else []),
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "backend.web.security.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "backend.accounts.sessions.SessionLimitsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "backend.web.duties.AccountDutiesMiddleware",
    "backend.accounts.middleware.HistoryContextMiddleware",
    *([_MEASURED.format("After")] if METRICS_TOKEN else []),
]

ROOT_URLCONF = "backend.config.urls"
WSGI_APPLICATION = "backend.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "backend" / "web" / "templates"],  # before allauth's own
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ]
        },
    }
]


STATEMENT_S = 60
"""How long a statement of the service may run, in seconds; what may take longer says so itself."""


def parse_database_url(url: str, *, statement_s: int = STATEMENT_S) -> dict[str, Any]:
    """A Django database entry from ``postgresql://user:password@host:port/name``.

    ``statement_s`` is how long one statement may run, in seconds; 0 is without limit.
    """
    parts = urlsplit(url)
    # To start workers takes 15 ms and more, as long as some thousand pages: not for a page of a list.
    settings = {"jit": "off", "parallel_setup_cost": 5000, "statement_timeout": f"{statement_s}s"}
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            "options": " ".join(f"-c {name}={settings[name]}" for name in settings),
        },
    }


# The service's own role, which may add to append-only tables and not change them. Who is given the
# owner's address as well acts as the owner: migrate, grant_service_role, loaders of reference data.
# The owner's statements have no limit: an index of a large register takes minutes.
SERVICE_DATABASE_URL = environ.read_text("DATABASE_URL")
DATABASE_OWNER_URL = environ.read_text("DATABASE_OWNER_URL", "")
DATABASES = {
    "default": parse_database_url(DATABASE_OWNER_URL, statement_s=0)
    if DATABASE_OWNER_URL
    else parse_database_url(SERVICE_DATABASE_URL)
}
# Our DeviceToken replaces knox's table; its own migrations would make a dead one that no flush
# can empty.
MIGRATION_MODULES = {"knox": None}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# How long anything outside may let us wait, in seconds: silence is as good as a refusal. Whoever
# was silent is not asked again for a pause; what it missed is done later, from the database.
OUTSIDE_CONNECT_S = environ.read_integer("OUTSIDE_CONNECT_S", 1)
OUTSIDE_ANSWER_S = environ.read_integer("OUTSIDE_ANSWER_S", 5)
OUTSIDE_PAUSE_S = environ.read_integer("OUTSIDE_PAUSE_S", 10)

REDIS_URL = environ.read_text("REDIS_URL")
# The database behind the queue's: clearing the cache empties its database, never the queue.
_QUEUE = urlsplit(REDIS_URL)
CACHE_URL = _QUEUE._replace(path=f"/{int(_QUEUE.path.strip('/') or 0) + 1}").geturl()
_REDIS_TIMEOUTS = {
    "socket_connect_timeout": OUTSIDE_CONNECT_S,
    "socket_timeout": OUTSIDE_CONNECT_S,  # Redis answers at once or is down
}
CACHES = {
    "default": {
        "BACKEND": "backend.lib.cache.ForgetfulRedisCache",
        "LOCATION": CACHE_URL,
        "OPTIONS": _REDIS_TIMEOUTS | {"serializer": "backend.lib.cachejson.CacheJSON"},
    }
}

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = _REDIS_TIMEOUTS | {
    "max_retries": 0, "interval_start": 0, "interval_step": 0, "interval_max": 0,
}  # fmt: skip
CELERY_TASK_PUBLISH_RETRY = False  # beat orders again what was not ordered
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for Redis for ever
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Pictures for showing are drawn by a worker of their own, of lower priority: nobody waits for them,
# and drawing takes more of the processor than all else that a report does.
PICTURES_QUEUE = "pictures"
CELERY_TASK_ROUTES = {"backend.evidence.tasks.make_renditions": {"queue": PICTURES_QUEUE}}
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # its lines look as all others do
CELERY_TIMEZONE = "Asia/Shanghai"

S3_ENDPOINT_URL = environ.read_text("S3_ENDPOINT_URL")
S3_PUBLIC_ENDPOINT_URL = environ.read_text("S3_PUBLIC_ENDPOINT_URL", S3_ENDPOINT_URL)
S3_ACCESS_KEY = environ.read_text("S3_ACCESS_KEY")
S3_SECRET_KEY = environ.read_text("S3_SECRET_KEY")
S3_BUCKET = environ.read_text("S3_BUCKET", "evidence")
S3_VERSIONS_DAYS = environ.read_integer("S3_VERSIONS_DAYS", 0)
S3_REGION = environ.read_text("S3_REGION", "us-east-1")
STORAGES = {
    "default": {"BACKEND": "media_config.storage.PrivateStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
SPOOL_DIR = Path(environ.read_text("SPOOL_DIR", str(ROOT / ".local" / "spool")))
POSITION_FAR_KM = environ.read_integer("POSITION_FAR_KM", 20)  # outside of the box of its county
PHOTO_MAX_BYTES = environ.read_integer("PHOTO_MAX_BYTES", 25 * 1024 * 1024)
ATTACHMENT_MAX_BYTES = environ.read_integer("ATTACHMENT_MAX_BYTES", 20 * 1024 * 1024)
ATTACHMENT_MAX_PAGES = environ.read_integer("ATTACHMENT_MAX_PAGES", 200)
# Days after which the nightly rule ends what nothing names, photos that no report came to name, and
# the tables of imports that have ended.
UNNAMED_KEPT_DAYS = environ.read_integer("UNNAMED_KEPT_DAYS", 7)
PHOTO_UNNAMED_DAYS = environ.read_integer("PHOTO_UNNAMED_DAYS", 90)
IMPORT_KEPT_DAYS = environ.read_integer("IMPORT_KEPT_DAYS", 30)
DEADLINE_NEAR_DAYS = environ.read_integer("DEADLINE_NEAR_DAYS", 3)
EXPORT_KEPT_DAYS = environ.read_integer("EXPORT_KEPT_DAYS", 7)
UPLOADS_MAX_UNFINISHED = environ.read_integer("UPLOADS_MAX_UNFINISHED", 200)
UPLOAD_LIFE_HOURS = environ.read_integer("UPLOAD_LIFE_HOURS", 7 * 24)
OUTBOX_MAX_ITEMS = environ.read_integer("OUTBOX_MAX_ITEMS", 200)
OUTBOX_MAX_PER_SPAN = environ.read_integer(
    "OUTBOX_MAX_PER_SPAN", 500
)  # in ten minutes, of one sender
OUTBOX_MAX_BYTES = environ.read_integer("OUTBOX_MAX_BYTES", 4 * 1024 * 1024)
OUTBOX_MAX_ITEM_BYTES = environ.read_integer("OUTBOX_MAX_ITEM_BYTES", 512 * 1024)
ITEM_WAITING_DAYS = environ.read_integer("ITEM_WAITING_DAYS", 7)
PHOTO_MAX_PIXELS = environ.read_integer("PHOTO_MAX_PIXELS", 100_000_000)
PHOTO_MAX_PIXELS_JPEG = environ.read_integer("PHOTO_MAX_PIXELS_JPEG", 250_000_000)
IMPORT_MAX_BYTES = environ.read_integer("IMPORT_MAX_BYTES", 512 * 1024 * 1024)
IMPORT_MAX_SECONDS = environ.read_integer("IMPORT_MAX_SECONDS", 4 * 3600)
EXPORT_MAX_SECONDS = environ.read_integer("EXPORT_MAX_SECONDS", 3600)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["backend.accounts.adapters.AccountBackend"]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
]
# Failures are counted in the database (accounts/attempts.py); the cache counts what is left.
ACCOUNT_RATE_LIMITS = {"login": False, "login_failed": False}
SIGN_IN_FAILURES_OF_ACCOUNT = environ.read_integer(
    "SIGN_IN_FAILURES_OF_ACCOUNT", 10
)  # in ten minutes
SIGN_IN_FAILURES_OF_ADDRESS = environ.read_integer("SIGN_IN_FAILURES_OF_ADDRESS", 30)
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_ADAPTER = "backend.accounts.adapters.AccountAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "backend.accounts.second_factor_forms.CodeForm",
    "reauthenticate": "backend.accounts.second_factor_forms.ReauthenticationCodeForm",
}
SECOND_FACTOR_ROLES = environ.read_list("SECOND_FACTOR_ROLES")  # looked at in accounts/apps.py
GIVEN_PASSWORD_HOURS = environ.read_integer("GIVEN_PASSWORD_HOURS", 72)
MFA_TOTP_ISSUER = "金质工程"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_AGE = environ.read_integer("SESSION_SECONDS", 12 * 3600)
SESSION_IDLE_SECONDS = environ.read_integer("SESSION_IDLE_SECONDS", 3600)
# Mail, for forgotten passwords and notifications; without a server none is sent and none is offered.
EMAIL_HOST = environ.read_text("EMAIL_HOST", "")
EMAIL_PORT = environ.read_integer("EMAIL_PORT", 587)
EMAIL_HOST_USER = environ.read_text("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = environ.read_text("EMAIL_PASSWORD", "")
EMAIL_USE_TLS = environ.read_flag("EMAIL_TLS", default=True)
EMAIL_TIMEOUT = OUTSIDE_ANSWER_S
DEFAULT_FROM_EMAIL = environ.read_text("EMAIL_FROM", "jinzhi@localhost")
# By which ways people are told outside of the system; see backend/notifications/channels.py.
NOTIFICATION_CHANNELS = environ.read_choices(
    "NOTIFICATION_CHANNELS", ("file", "mail", "webhook", "wecom"), "file" if DEBUG else ""
)
NOTIFICATION_FILE = ROOT / ".local" / "notifications.jsonl"
NOTIFICATION_WEBHOOK_URL = environ.read_text("NOTIFICATION_WEBHOOK_URL", "")
NOTIFICATION_WEBHOOK_TOKEN = environ.read_text("NOTIFICATION_WEBHOOK_TOKEN", "")
NOTIFICATION_WECOM_URL = environ.read_text("NOTIFICATION_WECOM_URL", "")
_NEEDED_BY_CHANNEL = {
    "mail": ("EMAIL_HOST", EMAIL_HOST),
    "webhook": ("NOTIFICATION_WEBHOOK_URL", NOTIFICATION_WEBHOOK_URL),
    "wecom": ("NOTIFICATION_WECOM_URL", NOTIFICATION_WECOM_URL),
}
for _channel in NOTIFICATION_CHANNELS:
    _needed, _value = _NEEDED_BY_CHANNEL.get(_channel, ("", "nothing"))
    if not _value:
        raise ImproperlyConfigured(f"NOTIFICATION_CHANNELS has {_channel}: set {_needed}")
CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_SSL_REDIRECT = BEHIND_TLS

# Programs in browsers of other origins, by token; a cookie is never sent from there.
CORS_ALLOWED_ORIGINS = environ.read_list("CORS_ALLOWED_ORIGINS")
CORS_URLS_REGEX = r"^/(api|mobile|tiles|ogc)/"
CORS_ALLOW_HEADERS = [
    *default_headers, "idempotency-key", "if-match", "if-none-match", "tus-resumable",
    "upload-checksum", "upload-length", "upload-metadata", "upload-offset",
]  # fmt: skip
CORS_EXPOSE_HEADERS = [
    "etag", "link", "location", "retry-after", "tus-extension", "tus-max-size", "tus-resumable",
    "tus-version", "upload-expires", "upload-offset", "x-request-id",
]  # fmt: skip

KNOX_TOKEN_MODEL = "accounts.DeviceToken"  # noqa: S105 - a model's name
REST_KNOX = {
    "TOKEN_TTL": dt.timedelta(days=environ.read_integer("DEVICE_TOKEN_DAYS", 90)),
    "AUTO_REFRESH": False,
    "TOKEN_MODEL": KNOX_TOKEN_MODEL,
}
LOOKS_PER_HOUR = environ.read_integer("LOOKS_PER_HOUR", 30)  # of one person; more open a case
REQUESTS_PER_MINUTE = environ.read_integer("REQUESTS_PER_MINUTE", 3000)  # of one person
NUM_PROXIES = environ.read_integer("NUM_PROXIES", 0)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "backend.accounts.token_authentication.ProgramTokenAuthentication",
        "backend.accounts.token_authentication.DeviceTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "backend.lib.paging.KeysetPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "backend.api.openapi.Schema",
    "DEFAULT_THROTTLE_CLASSES": ["backend.accounts.throttles.PersonThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "public": environ.read_text("THROTTLE_PUBLIC", "60/min"),
    },
    "EXCEPTION_HANDLER": "backend.lib.problems.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "金质工程 Jinzhi",
    "DESCRIPTION": "Supervision of special equipment: units, lifecycle records, tags, field reports.",
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    # Named, not guessed from the paths at hand: those differ when the bench's view is mounted.
    "SCHEMA_PATH_PREFIX": r"/api/v[0-9]+",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "CategoryLevel": "backend.units.models.Category.Level",
        "RegionLevel": "geo.models.Region.Level",
        "AuthorityLevel": "backend.directory.models.Authority.Level",
        "JobState": "backend.jobs.models.Job.State",
        "TagState": "tagging.models.TagState",
        "InspectionKind": "backend.units.models.InspectionKind",
        "FieldItemKind": "backend.fieldwork.models.Item.Kind",
        "FieldItemState": "backend.fieldwork.models.Item.State",
        "CaseKind": "backend.cases.models.Case.Kind",
        "AssignmentState": "backend.matters.models.Assignment.State",
        "MatterSecrecy": "backend.matters.models.Matter.Secrecy",
        "DocumentSecrecy": "backend.documents.models.Secrecy",
        "DocumentDirection": "backend.documents.models.Direction",
        "DocumentEnding": "backend.documents.models.Ending",
        "LinkKind": "backend.matters.models.Link.Kind",
        "PaperState": "backend.papers.models.Paper.State",
        "ServiceKind": "backend.papers.models.Service.Kind",
        "ServiceState": "backend.papers.models.Service.State",
        "ServiceOutcome": "backend.papers.models.Service.ENDS",
        "DeliveryState": "backend.deliveries.models.Delivery.State",
        "MeetingState": "backend.calendars.models.meetings.Meeting.State",
        "DutySwapState": "backend.calendars.models.duties.DutySwap.State",
        "AnnouncementState": "backend.announcements.models.Announcement.State",
        "NotificationKind": "backend.notifications.models.Kind",
        "ChecklistAnswerType": ["pass_fail", "number", "text"],
    },
    "PREPROCESSING_HOOKS": ["backend.api.openapi.add_head_operations"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "backend.api.openapi.add_problem_responses",
        "backend.api.openapi.simplify_nullable_anything",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

SILENCED_SYSTEM_CHECKS = ["gis.W001"]  # geometry from outside is parsed by GEOS, never by GDAL

PGHISTORY_APPEND_ONLY = True
PGHISTORY_DEFAULT_TRACKERS = ()
# History is read by its object alone. Every other index would be paid for by each write.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGHISTORY_CONTEXT_FIELD = pghistory.ContextForeignKey(db_index=False)
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_index=True)

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "backend" / "web" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "staticfiles"
STATICFILES_DIRS = [("pages", ROOT / "backend" / "web" / "client" / "dist" / "pages")]
WHITENOISE_USE_FINDERS = DEBUG

# The base map of the risk map; see backend/web/base_map.py.
TIANDITU_KEY = environ.read_text("TIANDITU_KEY", "")
BASE_MAP_TILES = environ.read_list("BASE_MAP_TILES")
BASE_MAP_DATUM = environ.read_choice("BASE_MAP_DATUM", ("WGS84", "GCJ02"))
BASE_MAP_ATTRIBUTION = environ.read_text("BASE_MAP_ATTRIBUTION", "")

# One id for a request and all that follows from it: in the answer, in log lines, jobs and histories.
DJANGO_GUID = {
    "GUID_HEADER_NAME": "X-Request-ID",
    "VALIDATE_GUID": True,
    "RETURN_HEADER": True,
    "EXPOSE_HEADER": False,  # CORS_EXPOSE_HEADERS does
    "UUID_FORMAT": "string",
    "INTEGRATIONS": [CeleryIntegration(use_django_logging=True, log_parent=False)],
}
_LINE = "{asctime} {levelname} {name} [{correlation_id}] {message}"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "django_guid.log_filters.CorrelationId"}},
    "formatters": {
        "line": {"format": _LINE, "style": "{"},
        "json": {"()": "backend.lib.json_logs.JSONFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": environ.read_choice("LOG_FORMAT", ("line", "json")),
            "filters": ["request"],
        }
    },
    "root": {"handlers": ["console"], "level": environ.read_text("LOG_LEVEL", "INFO")},
    "loggers": {"django_guid": {"level": "WARNING"}},
}
if SENTRY_DSN := environ.read_text("SENTRY_DSN", ""):
    start_reporting(SENTRY_DSN, VERSION)
