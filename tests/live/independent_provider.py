#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A provider written apart from the reference provider, in another language: it checks the token
before the headers, and can refuse with another status, code or display. None of that is a flaw, so
no check may fail. Serves metadata alone, as a target without fixtures does."""

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

ASID = "200000000116"
PATH = "/Z90001/STU3/1/gpconnect/fhir"
METADATA = "urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1"
SCOPES = {f"{who}/*.{verb}" for who in ("patient", "organization") for verb in ("read", "write")}
ID = re.compile(r"[A-Za-z0-9.-]{1,64}")


class Refused(Exception):
    def __init__(self, status, code, why):
        super().__init__(why)
        self.status, self.code = status, code


def bad(condition, why, status=400, code="BAD_REQUEST"):
    if condition:
        raise Refused(status, code, why)


def once(pairs):
    bad(len({name for name, _ in pairs}) != len(pairs), "a name twice")
    return dict(pairs)


def json_object(part):
    bad(not re.fullmatch(r"[A-Za-z0-9_-]+", part) or len(part) % 4 == 1, "not base64url")
    octets = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    bad(base64.urlsafe_b64encode(octets).decode().rstrip("=") != part, "spare bits")
    try:
        value = json.loads(octets.decode("utf-8"), object_pairs_hook=once)
    except ValueError as error:
        raise Refused(400, "BAD_REQUEST", f"no JSON: {error}") from error
    bad(not isinstance(value, dict), "no object")
    return value


def text(value, name, most=1000):
    bad(not isinstance(value, str) or not value.strip() or "\0" in value or len(value) > most, f"{name} is no text")
    return value


def resource(claims, name, kind, elements):
    value = claims.get(name)
    bad(not isinstance(value, dict) or not value, f"{name} is no resource")
    bad(value.get("resourceType") != kind, f"{name} is no {kind}", 422, "INVALID_RESOURCE")
    bad(set(value) - set(elements) - {"resourceType", "id"}, f"{name} has unknown elements", 422, "INVALID_RESOURCE")
    identifiers = value.get("identifier")
    bad(not isinstance(identifiers, list) or not identifiers, f"{name} has no identifier")
    for one in identifiers:
        text(one.get("system"), "system")
        text(one.get("value"), "value")
    return value, {one["system"] for one in identifiers}


def check_token(headers, root):
    values = headers.get_all("Authorization") or []
    bad(len(values) != 1, "not one Authorization header")
    match = re.fullmatch(r"[Bb][Ee][Aa][Rr][Ee][Rr] ([^ \t,]+)", values[0])
    bad(not match, "no bearer token")
    parts = match[1].split(".")
    bad(len(parts) != 3 or parts[2], "not two parts and an empty one")
    bad(json_object(parts[0]) != {"alg": "none", "typ": "JWT"}, "the JOSE header")
    claims = json_object(parts[1])
    for name in ("iat", "exp"):
        bad(type(claims.get(name)) is not int, f"{name} is no whole number")
    bad(claims["exp"] - claims["iat"] != 300 or time.time() >= claims["exp"] or claims["iat"] > time.time() + 3600, "the times")
    bad(type(claims.get("nbf", 0)) is not int or claims.get("nbf", 0) > time.time(), "nbf")
    for name in ("iss", "sub", "aud", "reason_for_request", "requested_scope"):
        text(claims.get(name), name)
    bad(claims["aud"] != root or claims["reason_for_request"] != "directcare" or claims["requested_scope"] not in SCOPES, "a value")
    device, _ = resource(claims, "requesting_device", "Device", ["identifier", "model", "version"])
    text(device.get("model"), "model")
    text(device.get("version"), "version")
    organization, systems = resource(claims, "requesting_organization", "Organization", ["identifier", "name"])
    text(organization.get("name"), "name")
    bad("https://fhir.nhs.uk/Id/ods-organization-code" not in systems, "no ODS code")
    practitioner, systems = resource(claims, "requesting_practitioner", "Practitioner", ["identifier", "name"])
    bad("https://fhir.nhs.uk/Id/sds-user-id" not in systems, "no SDS user id")
    bad(not ID.fullmatch(practitioner.get("id", "")) or practitioner["id"] != claims["sub"], "sub")
    names = practitioner.get("name")
    bad(not isinstance(names, list) or not names or not names[0].get("family") or not names[0].get("given"), "no name")
    bad(not isinstance(names[0]["family"], str), "a family name of another edition", 422, "INVALID_RESOURCE")


def check_headers(headers):
    for name in ("Ssp-TraceID", "Ssp-From", "Ssp-To", "Ssp-InteractionID"):
        values = headers.get_all(name) or []
        bad(len(values) != 1 or not values[0].strip(), f"not one {name}")
    bad(not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", headers["Ssp-TraceID"], re.I), "no UUID")
    bad(not re.fullmatch(r"[0-9]{12}", headers["Ssp-From"]), "no ASID")
    bad(headers["Ssp-To"] != ASID or headers["Ssp-InteractionID"] != METADATA, "not for this endpoint")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body):
        octets = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/fhir+json; charset=utf-8")
        self.send_header("Cache-Control", "private, no-store")
        self.send_header("Strict-Transport-Security", "max-age=31536000")
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    def outcome(self, status, code, why):
        variant = self.server.variant
        status = variant.get("status", {}).get(status, status)
        coding = {"system": "https://fhir.nhs.uk/STU3/ValueSet/Spine-ErrorOrWarningCode-1", "code": variant.get("code", code),
                  "display": variant.get("display", "Submitted request is malformed/invalid.")}
        self.answer(status, {"resourceType": "OperationOutcome",
                             "meta": {"profile": ["https://fhir.nhs.uk/STU3/StructureDefinition/GPConnect-OperationOutcome-1"]},
                             "issue": [{"severity": "error", "code": "invalid", "details": {"coding": [coding]}, "diagnostics": why}]})

    def serve(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        try:
            check_token(self.headers, self.server.root)
            check_headers(self.headers)
            if self.path.split("?")[0] != PATH + "/metadata":
                raise Refused(404, "NO_RECORD_FOUND", "no such path")
            bad(self.command != "GET", "the verb", 405)
            accept = self.headers.get("Accept", "*/*")
            bad("json" not in accept and "*/*" not in accept, "the format", 415)
            self.answer(200, {"resourceType": "CapabilityStatement", "status": "active", "date": time.strftime("%FT%TZ"), "fhirVersion": "3.0.1"})
        except Refused as refused:
            self.outcome(refused.status, refused.code, str(refused))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = serve

    def send_error(self, code, message=None, explain=None):
        self.outcome(code, "NOT_IMPLEMENTED", message or "no such verb")
        self.close_connection = True


def start(folder, variant):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kit = json.loads((folder / "kit.json").read_text())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(folder / kit["server"]["cert"], folder / kit["server"]["key"])
    context.load_verify_locations(folder / kit["ca"])
    context.verify_mode = ssl.CERT_REQUIRED
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.variant = variant
    server.root = f"https://127.0.0.1:{server.server_port}{PATH}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


VARIANTS = {
    "token-first": ({}, {"pass", "skipped"}),
    "other-display": ({"display": "Bad request"}, {"pass", "skipped"}),
    "403-for-400": ({"status": {400: 403}, "code": "ACCESS_DENIED"}, {"pass", "warn", "skipped"}),
    "401-for-400": ({"status": {400: 401}}, {"pass", "warn", "skipped"}),
    "422-for-400": ({"status": {400: 422}, "code": "INVALID_PARAMETER"}, {"pass", "warn", "skipped"}),
}


def main() -> int:
    probity = pathlib.Path(sys.argv[1]).resolve()
    problems = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        subprocess.run([probity, "credentials", "mint", folder / "kit", "--fqdn", "ssp.example.nhs.uk"], check=True, capture_output=True)
        for name, (variant, allowed) in VARIANTS.items():
            server = start(folder / "kit", variant)
            done = subprocess.run([probity, "run", "-p", "gp-connect-provider", server.root, "--kit", folder / "kit", "-o", folder / name, "-q",
                                   "--suite", "headers,token,scope,caching,interactions"], capture_output=True, text=True, timeout=120)
            server.shutdown()
            server.server_close()
            result = json.loads((folder / name / "result.json").read_text())
            checks = result["checks"]
            wrong = [(c["id"], c["verdict"], c["observed"], c["because"]) for c in checks if c["verdict"] not in allowed]
            problems += [f"{name}: {line}" for line in wrong[:8]]
            passed = sum(c["verdict"] == "pass" for c in checks)
            warned = [c for c in checks if c["verdict"] == "warn" and c["cause"] == "deviation"]
            if name in ("token-first", "other-display") and passed < 200:
                problems.append(f"{name}: only {passed} checks pass: {done.stderr}")
            if "warn" in allowed and not (warned and all(c["expected"] and c["observed"] for c in warned)):
                problems.append(f"{name}: deviating refusals warn with both texts")
            if done.returncode != 0:
                problems.append(f"{name}: exit {done.returncode}: {done.stderr.strip()[-300:]}")
    print("\n".join(problems) or f"{len(VARIANTS)} variants of a sound provider, no false alarm")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
