"""A key and a certificate made for a test."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID


def make_key(folder: Path, *, days: int = 3650, begun_days_ago: int = 3650) -> dict[str, str]:
    """The settings that name a fresh key and its certificate in ``folder``."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "历下区市场监督管理局（测试）")])
    begin = dt.datetime.now(dt.UTC) - dt.timedelta(days=begun_days_ago)
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + dt.timedelta(days=begun_days_ago + days))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    places = {"SIGNING_KEY": folder / "signing.key", "SIGNING_CERTIFICATE": folder / "signing.crt"}
    places["SIGNING_KEY"].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    places["SIGNING_CERTIFICATE"].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return {name: str(place) for name, place in places.items()}
