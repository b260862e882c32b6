"""Whether what is told is stale, as pages mark it."""

from django.utils import timezone
from django.utils.functional import cached_property

from reports.queries.freshness import SourceRow, source_rows

STALE = "Why events of its window may be missing, such as “One source late”; “” where they are not."


class Aged:
    """A resource of numbers that sources feed; serializers reach it as `context["view"]`."""

    @cached_property
    def sources(self) -> list[SourceRow]:
        """Every source with its age, once an answer. One query."""
        return source_rows(timezone.now())
