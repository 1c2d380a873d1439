#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A server that misbehaves in one way: peer.py MODE KIT. Prints its port and stays."""

import email.utils
import functools
import os
import socket
import ssl
import struct
import sys
import threading
import time
import zlib


def tls(connection, kit):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{kit}/server.pem", f"{kit}/server-key.pem")
    # Sound as far as TLS goes: only what speaks HTTP behind it is not.
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AESGCM+EECDH:AESGCM+EDH:AES256+EECDH:AES256+EDH:!aNULL")
    context.load_dh_params(f"{kit}/dh.pem")
    return context.wrap_socket(connection, server_side=True)


def read_all(connection):
    while connection.recv(65536):
        pass


def refusing(connection, kit):
    served = tls(connection, kit)
    while served.recv(65536):
        served.sendall(b"HTTP/1.1 400 Bad Request\r\nCache-Control: no-store\r\nContent-Length: 0\r\n\r\n")


def smtp(connection, kit):
    served = tls(connection, kit)
    served.sendall(b"220 mail.example ESMTP\r\n")
    read_all(served)


def plain(connection, kit):
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def reset(connection, kit):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


ANSWER = b'{"resourceType":"CapabilityStatement"}'


def strict(connection, kit, on_bad_certificate):
    """Serves good certificates; what becomes of bad ones is the mode's affair, and no alert leaves."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{kit}/server.pem", f"{kit}/server-key.pem")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(f"{kit}/ca.pem")
    context.load_verify_locations(f"{kit}/crl.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= ssl.VERIFY_CRL_CHECK_CHAIN
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = context.wrap_bio(incoming, outgoing, server_side=True)

    def step(action):
        while True:
            try:
                done = action()
                connection.sendall(outgoing.read())
                return done
            except ssl.SSLWantReadError:
                connection.sendall(outgoing.read())
                got = connection.recv(65536)
                if not got:
                    raise OSError("gone")
                incoming.write(got)

    try:
        step(session.do_handshake)
    except ssl.SSLError as error:
        if error.reason in ("CERTIFICATE_VERIFY_FAILED", "PEER_DID_NOT_RETURN_A_CERTIFICATE", "BAD_SIGNATURE"):
            on_bad_certificate(connection)
        return
    while step(lambda: session.read(65536)):
        step(lambda: session.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nCache-Control: no-store\r\n"
                                   b"Content-Length: %d\r\n\r\n" % len(ANSWER) + ANSWER))


def reply(status, kind, body, *headers):
    lines = [f"HTTP/1.1 {status} x", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Cache-Control: no-store", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def flood(piece):
    """One piece for ever, until the client has had enough."""
    def act(served):
        while True:
            served.sendall(piece)
    return act


def huge(served):
    served.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nContent-Length: 104857600\r\n\r\n")
    for _ in range(1600):
        served.sendall(b" " * 65536)


@functools.cache
def packed_gigabyte():
    """A gigabyte of blanks in a megabyte."""
    packer = zlib.compressobj(1, wbits=31)
    return b"".join(packer.compress(b" " * (1 << 20)) for _ in range(1024)) + packer.flush()


def bomb(served):
    served.sendall(reply(200, "application/fhir+json", packed_gigabyte(), "Content-Encoding: gzip"))


def endless_head(piece):
    def act(served):
        served.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nX-Endless: ")
        flood(piece)(served)
    return act


FHIR = "application/fhir+json"
GOOD = reply(200, FHIR, ANSWER, "Server: application/1.0")
HOSTILE = {
    "html": reply(200, "text/html", b"<html><h1>Welcome</h1></html>"),
    "empty": reply(200, FHIR, b""),
    "wrong-type": reply(200, "text/plain", ANSWER),
    "invalid-json": reply(200, FHIR, b'{"resourceType":"CapabilityStatement",'),
    "huge": huge,
    "bomb": bomb,
    "endless-header": endless_head(b"a" * 65536),
    "endless-headers": endless_head(b"a\r\nX-More: " * 4096),
    "endless-body": lambda served: (served.sendall(b"HTTP/1.1 200 OK\r\n\r\n"), flood(b" " * 65536)(served)),
    "redirect": reply(302, "text/html", b"", "Location: /root/metadata"),
    "firewall": reply(403, "text/html", b"<html><title>403</title><h1>Request blocked</h1></html>"),
    "other-product": reply(400, "text/html", b"<html><h1>Bad Request</h1></html>", "Server: other/2.0"),
    "own-html": reply(400, "text/html", b"<html><h1>Bad Request</h1></html>", "Server: application/1.0"),
    "clock": reply(200, FHIR, ANSWER, "Date: " + email.utils.formatdate(time.time() - 240, usegmt=True)),
}


def hostile(connection, kit, act, always):
    """Answers what has no token in a hostile way; always: everything."""
    served = tls(connection, kit)
    while True:
        head = b""
        while b"\r\n\r\n" not in head:
            got = served.recv(65536)
            if not got:
                return
            head += got
        if not always and b"\r\nauthorization:" in head.lower():
            served.sendall(GOOD)
        elif callable(act):
            return act(served)
        else:
            served.sendall(act)


def hostile_modes():
    for name, act in HOSTILE.items():
        for always in (True, False):
            yield (f"{name}-always" if always else name,
                   lambda connection, kit, act=act, always=always: hostile(connection, kit, act, always))


MODES = {
    **dict(hostile_modes()),
    "crashing": lambda connection, kit: strict(connection, kit, lambda _: os._exit(1)),
    "stalling": lambda connection, kit: strict(connection, kit, read_all),
    "silent": lambda connection, kit: read_all(connection),
    "refusing": refusing,
    "smtp": smtp,
    "plain": plain,
    "reset": reset,
    "silent-tls": lambda connection, kit: read_all(tls(connection, kit)),
}


def serve(mode, connection, kit):
    try:
        MODES[mode](connection, kit)
    except OSError:
        pass  # the client went away, or TLS failed: both are what probes do
    finally:
        connection.close()


def main():
    mode, kit = sys.argv[1:]
    if mode not in ("crashing", "stalling", "silent", "plain", "reset"):
        import pathlib
        import subprocess
        if not pathlib.Path(kit, "dh.pem").exists():
            subprocess.run(["openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048", "-out", f"{kit}/dh.pem"],
                           check=True, capture_output=True)
    if mode.startswith("bomb"):
        packed_gigabyte()   # before anybody waits for it
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(512)
    print(listener.getsockname()[1], flush=True)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(mode, connection, kit), daemon=True).start()


if __name__ == "__main__":
    main()
