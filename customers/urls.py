"""Addresses."""

from django.urls import path, re_path

from customers import api
from customers.views import imports, search

urlpatterns = [
    path("", search.customers, name="customers"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:pk>/", imports.file_import, name="import"),
    path("imports/<int:pk>/start/", imports.import_start, name="import_start"),
    path("imports/<int:pk>/cancel/", imports.import_cancel, name="import_cancel"),
    path("imports/<int:pk>/errors.csv", imports.import_errors, name="import_errors"),
]

CALLS = "identify|track|page|screen|group|alias|batch|[itpsgab]"
live_events = [
    re_path(rf"^(?P<call>{CALLS})/?$", api.receive, name="live_events"),
    re_path(r"^(?P<call>m)/?$", api.ignore, name="live_events_metrics"),
]
