"""Lists by the page: `?cursor=` leads on, `?limit=` says how many."""

from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination


class Pages(CursorPagination):
    """The newest first, by a cursor that stays good while rows come and go."""

    ordering = "-pk"
    page_size = 100
    page_size_query_param = "limit"
    max_page_size = 500

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> Any:
        """Return a page. A cursor that this list never gave is no address: NotFound."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, TypeError):
            raise NotFound(self.invalid_cursor_message) from None
