"""Keyset paging: every page costs the same at any depth, and nothing is counted."""

from __future__ import annotations

from rest_framework.pagination import CursorPagination
from rest_framework.response import Response


class KeysetPagination(CursorPagination):
    """``?cursor=&limit=``; ordering must end in a unique column.

    The next page is given both in the body and as an RFC 8288 ``Link`` header.
    """

    ordering = "-id"
    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 500

    def get_paginated_response(self, data: object) -> Response:
        """The page with its links, in the body and in the header."""
        response = super().get_paginated_response(data)
        links = {"next": self.get_next_link(), "prev": self.get_previous_link()}
        header = ", ".join(f'<{url}>; rel="{rel}"' for rel, url in links.items() if url)
        if header:
            response["Link"] = header
        return response
