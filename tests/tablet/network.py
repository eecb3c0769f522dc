"""The network between a tablet and its server, with everything that goes wrong on it."""

import http.client
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "accept-encoding"}


class Server(ThreadingHTTPServer):
    """A browser asks for thirty files at once; the usual five may not wait."""

    request_queue_size = 128
    daemon_threads = True


class Network:
    """A proxy whose ``mode`` is up, down (nothing answers), broken (500), lossy (the request arrives,
    the reply does not), torn (the reply stops half-way) or cut (the request stops half-way); ``only``
    limits it to some requests."""

    def __init__(self, target: str) -> None:
        self.target = urlsplit(target)
        self.mode = "up"
        self.only: Callable[[str, str], bool] = lambda method, path: True
        self.lanes = threading.Semaphore(6)  # the test server has a short queue
        self.seen: list[tuple[str, str]] = []
        network = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args: Any) -> None:
                pass

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except OSError:
                    self.close_connection = True

            def relay(self) -> None:
                network.relay(self)

            do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = relay

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def relay(self, handler: BaseHTTPRequestHandler) -> None:
        mode = self.mode if self.only(handler.command, handler.path) else "up"
        if mode == "down":
            return
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        if mode == "broken":
            handler.send_error(500)
            return
        self.seen.append((handler.command, handler.path))
        if mode == "cut":
            self._half(handler, body)
            return
        with self.lanes:
            status, headers, content = self._forward(handler, body)
        if mode == "lossy":
            return
        handler.send_response(status)
        for name, value in headers:
            if name.lower() not in HOP:
                handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[: len(content) // 2] if mode == "torn" else content)

    def _half(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        """The server waits for bytes that never come."""
        assert self.target.hostname
        upstream = http.client.HTTPConnection(self.target.hostname, self.target.port, timeout=60)
        upstream.putrequest(handler.command, handler.path, skip_accept_encoding=True)
        for name, value in handler.headers.items():
            if name.lower() not in HOP | {"host"}:
                upstream.putheader(name, value)
        upstream.putheader("Content-Length", str(len(body)))
        upstream.endheaders(body[: len(body) // 2])
        upstream.close()

    def _forward(self, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, Any, bytes]:
        assert self.target.hostname
        upstream = http.client.HTTPConnection(self.target.hostname, self.target.port, timeout=60)
        try:
            headers = {n: v for n, v in handler.headers.items() if n.lower() not in HOP}
            upstream.request(handler.command, handler.path, body or None, headers)
            response = upstream.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            upstream.close()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
