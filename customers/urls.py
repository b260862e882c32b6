"""Addresses."""

from django.urls import path, re_path

from customers import api
from customers.views import imports, privacy

urlpatterns = [
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:pk>/", imports.file_import, name="import"),
    path("imports/<int:pk>/start/", imports.import_start, name="import_start"),
    path("imports/<int:pk>/cancel/", imports.import_cancel, name="import_cancel"),
    path("imports/<int:pk>/errors.csv", imports.import_errors, name="import_errors"),
    path("looks/", privacy.looks, name="looks"),
    path("looks.csv", privacy.looks_csv, name="looks_csv"),
    path("consents/", privacy.consents, name="consents"),
    path("consents.csv", privacy.consents_csv, name="consents_csv"),
    path("erasures/", privacy.erasures, name="erasures"),
    path("erasures/<uuid:public_id>/", privacy.erasure, name="erasure"),
    path("erasures/<uuid:public_id>.json", privacy.erasure_json, name="erasure_json"),
    path("<uuid:public_id>/privacy/", privacy.customer_privacy, name="customer_privacy"),
    path("<uuid:public_id>/reveal/", privacy.customer_reveal, name="customer_reveal"),
    path("<uuid:public_id>/consent/", privacy.customer_consent, name="customer_consent"),
    path("<uuid:public_id>/copy/", privacy.customer_copy, name="customer_copy"),
    path("<uuid:public_id>/erase/", privacy.customer_erase, name="customer_erase"),
]

CALLS = "identify|track|page|screen|group|alias|batch|[itpsgab]"
live_events = [
    re_path(rf"^(?P<call>{CALLS})/?$", api.receive, name="live_events"),
    re_path(r"^(?P<call>m)/?$", api.ignore, name="live_events_metrics"),
]
