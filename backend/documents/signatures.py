"""Signs a PDF with the certificate of the office (PAdES), by pyHanko."""

from __future__ import annotations

import io
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter

from backend.lib import clock
from backend.lib.problems import Refused

_FIELD = "OfficeSeal"


def sign_pdf(pdf: bytes, *, reason: str) -> bytes:
    """``pdf`` with a signature of the office over all of it; ``reason`` is told within.

    Raises Refused (409): ``signing-key-missing`` where none is set or it cannot be read,
    ``signing-certificate-expired``.
    """
    signer = _load_signer()
    metadata = signers.PdfSignatureMetadata(
        field_name=_FIELD, reason=reason, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    out = signers.PdfSigner(metadata, signer=signer).sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf))
    )
    return bytes(out.getvalue())


def _load_signer() -> signers.SimpleSigner:
    key, certificate = Path(settings.SIGNING_KEY), Path(settings.SIGNING_CERTIFICATE)
    told = _("No key to sign with can be read. Tell the operator; the document waits unchanged.")
    if not (settings.SIGNING_KEY and key.is_file() and certificate.is_file()):
        raise Refused("signing-key-missing", told, status=409)
    signer: signers.SimpleSigner | None = signers.SimpleSigner.load(  # type: ignore[no-untyped-call]
        str(key), str(certificate)
    )
    if signer is None or signer.signing_cert is None:
        raise Refused("signing-key-missing", told, status=409)
    days = signer.signing_cert["tbs_certificate"]["validity"]
    if not days["not_before"].native <= clock.now() <= days["not_after"].native:
        told = _("The certificate to sign with is not valid today. Tell the operator.")
        raise Refused("signing-certificate-expired", told, status=409)
    return signer
