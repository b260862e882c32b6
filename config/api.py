"""The resources under /api/v1/, each of its own floor, and the schema that tells of them."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import ViewSetMixin

from campaigns.api.contact_checks import ContactChecks

RESOURCES: dict[str, type[ViewSetMixin]] = {
    "contact-checks": ContactChecks,
}

router = SimpleRouter()
router.trailing_slash = "/?"
for name, resource in RESOURCES.items():
    router.register(name, resource, basename=name)

urlpatterns = [
    path("v1/", include((router.urls, "v1"))),
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
]
