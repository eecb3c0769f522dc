"""One flat settings file; every value that differs between machines is read in env.py."""

import sys
from datetime import timedelta

import dj_database_url
import dj_email_url
from csp.constants import NONE, SELF
from django.contrib.messages import constants as message_levels

from chanji_dualrandom.env import BASE_DIR, Reader, environment, seal_key

env = Reader(environment())

DEBUG = env.read("bool", "DJANGO_DEBUG", False)
HTTPS = env.read("bool", "DJANGO_HTTPS", True)
BEHIND_PROXY = env.read("bool", "CHANJI_BEHIND_PROXY", False)
VAR_DIR = env.folder("CHANJI_VAR_DIR", "var")
PORT = env.read("port", "PORT", 8000)
REDIS_URL = env.read("redis", "REDIS_URL", "")
TESTING = "pytest" in sys.modules

SECRET_KEY = env.secret("DJANGO_SECRET_KEY", debug=DEBUG, fallback=VAR_DIR / "secret.key", size=40)
ALLOWED_HOSTS = env.read("hosts", "DJANGO_ALLOWED_HOSTS", [])
if not DEBUG and not ALLOWED_HOSTS:
    env.problems.append("DJANGO_ALLOWED_HOSTS：未设置。请写明对外的主机名，逗号分隔")
CSRF_TRUSTED_ORIGINS = env.read("origins", "DJANGO_CSRF_TRUSTED_ORIGINS", [])
SITE_URL = env.read("origin", "CHANJI_SITE_URL", "").rstrip("/")
MAIL_FROM = ""
EMAIL_TIMEOUT = 20  # seconds; a mail server that hangs must not hold the worker
_mail_url = env.read("mail", "CHANJI_MAIL_URL", "")
if _mail_url:
    with env.collecting("CHANJI_MAIL_URL"):
        _mail = dj_email_url.parse(_mail_url)
        EMAIL_HOST, EMAIL_USE_TLS = _mail["EMAIL_HOST"], _mail["EMAIL_USE_TLS"]
        EMAIL_USE_SSL = _mail["EMAIL_USE_SSL"]
        EMAIL_PORT = _mail["EMAIL_PORT"] or (587 if EMAIL_USE_TLS else 465 if EMAIL_USE_SSL else 25)
        EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"] or ""
        EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"] or ""
    MAIL_FROM = env.read("address", "CHANJI_MAIL_FROM", "")
    if not MAIL_FROM:
        env.problems.append("CHANJI_MAIL_FROM：未设置。有发信服务器时必须写明发件人邮箱")
MAIL_DOMAIN = MAIL_FROM.rpartition("@")[2]
env.read("bool", "CHANJI_REQUIRE_BROWSER", False)  # used by the tests; refused here if malformed

_seal = env.secret("SEAL_KEY", debug=DEBUG, fallback=VAR_DIR / "seal.key", size=32)
SEAL_KEYS: dict[str, bytes] = {}
with env.collecting("SEAL_KEY"):
    if _seal:
        SEAL_KEYS = {env.read("key_id", "SEAL_KEY_ID", "k1"): seal_key(_seal)}

DATABASES = {}
with env.collecting("DATABASE_URL"):
    DATABASES["default"] = dj_database_url.parse(
        env.read("database", "DATABASE_URL", f"sqlite:///{VAR_DIR / 'db.sqlite3'}")
    )
env.finish()

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: two people pressing at once queue up instead of one failing half-way.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

INSTALLED_APPS = [
    "chanji_dualrandom.apps.HouseConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "registry",
    "sampling",
    "inspections",
    "disclosure",
]
MIDDLEWARE = [
    # First: what is exactly current is answered before anything else is done.
    "disclosure.public.current.CurrentAnswerMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "chanji_dualrandom.handlers.SamePolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "chanji_dualrandom.handlers.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "chanji_dualrandom.urls"
WSGI_APPLICATION = "chanji_dualrandom.wsgi.application"
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
                "chanji_dualrandom.context.house",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "locale"]

# Written by make run, read by 运行状况: its processes, and which of them ended by themselves.
PROCESSES_FILE = VAR_DIR / "processes.json"

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
_hashed = not (DEBUG or TESTING)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _hashed
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not _hashed
WHITENOISE_AUTOREFRESH = DEBUG
# Evidence lies outside everything the web server serves; views hand it out.
EVIDENCE_ROOT = VAR_DIR / "evidence"
EVIDENCE_MAX_BYTES = 20 * 1024 * 1024
EVIDENCE_VIDEO_MAX_BYTES = 200 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 * 1024 * 1024

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# Guessing passwords: six wrong ones lock this account from this address for a quarter of an hour.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "chanji_dualrandom.handlers.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "public:home"
CSRF_FAILURE_VIEW = "chanji_dualrandom.handlers.csrf_failure"

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # the load balancer asks in plain HTTP from next door
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "media-src": [SELF, "blob:"],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
MESSAGE_TAGS = {
    message_levels.DEBUG: "secondary",
    message_levels.ERROR: "danger",
}

if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "chanji",
        }
    }
    QUEUE_FOLDER = None
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600, "global_keyprefix": "chanji:"}
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": VAR_DIR / "cache",
        }
    }
    # A real queue between real processes, on the file system: nothing to install (queue.py).
    QUEUE_FOLDER = VAR_DIR / "queue"
    for _folder in ("messages", "claimed", "unreadable", "control"):
        (QUEUE_FOLDER / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "folder://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {"folder": str(QUEUE_FOLDER), "polling_interval": 0.2}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # Our own news are told where a worker is asked for warnings only.
    "loggers": {"axes": {"level": "WARNING"}, "chanji_dualrandom": {"level": "INFO"}},
}
CELERY_WORKER_LOG_FORMAT = LOGGING["formatters"]["line"]["format"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
