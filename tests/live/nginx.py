#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""probity against a real nginx in front of an application: conformant, and broken in one way at a
time. The verdicts must be as configured, and no other requirement may turn red."""

import pathlib
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from lab import Lab, Server, free_ports, not_met, verdicts  # noqa: E402

PROBITY = None

# A conformant nginx; each placeholder can be replaced by a flaw.
PARTS = {
    "protocols": "TLSv1.2",
    "ciphers": "AESGCM+EECDH:AESGCM+EDH:AES256+EECDH:AES256+EDH:!aNULL",
    "verify": "on",
    "crl": "ssl_crl {kit}/crl.pem;",
    "trust": "{kit}/ca.pem",
    "fqdn": "if ($is_the_ssp = 0) {{ return 403; }}",
    "no_store": "add_header Cache-Control no-store always;",
    "plain": "return 301 https://$host:{port}$request_uri;",
}

# What any nginx is warned of: OpenSSL takes a CA for a client.
WARNED = {"identity.notes-ca-as-leaf",
          # nginx refuses a second Authorization header itself, with a page of its own
          "token.rejects-first-header-broken", "token.rejects-second-header-broken"} | {
              f"token.rejects-second-header-broken-on-{endpoint}" for endpoint in (
                  "structured", "documents", "patient-search", "patient-read", "practitioner-search", "practitioner-read", "organization-search",
                  "organization-read", "location-read", "slot-search", "appointment-read", "patient-appointments")}
NAMES = [f"identity.rejects-{kind}" for kind in ("wrong-fqdn", "other-client", "fqdn-suffix", "fqdn-nul", "fqdn-wildcard",
                                                   "fqdn-cn-only-wrong-san")]

CONFIG = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  include {folder}/maps.conf;
  upstream application {{ server {application}; keepalive 16; }}
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {kit}/server.pem;
    ssl_certificate_key {kit}/server-key.pem;
    ssl_dhparam {dh};
    ssl_protocols %(protocols)s;
    ssl_ciphers %(ciphers)s;
    ssl_prefer_server_ciphers on;
    ssl_session_tickets off;
    ssl_verify_client %(verify)s;
    ssl_verify_depth 3;
    ssl_client_certificate %(trust)s;
    %(crl)s
    %(no_store)s
    add_header Strict-Transport-Security max-age=31536000 always;
    %(fqdn)s
    location / {{
      proxy_pass http://application;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_hide_header Cache-Control;
      proxy_hide_header Strict-Transport-Security;
    }}
  }}
  server {{
    listen 127.0.0.1:{plain_port};
    %(no_store)s
    location / {{ %(plain)s }}
  }}
}}
"""


class Nginx(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.lab = Lab(PROBITY, cls.scratch.name)

    @classmethod
    def tearDownClass(cls):
        cls.lab.close()
        cls.scratch.cleanup()

    def serve(self, **flaws):
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.scratch.name))
        port, plain_port = free_ports(2)
        parts = dict(PARTS, **flaws)
        config = (CONFIG % parts).format(folder=folder, port=port, plain_port=plain_port, kit=self.lab.kit,
                                         dh=self.lab.dh_parameters(), application=self.lab.application)
        (folder / "nginx.conf").write_text(config)
        # Who the SSP is, as the snippet of the kit says it.
        (folder / "maps.conf").write_text((self.lab.kit / "nginx.conf").read_text().split("server {")[0])
        server = Server([shutil.which("nginx") or "/usr/sbin/nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")],
                        folder, "nginx", ready_port=port)
        self.addCleanup(server.stop)
        return port, plain_port, folder

    def probe(self, *more, **flaws):
        port, plain_port, folder = self.serve(**flaws)
        return self.lab.run(port, plain_port, folder, *more)

    def assert_broken(self, rows, said, *checks):
        code, result, text = said
        self.assertEqual(not_met(result), set(rows), verdicts(result, "fail", "inconclusive"))
        failed = set(verdicts(result, "fail"))
        self.assertEqual(failed, set(checks), verdicts(result, "fail", "inconclusive"))
        self.assertEqual(set(verdicts(result, "inconclusive")), set(), verdicts(result, "inconclusive"))
        self.assertEqual(code, 1, text)

    def test_conformant(self):
        code, result, text = self.probe()
        self.assertEqual(verdicts(result, "fail", "inconclusive"), {}, text)
        self.assertEqual(set(verdicts(result, "warn")), WARNED, verdicts(result, "warn"))
        self.assertEqual(code, 0, text)
        cited = {row for check in result["checks"] for row in check["cites"]}
        open_rows = {row["id"]: row["verdict"] for row in result["requirements"]
                     if row["id"] in cited and "-EXT-" not in row["id"] and "-TST-" not in row["id"] and row["verdict"] != "met"}
        self.assertEqual(open_rows, {})
        # nginx completes the handshake and refuses with HTTP 400: both layers are told apart.
        none = next(c for c in result["checks"] if c["id"] == "identity.rejects-no-certificate")
        self.assertEqual((none["verdict"], none["layer"]), ("pass", "http"))

    def test_tls_1_1_on(self):
        self.assert_broken({"GPC-TLS-2", "GPC-CON-4"},
                           self.probe(protocols="TLSv1.1 TLSv1.2", ciphers=PARTS["ciphers"] + ":@SECLEVEL=0"),
                           "transport.rejects-tlsv1-1")

    def test_client_certificate_optional(self):
        self.assert_broken({"GPC-CON-1", "GPC-CON-2"},
                           self.probe(verify="optional", fqdn=""
                                      'set $bad "$ssl_client_verify$is_the_ssp"; if ($bad = "SUCCESS0") {{ return 403; }}'),
                           # with another Host it is the application that refuses: the token is not for that one
                           "identity.rejects-no-certificate",
                           "identity.rejects-no-certificate-with-another-sni", "identity.rejects-no-certificate-without-sni",
                           "identity.rejects-no-certificate-over-tls-1-2",
                           "identity.rejects-session-begun-without-certificate-over-tls-1-2",
                           "identity.rejects-session-resumed-with-none-over-tls-1-2")

    def test_fqdn_not_checked(self):
        self.assert_broken({"GPC-CON-1", "GPC-MA-5"}, self.probe(fqdn=""), *NAMES)

    def test_crl_not_configured(self):
        self.assert_broken({"GPC-MA-4"}, self.probe(crl=""), "identity.rejects-revoked")

    def test_no_store_without_always(self):
        self.assert_broken({"GPC-RSP-1"}, self.probe(no_store="add_header Cache-Control no-store;"),
                           "caching.sends-no-store-on-bad-request", "caching.sends-no-store-on-not-found",
                           "caching.sends-no-store-on-other-answers")

    def test_static_rsa_accepted(self):
        self.assert_broken({"GPC-CIP-2", "GPC-CON-3"}, self.probe(ciphers=PARTS["ciphers"] + ":AES256-GCM-SHA384"),
                           "ciphers.rejects-unlisted-suites")

    def test_data_on_the_plain_port(self):
        said = self.probe(plain="proxy_pass http://application; proxy_set_header Host 127.0.0.1:{port};")
        self.assert_broken({"GPC-CON-4"}, said, "transport.rejects-plain-http-on-plain-port")

    def test_tls_1_3_on_is_a_warning(self):
        code, result, text = self.probe(protocols="TLSv1.2 TLSv1.3")
        self.assertEqual(verdicts(result, "fail", "inconclusive"), {}, text)
        self.assertEqual(set(verdicts(result, "warn")), {"transport.notes-tlsv1-3"} | WARNED)
        self.assertEqual(code, 0)

    def test_any_client_ca(self):
        # optional_no_ca overlooks who issued a certificate, but not its dates.
        code, result, text = self.probe(verify="optional_no_ca", crl="", fqdn="")
        self.assertEqual(code, 1, text)
        self.assertEqual(not_met(result), {"GPC-CON-1", "GPC-CON-2", "GPC-MA-1", "GPC-MA-2", "GPC-MA-4", "GPC-MA-5"})

    def test_only_a_valid_pair(self):
        port, plain_port, folder = self.serve()
        path, url = self.lab.target(port, plain_port, folder)
        import json
        import subprocess
        target = json.loads(path.read_text())
        del target["kit"]
        path.write_text(json.dumps(target))
        out = folder / "pair"
        command = [PROBITY, "run", "-p", "gp-connect-provider", url, "--target", str(path), "-o", str(out),
                   "--client-cert", str(self.lab.kit / "valid.pem"), "--client-key", str(self.lab.kit / "client-key.pem")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        result = json.loads((out / "result.json").read_text())
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        rows = {row["id"]: row["verdict"] for row in result["requirements"]}
        self.assertEqual({rows["GPC-MA-3"], rows["GPC-MA-4"], rows["GPC-MA-5"]}, {"not-tested"})
        passed = {c["id"] for c in result["checks"] if c["verdict"] == "pass"}
        for kind in ("no-certificate", "self-signed", "untrusted-ca", "lookalike-ca", "tampered-signature", "key-mismatch"):
            self.assertIn(f"identity.rejects-{kind}", passed)
        self.assertIn("3 not tested (GPC-MA-3, GPC-MA-4, GPC-MA-5)", result["sentence"])
        done = subprocess.run(command + ["--require-complete"], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 2)


if __name__ == "__main__":
    PROBITY = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=2)
