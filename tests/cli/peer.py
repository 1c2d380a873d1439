#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A server that misbehaves in one way: peer.py MODE KIT. Prints its port and stays."""

import os
import socket
import ssl
import struct
import sys
import threading


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


MODES = {
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
    if mode in ("refusing", "smtp", "silent-tls"):
        import pathlib
        import subprocess
        if not pathlib.Path(kit, "dh.pem").exists():
            subprocess.run(["openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048", "-out", f"{kit}/dh.pem"],
                           check=True, capture_output=True)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(512)
    print(listener.getsockname()[1], flush=True)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(mode, connection, kit), daemon=True).start()


if __name__ == "__main__":
    main()
