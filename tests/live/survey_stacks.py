#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The survey against nginx, Apache httpd, HAProxy, GnuTLS, Tomcat on JSSE and OpenSSL: what it reports is what the
server was configured to speak, by OpenSSL's own account of the cipher list where it is OpenSSL's."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import survey_servers as servers
from lab import Server

# Suites that need what the servers here have not: other key types, pre-shared keys, SRP.
WITHOUT = ":!ECDSA:!PSK:!SRP:!DSS"


def expanded(ciphers, *more):
    """Codes of a cipher list, in its order, at TLS 1.2 and below."""
    done = subprocess.run(["openssl", "ciphers", "-V", *more, ciphers], capture_output=True, text=True, check=True)
    rows = [line.split() for line in done.stdout.splitlines()]
    return [int(row[0].replace("0x", "").replace(",", ""), 16) for row in rows if row[3] != "TLSv1.3"]


def survey(probity, port, *more):
    done = subprocess.run([probity, "survey", f"127.0.0.1:{port}", "--json", *more], capture_output=True, text=True, timeout=60)
    return done.returncode, json.loads(done.stdout)["addresses"][0]


def suites(address, version="TLSv1.2"):
    return [int(suite["code"], 16) for suite in address["tls"]["suites"].get(version, [])]


class Expected:
    def __init__(self, name, problems):
        self.name, self.problems = name, problems

    def same(self, what, got, wanted):
        if got != wanted:
            self.problems.append(f"{self.name}: {what} is {got}, expected {wanted}")


def conformant(probity, keys, folder, problems):
    want = expanded(servers.GP_CONNECT + ":!aNULL" + WITHOUT)
    for name in ("conformant (nginx, mTLS by HTTP 400)", "enforced (HAProxy, mTLS in the handshake)"):
        check = Expected(name, problems)
        with servers.CONFIGURATIONS[name](keys, folder) as port:
            for mode in ("full", "exhaustive"):
                code, address = survey(probity, port, "--survey", mode)
                check.same("exit", code, 0)
                check.same(f"suites ({mode})", suites(address), want)
                check.same("versions", [v for v, s in address["tls"]["protocols"].items() if s == "accepted"], ["TLSv1.2"])
                check.same("preference", address["tls"]["preference"], "server")
                check.same("client certificate", address["client_auth"]["requested"], True)
                check.same("CA names", address["client_auth"]["ca_names"], ["CN=localhost"])
            code, address = survey(probity, port)
            if address["connections"] > 70:
                problems.append(f"{name}: {address['connections']} connections")
            check.same("groups", [g for g in address["tls"]["groups"] if g in ("x25519", "secp256r1")], ["x25519", "secp256r1"])
            if name.startswith("conformant"):
                check.same("DH", (address["tls"]["dh"]["bits"], address["tls"]["dh"]["prime"]), (2048, "RFC 7919 ffdhe2048"))
            check.same("chain", address["chain_length"], 1)
            code, address = survey(probity, port, "--survey", "gentle")
            check.same("suites (gentle)", set(suites(address)), set(want))


def lax(probity, keys, folder, problems):
    check = Expected("lax", problems)
    with servers.CONFIGURATIONS["lax (nginx, TLS 1.0 to 1.3, all suites)"](keys, folder) as port:
        code, address = survey(probity, port, "--jobs", "32")
        check.same("exit", code, 0)
        check.same("suites", suites(address), expanded("ALL:eNULL:@SECLEVEL=0" + WITHOUT.replace(":!ECDSA", "")))
        check.same("versions", [v for v, s in address["tls"]["protocols"].items() if s == "accepted"],
                   ["TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"])
        check.same("fallback", address["tls"]["features"]["fallback-scsv"]["state"], "yes")


def apache(probity, keys, folder, problems):
    check = Expected("Apache httpd", problems)
    with servers.CONFIGURATIONS["Apache httpd, reversed order"](keys, folder) as port:
        code, address = survey(probity, port)
        check.same("suites", suites(address), [0x0035, 0x009C, 0x0033, 0xC030])
        check.same("preference", address["tls"]["preference"], "server")


def gnutls(probity, keys, folder, problems):
    check = Expected("GnuTLS", problems)
    with servers.CONFIGURATIONS["GnuTLS, RC4 and 3DES from TLS 1.0"](keys, folder) as port:
        code, address = survey(probity, port)
        check.same("exit", code, 0)
        for version in ("TLSv1.0", "TLSv1.2"):
            check.same(f"RC4 at {version}", 0x0005 in suites(address, version), True)
            check.same(f"3DES at {version}", 0x000A in suites(address, version), True)


def openssl(probity, keys, folder, problems):
    check = Expected("OpenSSL", problems)
    with servers.CONFIGURATIONS["OpenSSL, NULL and anonymous, TLS 1.0"](keys, folder) as port:
        code, address = survey(probity, port)
        check.same("NULL", 0x0002 in suites(address, "TLSv1.0"), True)
        check.same("anonymous", 0x0034 in suites(address, "TLSv1.0"), True)
        check.same("client's order", address["tls"]["preference"], "client")
        check.same("TLS 1.2", address["tls"]["protocols"]["TLSv1.2"], "refused")
    done = subprocess.run([probity, "survey", "127.0.0.1:1"], capture_output=True, text=True, timeout=60)
    check.same("exit when nobody listens", done.returncode, 69)


def jsse(probity, keys, folder, problems):
    """Java with its old algorithms: SSLv3, DES and export suites from a server that is no script."""
    check = Expected("Tomcat (JSSE)", problems)
    everywhere = [0x002F, 0x0005, 0x000A, 0x0002, 0x0018, 0x0039]
    want = {"SSLv2": set(), "SSLv3": {*everywhere, 0x0009, 0x0003}, "TLSv1.0": {*everywhere, 0x0009, 0x0003},
            "TLSv1.1": {*everywhere, 0x0009}, "TLSv1.2": {*everywhere, 0xC030}}
    with servers.CONFIGURATIONS["Tomcat (JSSE), SSLv3 to TLS 1.3, old suites"](keys, folder) as port:
        code, address = survey(probity, port, "--sessions")
        check.same("exit", code, 0)
        for version, codes in want.items():
            check.same(f"suites at {version}", set(suites(address, version)), codes)
        check.same("TLS 1.3", address["tls"]["protocols"]["TLSv1.3"], "accepted")
        check.same("preference", address["tls"]["preference"], "server")
        check.same("DH", address["tls"]["dh"]["prime"], "RFC 7919 ffdhe2048")
        for way in ("resumes-session-id", "resumes-ticket", "resumes-psk"):
            check.same(way, state(address, way), "yes")


def state(address, feature):
    return address["tls"]["features"].get(feature, {}).get("state", "unknown")


def sessions(probity, keys, folder, problems):
    """What was configured of sessions and renegotiation, on three stacks."""
    of = {"resumes-session-id": "no", "resumes-ticket": "yes", "client-renegotiation": "no"}
    wanted = {
        "conformant (nginx, mTLS by HTTP 400)": of,                     # nginx's default: tickets, no cache
        "HAProxy, ECDSA, TLS 1.2": {**of, "resumes-session-id": "yes"},
        "GnuTLS, RC4 and 3DES from TLS 1.0": {way: "yes" for way in (*of, "resumes-psk")},
        # Without a certificate no handshake is completed there.
        "enforced (HAProxy, mTLS in the handshake)": {way: "unknown" for way in of},
    }
    for name, states in wanted.items():
        check = Expected(name, problems)
        with servers.CONFIGURATIONS[name](keys, folder) as port:
            _, address = survey(probity, port, "--sessions")
            for feature, value in states.items():
                check.same(feature, state(address, feature), value)
    # -www: else it ends a connection when its standard input does.
    with servers.s_server(keys, folder, "-www", "-tls1_2", "-no_ticket", "-no_cache", "-client_renegotiation") as port:
        check = Expected("OpenSSL, renegotiating", problems)
        _, address = survey(probity, port, "--sessions")
        for feature, value in (("resumes-session-id", "no"), ("resumes-ticket", "no"), ("client-renegotiation", "yes")):
            check.same(feature, state(address, feature), value)
    with servers.s_server(keys, folder, "-www", "-tls1_2", "-no_ticket") as port:
        check = Expected("OpenSSL, sessions but no tickets", problems)
        _, address = survey(probity, port, "--sessions")
        for feature, value in (("resumes-session-id", "yes"), ("resumes-ticket", "no"), ("session-id", "yes")):
            check.same(feature, state(address, feature), value)


def only_13(probity, keys, folder, problems):
    """TLS 1.3 hides its certificate from a hello, and what it asks of clients."""
    for options, wanted in ((), False), (("-Verify", "1"), True):
        check = Expected(f"OpenSSL, TLS 1.3 only {options}", problems)
        with servers.s_server(keys, folder, "-www", "-tls1_3", *options) as port:
            code, address = survey(probity, port)
            check.same("exit", code, 0)
            check.same("subject", address["certificate"].get("subject"), "CN=localhost")
            check.same("chain", address["chain_length"], 1)
            check.same("client certificate", address["client_auth"]["requested"], wanted)
    (port,) = servers.free_ports(1)
    code, address = survey(probity, port)
    check = Expected("a closed port", problems)
    check.same("exit", code, 69)
    check.same("client certificate", address["client_auth"]["requested"], None)


def vulnerabilities(probity, keys, folder, problems):
    """Sound stacks are accused of nothing, and as little as can be is left open."""
    silent = {"OpenSSL, NULL and anonymous, TLS 1.0": {"poodle-over-tls"},      # not tried before TLS 1.2
              # Without a certificate no handshake is completed there.
              "enforced (HAProxy, mTLS in the handshake)": {"poodle-over-tls", "ticketbleed"}}
    there = {"Tomcat (JSSE), SSLv3 to TLS 1.3, old suites": {"poodle"}}
    for name, opened in servers.CONFIGURATIONS.items():
        with opened(keys, folder) as port:
            _, address = survey(probity, port, "--survey", "quick", "--vulnerabilities")
        states = {flaw: one["state"] for flaw, one in address["tls"]["vulnerabilities"].items()}
        details = address["tls"]["vulnerabilities"]
        check = Expected(name, problems)
        check.same(f"flaws {details}", {flaw for flaw, state in states.items() if state == "yes"}, there.get(name, set()))
        left = {flaw for flaw, state in states.items() if state == "unknown"}
        check.same(f"open flaws {[details[flaw] for flaw in left]}", left - silent.get(name, set()), set())
        print(f"{name}: {address['connections']} connections")
    with servers.gnutls(keys, folder, "NORMAL:-VERS-TLS1.3", "--heartbeat") as port:
        _, address = survey(probity, port, "--survey", "quick", "--vulnerabilities")
        told = address["tls"]["vulnerabilities"]["heartbleed"]
        Expected("GnuTLS with heartbeats", problems).same(f"heartbleed {told}", (told["state"], "takes no heartbeats" in told["detail"]), ("no", False))


def names(probity, keys, folder, problems):
    """HAProxy that refuses names it does not know, and one that shows its first certificate."""
    one_version = "ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.2"
    # Where a burst brings refusals alone, known-good hellos are sent beside it.
    for options, answers, most in ((one_version, "yes", 70), (one_version + " strict-sni", "no", 73)):
        check = Expected(f"HAProxy, {options}", problems)
        with servers.haproxy(keys, folder, options, servers.GP_CONNECT) as port:
            done = subprocess.run([probity, "survey", f"localhost:{port}", "--address", "127.0.0.1", "--json"], capture_output=True,
                                  text=True, timeout=60)
            address = json.loads(done.stdout)["addresses"][0]
            if address["connections"] > most:
                problems.append(f"{options}: {address['connections']} connections")
            for feature in ("answers-unknown-name", "answers-without-sni"):
                check.same(feature, state(address, feature), answers)
            check.same("warning", state(address, "sni-warning"), "no")
            check.same("contradictions", address["tls"].get("contradictions", []), [])


def ecdsa_groups(probity, keys, folder, problems):
    """Behind an ECDSA key on P-256 the groups that come before it in the server's order are found."""
    check = Expected("HAProxy, ECDSA", problems)
    options = "ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.2 curves X25519:X448:secp384r1:secp521r1:prime256v1"
    with servers.haproxy(keys, folder, options, "ECDHE+AESGCM", pair=keys.ec) as port:
        _, address = survey(probity, port)
        check.same("groups", address["tls"]["groups"], ["x25519", "secp256r1", "secp384r1", "secp521r1", "x448"])


def reproduced(probity, keys, folder, problems):
    """The lines that show a finding do show it, when a shell runs them."""
    check = Expected("reproduce", problems)
    place = pathlib.Path(folder) / "reproduce"
    faults = ("accepts-static-rsa", "accepts-sslv3", "uses-dh-of-rfc-5114", "warns-of-unknown-names")
    options = [word for fault in faults for word in ("--fault", fault)]
    with Server([probity, "provider", "--dir", str(place), *options], folder, "reproduce", ready_line=True) as provider:
        url = provider.line.split()[1]
        subprocess.run([probity, "run", "-p", "gp-connect-provider", url, "--target", str(place / "target.json"), "-o", str(place / "out"),
                        "--suite", "transport,ciphers", "--skip", "transport.rejects-plain-http*"], capture_output=True, timeout=120)
        checks = {c["id"]: c for c in json.loads((place / "out" / "result.json").read_text())["checks"]}
        wanted = {"ciphers.rejects-unlisted-suites": ("openssl s_client", "Cipher is "),
                  "transport.rejects-sslv3": ("probity survey", "accepted SSLv3"),
                  "ciphers.uses-strong-dh": ("probity survey", "RFC 5114 group 24"),
                  "transport.sends-no-sni-warning": ("probity survey", "warning alert unrecognized_name")}
        for name, (begins, shows) in wanted.items():
            line = checks[name]["reproduce"][0]
            check.same(f"{name}: {line}", line.startswith(begins), True)
            path = {**os.environ, "PATH": f"{pathlib.Path(probity).parent}:{os.environ['PATH']}"}
            done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=60, env=path)
            check.same(f"{line} shows {shows}", shows in done.stdout and "Cipher is (NONE)" not in done.stdout, True)


def addresses(probity, keys, folder, problems):
    """Two addresses of one name, told apart."""
    check = Expected("addresses", problems)
    with servers.CONFIGURATIONS["OpenSSL, one suite"](keys, folder) as port:
        done = subprocess.run([probity, "survey", f"localhost:{port}", "--json", "--address", "127.0.0.1", "--address", "127.0.0.2"],
                              capture_output=True, text=True, timeout=60)
        view = json.loads(done.stdout)
        check.same("addresses", [a["address"] for a in view["addresses"]], ["127.0.0.1", "127.0.0.2"])
        check.same("exit", done.returncode, 2)
        check.same("differences", [d.split(":")[0] for d in view["differences"]], ["127.0.0.2"])
        done = subprocess.run([probity, "survey", f"127.0.0.1:{port}", "--hello", "TLSv1.2:0xC02F:flight"], capture_output=True, text=True)
        for words in ("accepted TLSv1.2", "group", "x25519", "rsa_pss_rsae_sha256", "[random]"):
            check.same(f"--hello shows {words}", words in done.stdout, True)


def main() -> int:
    probity = str(pathlib.Path(sys.argv[1]).resolve())
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        keys = servers.Keys(folder)
        for part in (conformant, lax, apache, gnutls, openssl, jsse, sessions, only_13, vulnerabilities, names, ecdsa_groups, reproduced, addresses):
            part(probity, keys, folder, problems)
    print("\n".join(problems) or "nginx, Apache httpd, HAProxy, GnuTLS, Tomcat and OpenSSL surveyed as configured")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
