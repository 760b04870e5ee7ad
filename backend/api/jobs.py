"""Jobs in the background; everybody sees those that he ordered."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as django_filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import status
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.serializers import SerializerMethodField

from backend.accounts.models import User
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.jobs.models import Job
from backend.jobs.results import result_url
from backend.lib.serializers import ModelSerializer


class JobSerializer(ModelSerializer[Job]):
    """A job with its progress and, once done, what it made."""

    progress: Any = SerializerMethodField()

    class Meta:
        model = Job
        fields: Any = (
            "id", "kind", "state", "total", "done", "progress", "result", "error", "created_at",
            "started_at", "finished_at",
        )  # fmt: skip
        read_only_fields: Any = fields

    def get_progress(self, job: Job) -> float | None:
        """From 0 to 1; null while the number of steps is unknown."""
        return min(job.done / job.total, 1.0) if job.total else None


class JobWithResultSerializer(JobSerializer):
    """A job with a link to its result that works for two minutes."""

    result_url: Any = SerializerMethodField()

    class Meta(JobSerializer.Meta):
        fields = (*JobSerializer.Meta.fields, "result_url")
        read_only_fields = fields

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_result_url(self, job: Job) -> str | None:
        """The address of the file that the job made; null when there is none."""
        return result_url(job)


class JobFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which jobs are filtered."""

    class Meta:
        model = Job
        fields: Any = ("kind", "state")


class JobResource(ListMixin, DetailMixin, Resource[Job]):
    """Background work that the signed-in user ordered."""

    queryset = Job.objects.all()
    serializer_class = JobSerializer
    filterset_class = JobFilter
    lookup_value_converter = "uuid"

    def get_serializer_class(self) -> type[JobSerializer]:
        """The serializer: a link costs a signature each, so only a single job shows it."""
        return JobWithResultSerializer if self.action == "retrieve" else JobSerializer

    def visible_rows(self, user: User) -> QuerySet[Job]:
        """The jobs that the signed-in user ordered."""
        return Job.objects.visible_to(user)


LOCATION_HEADER = OpenApiParameter(
    "Location",
    OpenApiTypes.URI,
    OpenApiParameter.HEADER,
    required=True,
    response=[202, 302],
    description="Where the job is watched, or its result lies",
)


def accepted_response(request: Any, job: Job) -> Response:
    """The response 202 with the address at which the job is watched."""
    place = reverse("jobs-detail", args=[job.pk], request=request)
    data = JobSerializer(job).data
    return Response(data, status=status.HTTP_202_ACCEPTED, headers={"Location": place})
