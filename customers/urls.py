"""Addresses."""

from django.urls import path, re_path

from customers.api import feedback, live_events, webhooks
from customers.views import imports, links, privacy, search, sources, unsubscribing

urlpatterns = [
    path("", search.customers, name="customers"),
    path("sources/", sources.sources, name="sources"),
    path("sources/new/", sources.source_new, name="source_new"),
    path("sources/<slug:key>/", sources.source, name="source"),
    path("sources/<slug:key>/edit/", sources.source_edit, name="source_edit"),
    path("sources/<slug:key>/keys/", sources.source_key_new, name="source_key_new"),
    path(
        "sources/<slug:key>/keys/<int:pk>/retire/",
        sources.source_key_retire,
        name="source_key_retire",
    ),
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:pk>/", imports.file_import, name="import"),
    path("imports/<int:pk>/start/", imports.import_start, name="import_start"),
    path("imports/<int:pk>/cancel/", imports.import_cancel, name="import_cancel"),
    path("imports/<int:pk>/errors.csv", imports.import_errors, name="import_errors"),
    path("links/", links.links, name="links"),
    path("links/<int:pk>/", links.link, name="link"),
    path("links/<int:pk>/answer/", links.link_answer, name="link_answer"),
    path("links/<int:pk>/reveal/", links.link_reveal, name="link_reveal"),
    path("links/undo/", links.links_undo, name="links_undo"),
    path("links/made/", links.links_made, name="links_made"),
    path("links/made/undo/", links.links_made_undo, name="links_made_undo"),
    path("looks/", privacy.looks, name="looks"),
    path("looks.csv", privacy.looks_csv, name="looks_csv"),
    path("consents/", privacy.consents, name="consents"),
    path("consents.csv", privacy.consents_csv, name="consents_csv"),
    path("erasures/", privacy.erasures, name="erasures"),
    path("erasures/<uuid:public_id>/", privacy.erasure, name="erasure"),
    path("erasures/<uuid:public_id>.json", privacy.erasure_json, name="erasure_json"),
    path("<uuid:public_id>/privacy/", privacy.customer_privacy, name="customer_privacy"),
    path("<uuid:public_id>/consent/", privacy.customer_consent, name="customer_consent"),
    path("<uuid:public_id>/copy/", privacy.customer_copy, name="customer_copy"),
    path("<uuid:public_id>/erase/", privacy.customer_erase, name="customer_erase"),
]

CALLS = "identify|track|page|screen|group|alias|batch|[itpsgab]"
from_machines = [
    re_path(rf"^(?P<call>{CALLS})/?$", live_events.receive, name="live_events"),
    re_path(r"^(?P<call>m)/?$", live_events.ignore, name="live_events_metrics"),
    re_path(
        r"^webhooks/(?P<source>[-\w]+)/(?P<provider>[-\w]+)/?$", webhooks.receive, name="webhook"
    ),
    re_path(r"^feedback/(?P<source>[-\w]+)/?$", feedback.receive, name="feedback"),
]
for_anybody = [path("<str:token>/", unsubscribing.unsubscribe, name="unsubscribe")]
