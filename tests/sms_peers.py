"""Gateways on the loopback that speak the wire formats: an SMSC by SMPP 3.4, and Netgsm over HTTPS."""

import ipaddress
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from smpplib import consts, smpp
from smpplib.client import SimpleSequenceGenerator
from smpplib.gsm import GSM_CHARACTER_TABLE

USER, PASSWORD = "belediye", "gizli"


class Smsc:
    """Keeps the parts it is given, and answers the next ones with `statuses` while there are any."""

    def __init__(self, secure: ssl.SSLContext | None = None) -> None:
        self.parts: list[Any] = []  # taken submit_sm
        self.refused: list[Any] = []
        self.said: list[str] = []  # every command that came
        self.statuses: list[int] = []
        self.bad_numbers: set[bytes] = set()
        self.receipts: list[tuple[str, str]] = []  # told before the next answer
        self.mute = False  # takes a text and hangs up without an answer
        self.meanwhile: Callable[[], None] = lambda: None  # before each answer to a text
        self.goodbye = False  # ends the session after each answer
        self._secure = secure
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"smpp{'s' if self._secure else ''}://{USER}:{PASSWORD}@127.0.0.1:{self.port}"

    @property
    def texts(self) -> list[tuple[str, str]]:
        """Number and text as the telephones show them, in the order of their last parts."""
        shown: list[tuple[str, str]] = []
        kept: dict[tuple[bytes, int], dict[int, bytes]] = {}
        for pdu in self.parts:
            number, octets = pdu.destination_addr.decode(), pdu.short_message
            if pdu.esm_class & consts.SMPP_GSMFEAT_UDHI:
                header, body = octets[:6], octets[6:]
                assert header[:3] == b"\x05\x00\x03" and len(octets) <= 159
                those = kept.setdefault((pdu.destination_addr, header[3]), {})
                those[header[5]] = body
                if len(those) < header[4]:
                    continue
                octets = b"".join(those[n] for n in sorted(those))
                those.clear()
            shown.append((number, decoded(octets, pdu.data_coding)))
        return shown

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._session, args=[link], daemon=True).start()

    def _session(self, link: socket.socket) -> None:
        try:
            if self._secure:
                link = self._secure.wrap_socket(link, server_side=True)
            with link, link.makefile("rb") as stream:
                while head := stream.read(4):
                    raw = head + stream.read(struct.unpack(">L", head)[0] - 4)
                    pdu = smpp.parse_pdu(raw, client=SimpleSequenceGenerator())
                    self.said.append(pdu.command)
                    if not self._reply(link, pdu):
                        return
        except OSError:
            return

    def _reply(self, link: socket.socket, pdu: Any) -> bool:
        """Whether the session goes on."""
        if pdu.command == "bind_transceiver":
            right = (pdu.system_id, pdu.password) == (USER.encode(), PASSWORD.encode())
            status = consts.SMPP_ESME_ROK if right else consts.SMPP_ESME_RINVPASWD
            _send(link, "bind_transceiver_resp", pdu.sequence, status, system_id="smsc")
            return right
        if pdu.command == "submit_sm":
            return self._submitted(link, pdu)
        if pdu.command == "unbind":
            _send(link, "unbind_resp", pdu.sequence)
            return False
        return True

    def _submitted(self, link: socket.socket, pdu: Any) -> bool:
        for n, (handle, state) in enumerate(self.receipts, 1):
            text = f"id:{handle} sub:001 dlvrd:000 stat:{state} err:001 text:".encode()
            _send(link, "deliver_sm", 1000 + n, esm_class=4, short_message=text,
                  source_addr="905321112233", destination_addr="BELEDIYE")  # fmt: skip
        self.receipts.clear()
        _send(link, "enquire_link", 2000)
        if self.mute:
            self.parts.append(pdu)
            return False
        self.meanwhile()
        status = self.statuses.pop(0) if self.statuses else consts.SMPP_ESME_ROK
        if pdu.destination_addr in self.bad_numbers:
            status = consts.SMPP_ESME_RINVDSTADR
        (self.refused if status else self.parts).append(pdu)
        answer = _pdu("submit_sm_resp", pdu.sequence, status, message_id=f"m{len(self.parts)}")
        # In one piece: the goodbye is there when the answer is read.
        link.sendall(answer + (_pdu("unbind", 3000) if self.goodbye else b""))
        return True


def decoded(octets: bytes, coding: int) -> str:
    if coding == consts.SMPP_ENCODING_ISO10646:
        return octets.decode("utf-16-be")
    assert coding == consts.SMPP_ENCODING_DEFAULT
    text, shift = "", 0
    for octet in octets:
        if octet == 0x1B:
            shift = 0x80
            continue
        text += GSM_CHARACTER_TABLE[octet + shift]
        shift = 0
    assert not shift, "a letter was cut in two"
    return text


def _send(link: socket.socket, command: str, sequence: int, status: int = 0, **fields: Any) -> None:
    link.sendall(_pdu(command, sequence, status, **fields))


def _pdu(command: str, sequence: int, status: int = 0, **fields: Any) -> bytes:
    pdu = smpp.make_pdu(command, client=SimpleSequenceGenerator(), **fields)
    pdu.sequence, pdu.status = sequence, status
    return bytes(pdu.generate())


class NetgsmPeer(ThreadingHTTPServer):
    """Keeps what it is sent; answers with `status` and `body`."""

    def __init__(self, secure: ssl.SSLContext) -> None:
        self.seen: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.status = 200
        self.body = json.dumps({"code": "00", "jobid": "17377215342605", "description": "queued"})
        super().__init__(("127.0.0.1", 0), _Netgsm)
        self.socket = secure.wrap_socket(self.socket, server_side=True)

    @property
    def url(self) -> str:
        return f"netgsm://{USER}:{PASSWORD}@127.0.0.1:{self.server_port}"

    def code(self, code: str, status: int = 406) -> None:
        self.status, self.body = status, json.dumps({"code": code, "description": "x"})

    def handle_error(self, *_args: Any) -> None:
        pass


class _Netgsm(BaseHTTPRequestHandler):
    server: NetgsmPeer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.seen.append((self.path, headers, body))
        if not self.server.status:
            return  # hangs up without an answer
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.body.encode())

    def log_message(self, *_args: Any) -> None:
        pass


@contextmanager
def smsc(secure: ssl.SSLContext | None = None) -> Iterator[Smsc]:
    peer = Smsc(secure)
    yield peer
    peer.close()


@contextmanager
def netgsm(secure: ssl.SSLContext) -> Iterator[NetgsmPeer]:
    peer = NetgsmPeer(secure)
    threading.Thread(target=peer.serve_forever, daemon=True).start()
    yield peer
    peer.shutdown()
    peer.server_close()


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for the loopback that signs itself, and a server's context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now()
    signed = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2)).not_valid_after(now + timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path, private = folder / "peer.pem", folder / "peer.key"
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, private)
    return path, context
