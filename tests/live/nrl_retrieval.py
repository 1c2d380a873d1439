#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The profiles of retrieval on servers written apart from the reference provider: a provider of records that follows the
GP Connect rules, one that looks at nothing but the certificate (which the specification allows), and a proxy."""

import base64
import http.server
import json
import pathlib
import re
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

PATH = "/MHT01/records/1"
FROM, TO = "200000000115", "200000000116"
INTERACTION = "urn:nhs:names:services:nrl:DocumentReference.content.read"
USER = "https://fhir.nhs.uk/Id/sds-role-profile-id|"
SYSTEM = "https://fhir.nhs.uk/Id/accredited-system|"
ORGANISATION = "https://fhir.nhs.uk/Id/ods-organization-code|"
CLAIMS = ("iss", "sub", "aud", "reason_for_request", "scope", "requesting_system", "requesting_organization", "requesting_user")


class Refused(Exception):
    pass


def need(condition, why):
    if not condition:
        raise Refused(why)


def part(text):
    need(re.fullmatch(r"[A-Za-z0-9_-]+", text) and len(text) % 4 != 1, "not base64url")
    try:
        value = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode(), object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise Refused("no JSON") from error
    need(isinstance(value, dict), "no object")
    return value


def once(pairs):
    need(len({name for name, _ in pairs}) == len(pairs), "a name twice")
    return dict(pairs)


def check_token(headers, known=False):
    values = headers.get_all("Authorization") or []
    need(len(values) == 1, "not one Authorization header")
    match = re.fullmatch(r"Bearer ([^ ,]+)", values[0])
    need(match, "no bearer token")
    parts = match[1].split(".")
    need(len(parts) == 3, "not three parts")
    part(parts[0])
    claims = part(parts[1])
    for name in CLAIMS:
        need(isinstance(claims.get(name), str) and claims[name].strip(), name)
    for name in ("iat", "exp"):
        need(type(claims.get(name)) is int, name)
    need(0 <= claims["exp"] - claims["iat"] <= 300 and claims["iat"] < time.time() + 30 and claims["exp"] > time.time(), "times")
    need("requesting_patient" not in claims and claims["requesting_user"] == claims["sub"], "sub")
    for name, prefix in (("requesting_user", USER), ("requesting_system", SYSTEM), ("requesting_organization", ORGANISATION)):
        need(claims[name].startswith(prefix) and len(claims[name]) > len(prefix), name)
    need(claims["reason_for_request"] == "directcare" and claims["scope"] == "patient/*.read", "a value")
    need(not known or (claims["requesting_system"] == SYSTEM + FROM and claims["requesting_organization"] == ORGANISATION + "Z90002"), "not registered")


def check_headers(headers, known=None):
    for name in ("Ssp-TraceID", "Ssp-From", "Ssp-To", "Ssp-InteractionID"):
        values = headers.get_all(name) or []
        need(len(values) == 1 and values[0].strip(), f"not one {name}")
    need(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", headers["Ssp-TraceID"]), "no UUID")
    need(re.fullmatch(r"[0-9]{12}", headers["Ssp-From"]) and (known is None or headers["Ssp-From"] in known), "no ASID")
    need(headers["Ssp-To"] == TO and headers["Ssp-InteractionID"] == INTERACTION, "not for this endpoint")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, kind, text):
        octets = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if self.server.kind != "careless":
            self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    def do_GET(self):
        kind = self.server.kind
        record = "/" + urllib.parse.quote("https://records.example.nhs.uk" + PATH, safe="") if kind == "ssp" else PATH
        try:
            if kind != "careless":
                check_token(self.headers, kind == "ssp")
                check_headers(self.headers, {FROM} if kind == "ssp" else None)
            if self.path != record:
                return self.answer(404, "text/plain", "no such record")
            self.answer(200, "application/pdf", "%PDF-1.4 a record of nobody")
        except Refused as refused:
            self.answer(400, "text/plain", str(refused))


class Quiet(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        """Refused handshakes are what is asked for."""


def start(folder, kind):
    server = Quiet(("127.0.0.1", 0), Handler)
    kit = json.loads((folder / "kit.json").read_text())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("DHE-RSA-AES256-SHA256")
    context.load_dh_params(folder / "dh.pem")
    context.load_cert_chain(folder / kit["server"]["cert"], folder / kit["server"]["key"])
    context.load_verify_locations(folder / kit["ca"])
    context.verify_mode = ssl.CERT_REQUIRED
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.kind = kind
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


# What serves, under which profile, its exit code, and the requirements not met.
CASES = [
    ("strict", "nrl-retrieval-provider-strict", 0, set()),
    ("strict", "nrl-retrieval-provider", 0, set()),
    ("careless", "nrl-retrieval-provider", 0, set()),
    ("careless", "nrl-retrieval-provider-strict", 1, {"GPC-CON-5", "GPC-CON-6", "GPC-CON-7", "GPC-CON-8", "GPC-RSP-1"}),
    ("ssp", "ssp", 0, set()),
    ("careless", "ssp", 2, set()),
]
SUITES = "transport,ciphers,headers,token,caching"


def run(probity, folder, kind, profile, server):
    root = f"https://127.0.0.1:{server.server_port}"
    target = {"schema": "probity.target/1", "url": root + PATH, "kit": str(folder / "kit"), "asid": {"from": FROM, "to": TO, "other": "123456789123"},
              "nrl": {"unknown_asid": "200000000999"}}
    if profile == "ssp":
        target |= {"url": "https://records.example.nhs.uk" + PATH, "via_ssp": root}
    (folder / "target.json").write_text(json.dumps(target))
    out = folder / f"{kind}-{profile}"
    done = subprocess.run([probity, "run", "-p", profile, "--target", folder / "target.json", "-o", out, "-q", "--suite", SUITES],
                          capture_output=True, text=True, timeout=120)
    return done, json.loads((out / "result.json").read_text())


def main() -> int:
    probity = pathlib.Path(sys.argv[1]).resolve()
    problems = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        subprocess.run([probity, "credentials", "mint", folder / "kit", "--fqdn", "ssp.example.nhs.uk"], check=True, capture_output=True)
        for kind, profile, code, not_met in CASES:
            server = start(folder / "kit", kind)
            done, result = run(probity, folder, kind, profile, server)
            server.shutdown()
            server.server_close()
            name = f"{kind} under {profile}"
            if done.returncode != code:
                problems.append(f"{name}: exit {done.returncode}, expected {code}: {done.stderr.strip()[-300:]}")
            rows = {row["id"] for row in result["requirements"] if row["verdict"] == "not-met"}
            if rows != not_met:
                problems.append(f"{name}: not met {sorted(rows)}, expected {sorted(not_met)}")
            if code == 0 and kind != "careless":
                wrong = [(c["id"], c["verdict"], c["observed"], c["because"]) for c in result["checks"] if c["verdict"] not in ("pass", "skipped")]
                problems += [f"{name}: {line}" for line in wrong[:8]]
            if kind == "careless" and profile == "nrl-retrieval-provider":
                warned = [c["id"] for c in result["checks"] if c["verdict"] == "warn" and c["cause"] == "assertion"]
                if len(warned) < 20:
                    problems.append(f"{name}: only {len(warned)} warnings")
    print("\n".join(problems) or f"{len(CASES)} cases of retrieval, each as it should be judged")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
