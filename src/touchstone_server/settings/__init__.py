# SPDX-License-Identifier: Apache-2.0
"""Settings of the node, read from the environment. Nothing here is secret, and nothing is written down: no database, no sessions.

TOUCHSTONE_HOSTS       host names that the node answers to, comma-separated (localhost)
TOUCHSTONE_ADDRESS     scheme and host under which readers reach the node, as printed in QR codes (whatever the reader asked)
TOUCHSTONE_SECRET_KEY  Django's key, with which verified evidence is sealed in an address; without one, each process makes its own, and
                       what one has sealed no other opens, nor the same after a restart
TOUCHSTONE_DOCUMENTS   a folder of further public documents, read beside the library that is shipped
TOUCHSTONE_TRUST       a trust registry: whose credentials this node verifies (an illustrative one, with samples to try)
TOUCHSTONE_FETCH       1 lets the node fetch status lists and did:web documents for those who verify; off, it opens no connection
TOUCHSTONE_DEBUG       1 shows tracebacks in the browser; for developers only
"""

from __future__ import annotations

import secrets
from pathlib import Path

from csp.constants import NONE, SELF

from touchstone_server.settings import environment

BASE = Path(__file__).parent.parent

DEBUG = environment.switch("TOUCHSTONE_DEBUG")
SECRET_KEY = environment.text("TOUCHSTONE_SECRET_KEY") or secrets.token_urlsafe(50)
ALLOWED_HOSTS = environment.names("TOUCHSTONE_HOSTS", "localhost,127.0.0.1,[::1]")
TOUCHSTONE_ADDRESS = environment.origin("TOUCHSTONE_ADDRESS")
TOUCHSTONE_DOCUMENTS = environment.text("TOUCHSTONE_DOCUMENTS")
TOUCHSTONE_TRUST = environment.text("TOUCHSTONE_TRUST")
TOUCHSTONE_FETCH = environment.switch("TOUCHSTONE_FETCH")

INSTALLED_APPS = [
    "csp",
    "django.contrib.staticfiles",
    "touchstone_server.credentials",
    "touchstone_server.design",
    "touchstone_server.home",
    "touchstone_server.recognition",
    "touchstone_server.standards",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # safe here: no page holds a secret
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "touchstone_server.urls"
WSGI_APPLICATION = "touchstone_server.wsgi.application"
DATABASES: dict[str, dict[str, str]] = {}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["touchstone_server.design.templatetags.touchstone"],
            "string_if_invalid": "",
        },
    }
]

# Texts are language maps (docs/decisions/0003): Django's own translation stays out of the way.
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

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
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {  # what a reader mistypes, or a scanner tries, is not our news
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
