# SPDX-License-Identifier: Apache-2.0
"""Settings of the node, read from the environment; every one has a safe default, and `touchstone-node check` says which is unsafe.

TOUCHSTONE_DATA        the folder with all that the node keeps: its SQLite database, its secret, its keys (.touchstone)
TOUCHSTONE_DATABASE    postgresql://user:password@host/name, or sqlite:///file (a file in the data folder)
TOUCHSTONE_REGION      the region whose people this node serves (none)
TOUCHSTONE_DEMO        1 lets anybody choose one of the demonstration's people without signing in; never where real people are
TOUCHSTONE_DEMO_NODES  where the demonstration's nodes answer, GD=http://localhost:8000,HK=… (touchstone-node demo sets it)
TOUCHSTONE_OIDC        sign-in by institutions: allauth's SOCIALACCOUNT_PROVIDERS as JSON, with the entry openid_connect
TOUCHSTONE_EMAIL       smtp://user:password@host:port by which the node sends mail; without one, what it would send is printed
TOUCHSTONE_SENDER      the address that mail comes from (noreply@ and the first of the hosts)
TOUCHSTONE_HOSTS       host names that the node answers to, comma-separated (localhost)
TOUCHSTONE_ADDRESS     scheme and host under which readers reach the node, as printed in QR codes (whatever the reader asked)
TOUCHSTONE_CLIENT      the header in which the proxy says a reader's address, X-Real-IP; without one, whoever connects is the reader
TOUCHSTONE_SECRET_KEY  Django's key, with which sessions and addresses are sealed (one that is made once and kept in the data folder)
TOUCHSTONE_SECRET_KEY_FORMER  the keys before it, comma-separated, newest first: what they have sealed opens still (none)
TOUCHSTONE_DOCUMENTS   a folder of further public documents, read beside the library that is shipped
TOUCHSTONE_TRUST       a trust registry: whose credentials this node verifies (an illustrative one, with samples to try)
TOUCHSTONE_PEERS       other nodes whose public documents this one pulls, comma-separated: https://node.example (none)
TOUCHSTONE_FETCH       1 lets the node fetch status lists and did:web documents for those who verify; off, it opens no connection
TOUCHSTONE_PASSPHRASE  opens the keys with which the organisations of this node issue (TOUCHSTONE_DATA/keys); without it nothing is signed
TOUCHSTONE_KEY_FILES   1 allows keys in encrypted files where real people are; without it they are for demonstrations alone
TOUCHSTONE_LOG         json writes one line of JSON a request; text (the default) is silent but for faults
TOUCHSTONE_DEBUG       1 shows tracebacks in the browser; for developers only
"""

from __future__ import annotations

from operator import attrgetter
from pathlib import Path

from csp.constants import NONE, SELF

from touchstone_server import environment
from touchstone_server.settings.database import database
from touchstone_server.settings.mail import mail
from touchstone_server.settings.secret import secret_in

BASE = Path(__file__).parent.parent

DEBUG = environment.switch("TOUCHSTONE_DEBUG")
LOG = environment.text("TOUCHSTONE_LOG", "text")
TOUCHSTONE_DATA = Path(environment.text("TOUCHSTONE_DATA", ".touchstone")).resolve()
TOUCHSTONE_REGION = environment.text("TOUCHSTONE_REGION")
TOUCHSTONE_DEMO = environment.switch("TOUCHSTONE_DEMO")
TOUCHSTONE_DEMO_NODES = environment.named_origins("TOUCHSTONE_DEMO_NODES")
SECRET_KEY = environment.text("TOUCHSTONE_SECRET_KEY") or secret_in(TOUCHSTONE_DATA)
SECRET_KEY_FALLBACKS = environment.names("TOUCHSTONE_SECRET_KEY_FORMER", "")
ALLOWED_HOSTS = environment.names("TOUCHSTONE_HOSTS", "localhost,127.0.0.1,[::1]")
TOUCHSTONE_ADDRESS = environment.origin("TOUCHSTONE_ADDRESS")
IS_HTTPS = TOUCHSTONE_ADDRESS.startswith("https://")
TOUCHSTONE_DOCUMENTS = environment.text("TOUCHSTONE_DOCUMENTS")
TOUCHSTONE_TRUST = environment.text("TOUCHSTONE_TRUST")
TOUCHSTONE_PEERS = environment.origins("TOUCHSTONE_PEERS")
TOUCHSTONE_FETCH = environment.switch("TOUCHSTONE_FETCH")
TOUCHSTONE_PASSPHRASE = environment.text("TOUCHSTONE_PASSPHRASE")
TOUCHSTONE_KEY_FILES = environment.switch("TOUCHSTONE_KEY_FILES")

INSTALLED_APPS = [
    # Ours first: where allauth has a template of the same name, ours is taken.
    "touchstone_server.accounts",
    "touchstone_server.audit",
    "touchstone_server.cases",
    "touchstone_server.credentials",
    "touchstone_server.demo",
    "touchstone_server.design",
    "touchstone_server.exchange",
    "touchstone_server.home",
    "touchstone_server.issuing",
    "touchstone_server.organisations",
    "touchstone_server.passport",
    "touchstone_server.recognition",
    "touchstone_server.standards",
    "touchstone_server.transfers",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django.contrib.humanize",  # allauth's list of passkeys uses it
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "touchstone_server.node.logs.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # hides the length of what it packs, and the tokens against forged requests are masked
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "touchstone_server.accounts.policy.AccountPolicy",
    *(["touchstone_server.demo.crossings.Recorder"] if TOUCHSTONE_DEMO else []),
    "touchstone_server.node.doors.NoNulls",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "touchstone_server.language.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "touchstone_server.urls"
WSGI_APPLICATION = "touchstone_server.wsgi.application"
DATABASES = {"default": database(environment.text("TOUCHSTONE_DATABASE"), TOUCHSTONE_DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["touchstone_server.design.templatetags.touchstone"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "touchstone_server.pages.shared",
            ],
            "string_if_invalid": "",
        },
    }
]

# Our texts are language maps (docs/decisions/0003). Django's translation serves the pages of allauth alone (language.LocaleMiddleware).
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("pt-pt", "Português"), ("zh-hans", "简体中文"), ("zh-hant", "繁體中文")]
USE_TZ = True
TIME_ZONE = "Asia/Hong_Kong"  # for Django's own pages; ours go by clock.py

# What readers hand in is read in memory and never touches the disk; no page asks for more than this.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES, DATA_UPLOAD_MAX_NUMBER_FIELDS = 4, 100

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "touchstone_server.design.storage.DigestStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 31_536_000  # an address names the content: it never changes

# ------------------------------------------------------------------ people: sign-in by passkey, password and code, or institution
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [  # NIST SP 800-63B-4: length, and known bad ones; no rules of composition
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL, LOGIN_REDIRECT_URL = "account_login", "/"
ACCOUNT_ADAPTER = "touchstone_server.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "touchstone_server.accounts.forms.NamesForm"
ACCOUNT_USER_DISPLAY = attrgetter("name")  # as our pages call people, not by their address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # before addresses and institutions change, too, not second factors alone
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60  # seconds after which who it is is asked anew (accounts/anew.py)
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_HTTPS else "http"  # of the links in letters
ALLAUTH_TRUSTED_CLIENT_IP_HEADER = (
    environment.text("TOUCHSTONE_CLIENT") or None
)  # by whose address failed sign-ins are counted
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "add_webauthn": "touchstone_server.accounts.forms.PasskeyForm",
    "edit_webauthn": "touchstone_server.accounts.forms.KeyNameForm",
}
MFA_TOTP_ISSUER = "Touchstone"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or TOUCHSTONE_DEMO
SOCIALACCOUNT_PROVIDERS = environment.json_object("TOUCHSTONE_OIDC", {})
SOCIALACCOUNT_AUTO_SIGNUP = False  # whoever comes for the first time is asked for their names as on their document
# What limits wrong passwords and codes stands in a cache of its own: whoever looks at many pages must not wash it away.
_IN_MEMORY = "django.core.cache.backends.locmem.LocMemCache"
CACHES = {
    "default": {"BACKEND": _IN_MEMORY, "LOCATION": "limits", "OPTIONS": {"MAX_ENTRIES": 100_000}},
    "pages": {"BACKEND": _IN_MEMORY, "LOCATION": "pages", "OPTIONS": {"MAX_ENTRIES": 2_000}},  # of some 10 kB
}
SESSION_ENGINE = "touchstone_server.accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
if TOUCHSTONE_DEMO_NODES:  # cookies know no port: three nodes on one host need names of their own
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"sessionid-{TOUCHSTONE_REGION}", f"csrftoken-{TOUCHSTONE_REGION}"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
)  # set by the proxy, whatever a reader sends
CSRF_TRUSTED_ORIGINS = [TOUCHSTONE_ADDRESS] if TOUCHSTONE_ADDRESS else []
CSRF_FAILURE_VIEW = "touchstone_server.home.views.forged"
DEFAULT_FROM_EMAIL = environment.text("TOUCHSTONE_SENDER", f"noreply@{ALLOWED_HOSTS[0]}")
EMAIL = mail(environment.text("TOUCHSTONE_EMAIL"))
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = EMAIL.backend, EMAIL.host, EMAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS, EMAIL_TIMEOUT = EMAIL.user, EMAIL.password, EMAIL.tls, 20
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if EMAIL.host else "optional"

# ------------------------------------------------------------------ nothing from another host, and no script at all
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [NONE],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"  # the address holds what the reader answered
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "touchstone_server.node.logs.JsonFormatter"},
        "text": {"()": "touchstone_server.node.logs.TextFormatter"},
    },
    "filters": {"addresses": {"()": "touchstone_server.node.logs.AddressFilter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["addresses"],
            "formatter": "json" if LOG == "json" else "text",
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {  # what a reader mistypes, or a scanner tries, is not our news
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "touchstone.requests": {"level": "INFO" if LOG == "json" else "WARNING"},
    },
}
