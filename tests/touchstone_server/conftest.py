"""Django is set up here and not in the settings of pytest: the core's tests must pass without it."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "touchstone_server.settings")
django.setup()
