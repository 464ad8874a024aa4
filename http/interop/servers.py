"""The servers of compare.py. They say what they are told, and write down what they are asked."""

import re
import socket
import ssl
import struct
import threading
import time


class Asked:
    """A request as it arrived."""

    def __init__(self, server, head, body):
        lines = head.decode("latin-1").split("\r\n")
        self.server, self.line, self.body = server, lines[0], body
        self.method, _, rest = lines[0].partition(" ")
        self.target = rest.rpartition(" ")[0]
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            self.headers[name.lower()] = value.strip()


def _bind(address):
    """A socket with a port that refuses connections at the other family's loopback address.

    A name below .localhost means both addresses: some other program's server must not be met.
    """
    family, other, other_address = ((socket.AF_INET6, socket.AF_INET, "127.0.0.1")
                                    if ":" in address else (socket.AF_INET, socket.AF_INET6, "::1"))
    while True:
        bound, reserved = socket.socket(family), socket.socket(other)
        bound.bind((address, 0))
        try:
            reserved.bind((other_address, bound.getsockname()[1]))
            return bound, reserved
        except OSError:
            bound.close()
            reserved.close()


class Server:
    """One listening socket; each connection has a thread.

    `answer(asked, number)` gives the answer to a request, the number-th on its connection, from 1:
    bytes, or a list of bytes and of the words below. The connection is kept afterwards unless the
    last of them is a word.
    """

    CLOSE = "close"          # in an orderly way, with close_notify
    CUT = "cut"              # the TCP connection alone is closed: no close_notify
    RESET = "reset"
    HOLD = "hold"            # nothing more is said; until the client closes
    TUNNEL = "tunnel"        # to where the request line says

    def __init__(self, name, answer, log, tls=None, address="127.0.0.1"):
        self.name, self.answer, self.log, self.tls, self.address = name, answer, log, tls, address
        self.socket, self.reserved = _bind(address)
        self.socket.listen(50)
        self.port = self.socket.getsockname()[1]
        self.early = False  # answers before it has read the body
        threading.Thread(target=self._accept, daemon=True).start()

    def end(self):
        # close() alone leaves a thread in accept().
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.reserved.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        connection.settimeout(8)
        try:
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True,
                                                  suppress_ragged_eofs=True)
            self._talk(connection)
        except (OSError, ValueError):
            pass
        finally:
            connection.close()

    def _talk(self, connection):
        number = 0
        while True:
            asked = self._read(connection)
            if asked is None:
                return
            number += 1
            self.log.append(asked)
            answer = self.answer(asked, number)
            for part in answer if isinstance(answer, list) else [answer]:
                if isinstance(part, bytes):
                    connection.sendall(part)
                else:
                    self._end(connection, part, asked)
                    return

    def _end(self, connection, how, asked):
        if how == self.CLOSE:
            if self.tls is not None:
                connection = connection.unwrap()
            connection.shutdown(socket.SHUT_WR)
            self._drain(connection)
        elif how == self.CUT:
            # Below TLS: a duplicate knows nothing of it.
            raw = socket.socket(fileno=socket.dup(connection.fileno()))
            raw.shutdown(socket.SHUT_WR)
            raw.settimeout(5)
            self._drain(raw)
            raw.close()
        elif how == self.RESET:
            time.sleep(0.05)  # so that what was sent is read first
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif how == self.HOLD:
            self._drain(connection)
        elif how == self.TUNNEL:
            self._tunnel(connection, asked)

    @staticmethod
    def _drain(connection):
        while connection.recv(65536):
            pass

    @staticmethod
    def _tunnel(connection, asked):
        host, _, port = asked.target.rpartition(":")
        with socket.create_connection((host.strip("[]"), int(port)), 5) as onward:
            connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")

            def copy(source, sink):
                try:
                    while data := source.recv(65536):
                        sink.sendall(data)
                    sink.shutdown(socket.SHUT_WR)
                except OSError:
                    pass
            back = threading.Thread(target=copy, args=(onward, connection), daemon=True)
            back.start()
            copy(connection, onward)
            back.join()

    def _read(self, connection):
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                return None
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        length = re.search(rb"(?im)^content-length: *(\d+)", head)
        while not self.early and length and len(body) < int(length[1]):
            more = connection.recv(65536)
            if not more:
                return None
            body += more
        # What has come of the body by an early answer is a matter of time.
        return Asked(self.name, head, b"" if self.early else body)


def tls_server(certificates, key_path, chain_path, *, lowest=None, highest=None, ciphers=None,
               curve=None, client_authority=None, client_required=True, seen_names=None):
    """What a TLS server needs, of `certificates` and their first one's key."""
    with open(chain_path, "wb") as file:
        file.write(b"".join(certificate.pem() for certificate in certificates))
    with open(key_path, "wb") as file:
        file.write(certificates[0].key_pem())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(ciphers or "ALL:@SECLEVEL=0")  # the clients are to judge, not the server
    context.load_cert_chain(chain_path, key_path)
    context.minimum_version = lowest or ssl.TLSVersion.TLSv1
    if highest:
        context.maximum_version = highest
    if curve:
        context.set_ecdh_curve(curve)
    if client_authority:
        context.verify_mode = ssl.CERT_REQUIRED if client_required else ssl.CERT_OPTIONAL
        context.load_verify_locations(client_authority)
    if seen_names is not None:
        context.sni_callback = lambda _, name, __: seen_names.append(name)
    return context
