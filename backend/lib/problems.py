"""What the domain says when it refuses, and how a door answers it (RFC 9457).

The domain raises ``Refused``; it never knows HTTP. Doors turn it, and every other error,
into ``application/problem+json`` through ``exception_handler``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.utils.encoding import force_str
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

CONTENT_TYPE = "application/problem+json"


class Refused(Exception):
    """A rule of the domain refuses.

    ``code`` is stable and in kebab-case, ``detail`` says what to do, ``field`` names the
    offending member of the body, ``status`` is the kind of refusal in HTTP's vocabulary:
    403 not allowed, 404 not yours, 409 the state forbids it, 413 too large, 422 wrong value, 429
    too many for now; ``retry_after`` says in how many seconds it may be otherwise.
    """

    def __init__(
        self, code: str, detail: Any, *, field: str | None = None, status: int = 422, **extra: Any
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.field = field
        self.status = status
        self.extra = extra


def not_allowed(detail: Any) -> Refused:
    """The refusal (403) for an actor who may see the thing but lacks the right to do this."""
    return Refused("not-allowed", detail, status=403)


def not_found(detail: Any) -> Refused:
    """The refusal (404) for a thing that does not exist, or not for this actor."""
    return Refused("not-found", detail, status=404)


def problem_document(
    *,
    code: str,
    title: str,
    status: int,
    detail: str = "",
    errors: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """The members of one problem document."""
    problem: dict[str, Any] = {"type": f"/problems/{code}", "title": title, "status": status}
    if detail:
        problem["detail"] = detail
    if errors:
        problem["errors"] = list(errors)
    return problem


def refusal_document(refused: Refused) -> dict[str, Any]:
    """The problem document of a domain refusal."""
    detail = force_str(refused.detail)
    errors = [{"pointer": f"/{refused.field}", "detail": detail}] if refused.field else []
    document = problem_document(
        code=refused.code,
        title=refused.code.replace("-", " ").capitalize(),
        status=refused.status,
        detail=detail,
        errors=errors,
    )
    return document | refused.extra


def exception_handler(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER: every error as problem+json; None lets a 500 through."""
    if isinstance(exc, Refused):
        set_rollback()
        wait = exc.extra.get("retry_after")
        return Response(
            refusal_document(exc),
            status=exc.status,
            headers=None if wait is None else {"Retry-After": str(wait)},
            content_type=CONTENT_TYPE,
        )
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    if not isinstance(exc, exceptions.APIException):
        return None
    set_rollback()
    headers = {}
    if (challenge := getattr(exc, "auth_header", None)) is not None:
        headers["WWW-Authenticate"] = challenge
    if (wait := getattr(exc, "wait", None)) is not None:
        headers["Retry-After"] = str(int(wait) + 1)
    return Response(
        _api_exception_document(exc),
        status=exc.status_code,
        headers=headers,
        content_type=CONTENT_TYPE,
    )


def _api_exception_document(exc: exceptions.APIException) -> dict[str, Any]:
    if isinstance(exc, exceptions.ValidationError):
        errors = list(error_pointers(exc.detail, ""))
        first = errors[0]["detail"] if errors else ""
        return problem_document(
            code="invalid", title="Invalid input", status=400, detail=first, errors=errors
        )
    code = str(exc.default_code).replace("_", "-")
    return problem_document(
        code=code,
        title=code.replace("-", " ").capitalize(),
        status=exc.status_code,
        detail=force_str(exc.detail),
    )


def error_pointers(detail: Any, path: str) -> Iterator[dict[str, str]]:
    """Each message of a DRF error tree with the JSON pointer of its field."""
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            yield from error_pointers(value, path if key == "non_field_errors" else f"{path}/{key}")
    elif isinstance(detail, list):
        for index, value in enumerate(detail):
            nested = isinstance(value, (Mapping, list))
            yield from error_pointers(value, f"{path}/{index}" if nested else path)
    else:
        # What was sent is quoted, and half a character cannot be answered.
        yield {
            "pointer": _replace_lone_surrogates(path),
            "detail": _replace_lone_surrogates(force_str(detail)),
        }


def _replace_lone_surrogates(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def page_not_found(request: Any, exception: Exception | None = None) -> JsonResponse:
    """Django's handler404 for paths below a JSON door."""
    return JsonResponse(
        problem_document(code="not-found", title="Not found", status=status.HTTP_404_NOT_FOUND),
        status=404,
        content_type=CONTENT_TYPE,
    )
