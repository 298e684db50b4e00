"""TLS between here and a server: what is wrong with the address, the certificate or the file of authorities."""

import os
import re
import socket
import ssl
from urllib.parse import urlsplit

from stance.tracking._address import Address

AUTHORITY = "MLFLOW_TRACKING_SERVER_CERT_PATH"
# in the order in which MLflow and requests look at them
AUTHORITIES = (AUTHORITY, "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
# how requests says that a certificate, a file of authorities, or TLS itself is not as it should be
NOT_TRUSTED = re.compile(r"certificate verify failed: (?P<why>.*?)(?: \(_ssl|['\"]\)|$)")
NO_AUTHORITY = re.compile(r"TLS CA certificate bundle, invalid path: (?P<path>.*)")
NO_PEM = re.compile(r"\[X509\b")
NO_TLS = re.compile(r"WRONG_VERSION_NUMBER|record layer failure")


def why_no_tls(address: Address, said: str) -> str | None:
    """Return what is wrong with TLS and what to do, None where what was said is not of TLS."""
    if found := NOT_TRUSTED.search(said):
        return (
            f"the certificate of {address.shown} is not trusted ({found['why']}); set {AUTHORITY} to the file of the "
            "authority that signed it, and ask for the server by the name that stands in it"
        )
    variable = next((name for name in AUTHORITIES if os.environ.get(name)), AUTHORITY)
    if found := NO_AUTHORITY.search(said):
        return f"{variable}: expected the file of an authority, found none at {found['path']}"
    if NO_PEM.search(said):
        return (
            f"{variable}: expected an authority's certificates in PEM, text with a line -----BEGIN CERTIFICATE-----, "
            f"found none that can be read in {os.environ.get(variable)}; set it to such a file, or turn a binary one "
            "into it: openssl x509 -inform der -in FILE -out authority.pem"
        )
    if NO_TLS.search(said):
        return f"the server at {address.shown} speaks no TLS; ask for {_with_scheme(address, 'http')}"
    return None


def why_only_tls(address: Address, seconds: float) -> str | None:
    """Return what to do about an http:// whose port takes TLS, None where it is none or does not.

    Each server says in its own way, or not at all, that it was asked without TLS: so it is asked with TLS.
    """
    parts = urlsplit(address.uri)
    if parts.scheme != "http":
        return None
    anybody = ssl.create_default_context()
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE  # nothing is sent
    try:
        with (
            socket.create_connection((parts.hostname, parts.port or 80), timeout=seconds) as plain,
            anybody.wrap_socket(plain, server_hostname=parts.hostname),
        ):
            pass
    except OSError:
        return None
    return (
        f"the server at {address.shown} takes https:// only, and was asked by http://; ask for "
        f"{_with_scheme(address, 'https')}"
    )


def _with_scheme(address: Address, scheme: str) -> str:
    return f"{scheme}://{address.shown.partition('://')[2]}"
