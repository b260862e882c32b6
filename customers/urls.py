"""Addresses."""

from django.urls import path, re_path

from customers.api import feedback, live_events, webhooks
from customers.views import imports, sources, unsubscribing

urlpatterns = [
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
