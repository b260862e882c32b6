"""The entry point of web servers."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# A page waits neither for a long query nor for somebody else's lock: config.deadlines answers.
os.environ.setdefault("PGOPTIONS", "-c statement_timeout=10s -c lock_timeout=2s")
application = get_wsgi_application()
