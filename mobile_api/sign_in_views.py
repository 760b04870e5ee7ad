"""Signing in on a phone, and the devices one is signed in on."""

from __future__ import annotations

from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.actions import end_own_sign_in
from backend.accounts.models import DeviceToken
from backend.accounts.rights import Right, may
from backend.matters.inbox import has_desk
from mobile_api.base_views import DeviceView, ShallowJSONParser, device_token, signed_in_user
from mobile_api.inspection_bodies import load_body_document
from mobile_api.serializers import DeviceShape, SignedInShape, SignInShape
from mobile_api.sign_in import sign_in


@method_decorator(sensitive_post_parameters(), name="dispatch")
class SignInView(APIView):
    """``POST sign-in``."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (ShallowJSONParser,)

    @extend_schema(operation_id="mobile_sign_in", request=SignInShape, responses=SignedInShape)
    def post(self, request: Request) -> Response:
        """A token for this device; an earlier one of the same device ends."""
        shape = SignInShape(data=request.data)
        shape.is_valid(raise_exception=True)
        user, token = sign_in(request=request._request, **shape.validated_data)
        told = {"id": user.pk, "username": user.username, "name": str(user)}
        told |= {"role": user.role, "region": user.region_id, "body": load_body_document(user)}
        told |= {"may_file": may(user, Right.FILE_REPORT), "has_desk": has_desk(user)}
        return Response({"token": token, "user": told}, headers={"Cache-Control": "no-store"})


class SignOutView(DeviceView):
    """``POST sign-out``."""

    @extend_schema(operation_id="mobile_sign_out", request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """End this device's token."""
        end_own_sign_in(actor=signed_in_user(request), device_id=device_token(request).device_id)
        return Response(status=204)


class DevicesView(DeviceView):
    """``GET devices``."""

    @extend_schema(operation_id="mobile_devices", responses=DeviceShape(many=True))
    def get(self, request: Request) -> Response:
        """The devices on which the user is signed in, newest first."""
        rows = list(DeviceToken.objects.filter(user=signed_in_user(request)).order_by("-created"))
        for row in rows:
            row.this_one = row.pk == device_token(request).pk
        return Response(DeviceShape(rows, many=True).data)


class OneDeviceView(DeviceView):
    """``DELETE devices/<device_id>``."""

    @extend_schema(operation_id="mobile_device_revoke", responses={204: None})
    def delete(self, request: Request, device_id: str) -> Response:
        """End the user's own sign-in on a device, such as a lost one."""
        end_own_sign_in(actor=signed_in_user(request), device_id=device_id.replace("\0", ""))
        return Response(status=204)
