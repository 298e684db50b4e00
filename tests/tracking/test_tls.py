"""TLS between here and a server that does speak it: what is wrong is said in one line, with what to do."""

import datetime
import ipaddress
import re
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from stance.errors import InputError
from stance.tracking._address import parse_address
from stance.tracking._store import _check_reachable

AUTHORITY = "MLFLOW_TRACKING_SERVER_CERT_PATH"
FIRST_OF_TLS = b"\x16"
REFUSAL = b"<html>\r\n<head><title>400 The plain HTTP request was sent to HTTPS port</title></head>\r\n"


class Answers(BaseHTTPRequestHandler):
    """Lets everybody in by TLS, and says that of nginx to whoever asks without."""

    def do_GET(self):
        by_tls = isinstance(self.connection, ssl.SSLSocket)
        self.send_response(200 if by_tls else 400)
        self.send_header("Content-Length", "0" if by_tls else str(len(REFUSAL)))
        self.end_headers()
        self.wfile.write(b"" if by_tls else REFUSAL)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    """Speaks TLS; whoever does not is answered in plain HTTP if `polite`, else cut off."""

    polite = False

    def get_request(self):
        connection, client = super().get_request()
        if self.polite and connection.recv(1, socket.MSG_PEEK) != FIRST_OF_TLS:
            return connection, client
        return self.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), client

    def handle_error(self, *_):
        pass


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """The file of a certificate that signs itself, for 127.0.0.1, with its key after it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "lab.example.org")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "lab.pem"
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(made.public_bytes(pem) + secret)
    return path


@pytest.fixture
def server(certificate, monkeypatch):
    for variable in (AUTHORITY, "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(variable, raising=False)
    with Server(("127.0.0.1", 0), Answers) as server:
        server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.tls.load_cert_chain(certificate)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def refusal_of(address):
    with pytest.raises(InputError) as refused:
        _check_reachable(parse_address(address), migrate=False)
    assert "\n" not in str(refused.value)
    assert "secret" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize("polite", [True, False])
def test_a_server_of_tls_that_is_asked_without_is_to_be_asked_by_https(server, certificate, monkeypatch, polite):
    server.polite = polite
    port = server.server_port
    assert refusal_of(f"http://me:secret@127.0.0.1:{port}/prefix") == (
        f"tracking.uri: the server at http://127.0.0.1:{port}/prefix takes https:// only, and was asked by http://; "
        f"ask for https://127.0.0.1:{port}/prefix"
    )
    monkeypatch.setenv(AUTHORITY, str(certificate))
    _check_reachable(parse_address(f"https://me:secret@127.0.0.1:{port}/prefix"), migrate=False)


def test_a_server_without_tls_is_to_be_asked_by_http(server, monkeypatch):
    monkeypatch.setattr(server, "polite", True)
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as plain:
        threading.Thread(target=plain.serve_forever, args=(0.01,), daemon=True).start()
        shown = f"127.0.0.1:{plain.server_port}"
        assert refusal_of(f"https://{shown}").endswith(f"https://{shown} speaks no TLS; ask for http://{shown}")
        # what says 400 for a reason of its own is not taken for a server of TLS
        _check_reachable(parse_address(f"http://{shown}"), migrate=False)
        plain.shutdown()


@pytest.fixture
def sending_on():
    """Return a function that starts a server without TLS, which sends on to elsewhere and lets all in at /there."""
    servers = []

    def start(status, elsewhere):
        class SendsOn(Answers):
            def do_GET(self):
                self.send_response(200 if self.path.startswith("/there") else status)
                self.send_header("Location", elsewhere(self.path))
                self.send_header("Content-Length", "0")
                self.end_headers()

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), SendsOn))
        threading.Thread(target=servers[-1].serve_forever, args=(0.01,), daemon=True).start()
        return f"127.0.0.1:{servers[-1].server_port}"

    yield start
    for one in servers:
        one.shutdown()
        one.server_close()


def test_a_server_that_sends_on_to_tls_is_to_be_asked_there(server, certificate, monkeypatch, sending_on):
    monkeypatch.setenv(AUTHORITY, str(certificate))
    there = f"https://127.0.0.1:{server.server_port}"
    shown = sending_on(301, lambda path: there + path)
    assert refusal_of(f"http://me:secret@{shown}/prefix") == (
        f"tracking.uri: the server at http://{shown}/prefix sends whoever asks it on to {there}/prefix, and what is "
        f"written is lost on the way; ask for {there}/prefix"
    )
    # what is sent on by 308 is written there
    _check_reachable(parse_address(f"http://{sending_on(308, lambda path: there + path)}"), migrate=False)


def test_a_server_that_sends_on_to_another_path_is_refused_without_a_password(sending_on):
    shown = sending_on(302, lambda path: f"/there{path}")
    assert refusal_of(f"http://me:secret@{shown}").endswith(f"; ask for http://{shown}/there")
    # a page to log in is no address of a server
    _check_reachable(parse_address(f"http://{sending_on(302, lambda _: '/there/login')}"), migrate=False)


def test_a_certificate_that_nobody_signed_is_not_trusted(server):
    said = refusal_of(f"https://127.0.0.1:{server.server_port}")
    assert re.search(
        r"the certificate of https://127\.0\.0\.1:\d+ is not trusted \(self-signed certificate\); set ", said
    )
    assert f"set {AUTHORITY} to the file of the authority that signed it" in said


@pytest.mark.parametrize("variable", [AUTHORITY, "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_file_of_authorities_that_is_none_is_named_with_its_variable(
    server, certificate, tmp_path, monkeypatch, variable
):
    path = tmp_path / "authority"
    monkeypatch.setenv(variable, str(path))
    address = f"https://127.0.0.1:{server.server_port}"
    assert refusal_of(address) == f"tracking.uri: {variable}: expected the file of an authority, found none at {path}"
    text = certificate.read_text()
    binary = ssl.PEM_cert_to_DER_cert(text.partition("-----BEGIN PRIVATE KEY")[0])
    for held in (binary, b"", b"lab.example.org\n", text[:200].encode(), text.encode("utf-16")):
        path.write_bytes(held)
        assert refusal_of(address) == (
            f"tracking.uri: {variable}: expected an authority's certificates in PEM, text with a line "
            f"-----BEGIN CERTIFICATE-----, found none that can be read in {path}; set it to such a file, or turn a "
            "binary one into it: openssl x509 -inform der -in FILE -out authority.pem"
        )
    path.write_text(text)
    _check_reachable(parse_address(address), migrate=False)
