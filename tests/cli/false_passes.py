#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""No pass may come of a target that dies, of a proxy, or of an overload; each of these once did. A
sound provider stands behind a front or a proxy that fails in one way."""

import http.server
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "live"))
from lab import Server, free_ports  # noqa: E402

PROBITY = None


def relay(one, other):
    """Both ways, until both ends are done."""
    def copy(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass
    back = threading.Thread(target=copy, args=(other, one), daemon=True)
    back.start()
    copy(one, other)
    back.join()


class Listener:
    """Serves each connection in a thread of its own; `handle` is given the socket and its number."""

    def __init__(self, handle):
        self.handle = handle
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(256)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        number = 0
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            number += 1
            threading.Thread(target=self.serve, args=(connection, number), daemon=True).start()

    def serve(self, connection, number):
        with connection:
            try:
                self.handle(connection, number)
            except OSError:
                pass

    def close(self):
        # shutdown wakes accept(): from here on connections are refused
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.scratch.name)
        cls.provider = Server([PROBITY, "provider", "--dir", str(cls.folder / "provider")], cls.folder, "provider", ready_line=True)
        cls.url = cls.provider.line.split()[1]
        cls.port = int(cls.url.split(":")[2].split("/")[0])
        cls.facts = json.loads((cls.folder / "provider/target.json").read_text())

    @classmethod
    def tearDownClass(cls):
        cls.provider.stop()
        cls.scratch.cleanup()

    def front(self, handle):
        front = Listener(handle)
        self.addCleanup(front.close)
        return front

    def to_provider(self, connection):
        with socket.create_connection(("127.0.0.1", self.port)) as behind:
            relay(connection, behind)

    def run_against(self, port, *more, plain_url=None, environment=None):
        """(exit code, result.json, output)"""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        moved = json.loads(json.dumps(self.facts).replace(f"127.0.0.1:{self.port}", f"127.0.0.1:{port}"))
        if plain_url:
            moved["plain_url"] = plain_url
        moved["kit"] = str(self.folder / "provider")
        moved["server_ca"] = str(self.folder / "provider/ca.pem")
        (folder / "target.json").write_text(json.dumps(moved))
        done = subprocess.run(
            [PROBITY, "run", "-p", "gp-connect-provider", "--target", str(folder / "target.json"), "-o", str(folder / "out"),
             "--timeout", "2s", *more], capture_output=True, text=True, timeout=120, env={**os.environ, **(environment or {})})
        return done.returncode, json.loads((folder / "out/result.json").read_text()), done.stdout + done.stderr

    def verdict(self, result, check):
        found = next(c for c in result["checks"] if c["id"] == check)
        return found["verdict"], found["cause"]


class DyingTargets(Case):
    def dying_after(self, count):
        def handle(connection, number):
            if number >= count:
                front.close()
            self.to_provider(connection)
        front = self.front(handle)
        return front

    def test_plain_http_on_a_dead_tls_port(self):
        code, result, text = self.run_against(self.dying_after(3).port, "--only", "transport.rejects-plain-http-on-tls-port")
        self.assertEqual(code, 2, text)
        self.assertEqual(self.verdict(result, "transport.rejects-plain-http-on-tls-port")[0], "inconclusive", text)

    def test_caching(self):
        for count in (2, 3, 4, 5, 6):
            with self.subTest(count):
                code, result, text = self.run_against(self.dying_after(count).port, "--suite", "caching", "--jobs", "1")
                for check in result["checks"]:
                    if check["verdict"] == "pass":
                        self.assertTrue(check["control"]["after"], check["id"])
                if code == 0:   # so late that it was all over
                    self.assertEqual({c["verdict"] for c in result["checks"] if c["suite"] == "caching"} - {"skipped"}, {"pass"}, text)
                else:
                    self.assertEqual(code, 2, text)

    def test_at_every_point(self):
        for count in (1, 2, 5, 9, 14, 20, 33, 50):
            with self.subTest(count):
                code, result, text = self.run_against(self.dying_after(count).port, "--suite", "headers,token,caching,transport")
                self.assertIn(code, (0, 2, 69), text)
                for check in result["checks"]:
                    if check["verdict"] == "pass" and check.get("control", {}).get("id"):
                        self.assertTrue(check["control"]["after"], f"{check['id']} after {count} connections")


class Flickering(Case):
    def test_a_group_refused_once_only(self):
        group = {0x009E, 0x009F, 0x00A2, 0x00A3}
        seen = {}

        def handle(connection, number):
            first = connection.recv(5, socket.MSG_PEEK | socket.MSG_WAITALL)
            if first[:1] == b"\x16":
                size = 5 + int.from_bytes(first[3:5], "big")
                hello = connection.recv(size, socket.MSG_PEEK | socket.MSG_WAITALL)
                at = 44 + hello[43]
                suites = [int.from_bytes(hello[i:i + 2], "big") for i in range(at + 2, at + 2 + int.from_bytes(hello[at:at + 2], "big"), 2)]
                if hello[9:11] == b"\x03\x03" and set(suites) <= group:
                    seen[suites[0]] = seen.get(suites[0], 0) + 1
                    if seen[suites[0]] == 1:
                        connection.recv(size, socket.MSG_WAITALL)
                        connection.sendall(bytes([21, 3, 3, 0, 2, 2, 40]))
                        return
            self.to_provider(connection)

        code, result, text = self.run_against(self.front(handle).port, "--only", "ciphers.supports-aesgcm-edh")
        self.assertEqual(self.verdict(result, "ciphers.supports-aesgcm-edh"), ("inconclusive", "ambiguous"), text)
        self.assertEqual(code, 2)


class PlainPort(Case):
    CHECK = "transport.rejects-plain-http-on-plain-port"

    def answering(self, status, headers=(), body=""):
        def handle(connection, number):
            connection.recv(65536)
            lines = [f"HTTP/1.1 {status} x", f"Content-Length: {len(body)}", "Connection: close", "Cache-Control: no-store", *headers]
            connection.sendall(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
        return f"http://127.0.0.1:{self.front(handle).port}/root"

    def test_what_is_no_refusal_is_no_pass(self):
        for status, expected in ((400, "pass"), (403, "pass"), (404, "pass"), (426, "pass"), (497, "pass"), (407, "inconclusive"),
                                 (408, "inconclusive"), (418, "inconclusive"), (429, "inconclusive"), (503, "inconclusive"), (200, "fail")):
            with self.subTest(status):
                _, result, text = self.run_against(self.port, "--only", self.CHECK, plain_url=self.answering(status, ("Retry-After: 0",)))
                self.assertEqual(self.verdict(result, self.CHECK)[0], expected, text)

    def test_a_closed_plain_port_passes(self):
        _, result, text = self.run_against(self.port, "--only", self.CHECK, plain_url=f"http://127.0.0.1:{free_ports(1)[0]}/root")
        self.assertEqual(self.verdict(result, self.CHECK)[0], "pass", text)


class Proxies(Case):
    def proxy(self, refuse):
        """A CONNECT proxy; refuse(port) gives None, or the octets to answer with instead."""
        def handle(connection, number):
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(4096)
            port = int(head.split()[1].rsplit(b":", 1)[1])
            answer = refuse(port)
            if answer is not None:
                connection.sendall(answer)
                return
            with socket.create_connection(("127.0.0.1", port)) as behind:
                connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                relay(connection, behind)
        return f"http://127.0.0.1:{self.front(handle).port}"

    def test_a_proxy_that_will_not_go_to_the_plain_port(self):
        check = PlainPort.CHECK
        for answer in (b"HTTP/1.1 403 no\r\n\r\n", b"HTTP/1.1 502 no\r\n\r\n", b""):
            with self.subTest(answer):
                proxy = self.proxy(lambda port: None if port == self.port else answer)
                code, result, text = self.run_against(self.port, "--only", check, "--proxy", proxy)
                self.assertEqual(self.verdict(result, check)[0], "inconclusive", text)
                self.assertEqual(code, 2, text)

    def test_a_proxy_that_works(self):
        code, result, text = self.run_against(self.port, "--proxy", self.proxy(lambda port: None), "--suite", "transport,ciphers,headers")
        self.assertEqual(code, 0, text)

    def test_a_proxy_that_fails_is_69(self):
        dead = f"http://127.0.0.1:{free_ports(1)[0]}"
        for proxy in (dead, self.proxy(lambda port: b"HTTP/1.1 403 no\r\n\r\n"), self.proxy(lambda port: b"HTTP/1.1 502 no\r\n\r\n"),
                      self.proxy(lambda port: b"")):
            with self.subTest(proxy):
                code, result, text = self.run_against(self.port, "--proxy", proxy)
                self.assertEqual(code, 69, text)
                self.assertEqual(result["verdict"], "nothing-run")
                self.assertIn("through the proxy", text)

    def test_loopback_needs_no_proxy_of_the_environment(self):
        environment = {"https_proxy": "http://127.0.0.1:1", "no_proxy": ""}
        done = subprocess.run([PROBITY, "demo", "-o", str(self.folder / "demo")], capture_output=True, text=True, timeout=120,
                              env={**os.environ, **environment})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class Echo(Case):
    def test_a_token_that_is_echoed_cannot_be_used(self):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                said = self.headers.get("Authorization", "")
                body = json.dumps({"resourceType": "CapabilityStatement", "echo": said}).encode()
                self.send_response(200)
                for name, value in (("Content-Type", "application/fhir+json"), ("X-Echo", said), ("Content-Length", str(len(body)))):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        import ssl
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "provider/server.pem", self.folder / "provider/server-key.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.shutdown)
        _, result, _ = self.run_against(server.server_address[1], "--suite", "headers", "--evidence", "full")
        text = json.dumps(result)
        self.assertIn("[token: ", text)
        self.assertNotRegex(text, r"eyJ[A-Za-z0-9_-]{13}")


if __name__ == "__main__":
    PROBITY = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=2)
