"""How much one person's programs may ask of one web process."""

from django.conf import settings
from django.core.cache import caches
from rest_framework.throttling import UserRateThrottle


class PersonThrottle(UserRateThrottle):
    """Counts in the process's own memory, so that counting asks the database nothing."""

    cache = caches["process"]

    def get_rate(self) -> str:
        """Return the rate as it is set now."""
        return f"{settings.API_REQUESTS_A_MINUTE}/min"
