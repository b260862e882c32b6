"""Every address of Hymnsheet."""

from django.contrib import admin
from django.urls import include, path

from campaigns.urls import at_the_top
from config import health
from customers.urls import for_anybody, from_machines

handler500 = "config.deadlines.failure"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("v1/", include(from_machines)),
    path("unsubscribe/", include(for_anybody)),
    path("api/", include("config.api")),
    path("admin/", admin.site.urls),
    path("accounts/", include("config.accounts")),
    path("strategy/", include("strategy.urls")),
    path("customers/", include("customers.urls")),
    path("initiatives/", include("campaigns.urls")),
    path("", include(at_the_top)),
    path("", include("reports.urls")),
]
