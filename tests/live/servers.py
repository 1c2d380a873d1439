# SPDX-License-Identifier: Apache-2.0
"""The real servers of the identity matrix, each started from the very snippet that `probity
credentials mint` wrote into the kit: only its port and its application are replaced, and for a flaw
the lines the flaw names. A flaw a server cannot be told to have is absent."""

import pathlib
import shutil
import subprocess

from lab import FQDN, Server, free_ports

PUBLIC = "/etc/ssl/certs/ca-certificates.crt"
FLAWS = ["conformant", "TLS 1.3 besides", "CRL not configured", "certificate optional", "FQDN unchecked", "FQDN read up to a NUL", "SAN not read", "any public CA trusted", "expiry ignored"]
NOT_MET = {
    "conformant": set(),
    "TLS 1.3 besides": set(),                             # a warning of the suite transport; each kind at both versions
    "CRL not configured": {"GPC-MA-4"},
    "certificate optional": {"GPC-CON-1", "GPC-CON-2"},
    "FQDN unchecked": {"GPC-CON-1", "GPC-MA-5"},
    "FQDN read up to a NUL": {"GPC-CON-1", "GPC-MA-5"},   # HAProxy's ssl_c_s_dn(cn), compared as its manual has it
    "SAN not read": {"GPC-CON-1", "GPC-MA-5"},            # the common name alone, though there is a SAN
    "any public CA trusted": {"GPC-MA-1", "GPC-MA-2"},
    "expiry ignored": {"GPC-MA-3"},
}


def edited(text, edits):
    for old, new in edits:
        if old not in text:
            raise RuntimeError(f"the snippet no longer holds {old!r}")
        text = text.replace(old, new)
    return text


def program(name):
    return shutil.which(name) or f"/usr/sbin/{name}"


class Kind:
    """One kind of server. `flaws`: flaw -> edits of the snippet."""
    name = ""
    profile = "gp-connect-provider"
    skips = ()   # checks this server has no way to keep

    def __init__(self, lab, folder):
        self.lab, self.folder = lab, pathlib.Path(folder)
        self.folder.mkdir()
        self.kit = lab.kit
        self.public = lab.folder / "public.pem"
        if not self.public.exists():
            self.public.write_text((self.kit / "ca.pem").read_text() + pathlib.Path(PUBLIC).read_text())
        self.flaws = self.edits()

    def snippet(self, name, *edits):
        return edited((self.kit / name).read_text(), edits)

    def place(self, flaw):
        folder = self.folder / flaw.replace(" ", "-")
        folder.mkdir()
        return folder

    def start(self, flaw):
        """A running server and its port."""
        raise NotImplementedError

    def stop(self):
        pass


class Nginx(Kind):
    name = "nginx"
    HEAD = """daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  include {folder}/snippet.conf;
}}
"""

    def edits(self):
        return {
            "conformant": [],
            "TLS 1.3 besides": [("ssl_protocols TLSv1.2;", "ssl_protocols TLSv1.2 TLSv1.3;")],
            "CRL not configured": [(f"ssl_crl {self.kit}/crl.pem;", "")],
            "certificate optional": [("ssl_verify_client on;", "ssl_verify_client optional;"),
                                     ("if ($is_the_ssp = 0) { return 403; }",
                                      'set $who "$ssl_client_verify$is_the_ssp"; if ($who = "SUCCESS0") { return 403; }')],
            "FQDN unchecked": [("if ($is_the_ssp = 0) { return 403; }", "")],
            "SAN not read": [("map $has_san$san_is_the_ssp$cn_is_the_ssp", "map 00$cn_is_the_ssp")],
            "any public CA trusted": [(f"ssl_client_certificate {self.kit}/ca.pem;", f"ssl_client_certificate {self.public};")],
        }

    def start(self, flaw):
        folder, (port,) = self.place(flaw), free_ports(1)
        text = self.snippet("nginx.conf", ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
                            ("http://127.0.0.1:8080", f"http://{self.lab.application}"), *self.flaws[flaw])
        (folder / "snippet.conf").write_text(text)
        (folder / "nginx.conf").write_text(self.HEAD.format(folder=folder))
        return Server([program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")], folder, "nginx", ready_port=port), port


class Apache(Kind):
    name = "Apache httpd"
    MODULES = "mpm_event authn_core authz_core authz_host socache_shmcb ssl proxy proxy_http headers"

    def edits(self):
        require = f"|| (%{{SSL_CLIENT_SAN_DNS_0}} == '' && %{{SSL_CLIENT_S_DN_CN}} == '{FQDN}')"
        return {
            "conformant": [],
            "TLS 1.3 besides": [("SSLProtocol -all +TLSv1.2", "SSLProtocol -all +TLSv1.2 +TLSv1.3")],
            "CRL not configured": [(f"SSLCARevocationFile {self.kit}/crl.pem", ""), ("SSLCARevocationCheck chain", "")],
            "certificate optional": [("SSLVerifyClient require", "SSLVerifyClient optional"),
                                     (require, require + " || %{SSL_CLIENT_VERIFY} == 'NONE'")],
            "FQDN unchecked": [("Require expr", "# Require expr")],
            "SAN not read": [(f"%{{SSL_CLIENT_SAN_DNS_0}} == '{FQDN}'", "false"), ("%{SSL_CLIENT_SAN_DNS_0} == ''", "true")],
            "any public CA trusted": [(f"SSLCACertificateFile {self.kit}/ca.pem", f"SSLCACertificateFile {self.public}")],
        }

    def start(self, flaw):
        folder, (port,) = self.place(flaw), free_ports(1)
        text = self.snippet("apache.conf", ("Listen 443", f"Listen 127.0.0.1:{port}"), ("*:443", f"127.0.0.1:{port}"),
                            ("http://127.0.0.1:8080", f"http://{self.lab.application}"), *self.flaws[flaw])
        modules = "".join(f"LoadModule {m}_module /usr/lib/apache2/modules/mod_{m}.so\n" for m in self.MODULES.split())
        (folder / "httpd.conf").write_text(
            f"ServerRoot {folder}\nServerName localhost\nPidFile {folder}/pid\nErrorLog {folder}/error.log\n"
            f"Mutex file:{folder}\nDefaultRuntimeDir {folder}\n{modules}{text}")
        return Server([program("apache2"), "-f", str(folder / "httpd.conf"), "-DFOREGROUND"], folder, "apache", ready_port=port), port


class Haproxy(Kind):
    name = "HAProxy"

    def edits(self):
        names = ("if has_san !san_is_the_ssp", "if !has_san !cn_is_the_ssp")
        return {
            "conformant": [],
            "TLS 1.3 besides": [("ssl-max-ver TLSv1.2", "ssl-max-ver TLSv1.3")],
            "CRL not configured": [(f"crl-file {self.kit}/crl.pem ", "")],
            "certificate optional": [("verify required", "verify optional"),
                                     *((rule, rule + " { ssl_c_used }") for rule in names)],
            "FQDN unchecked": [("http-request deny", "# http-request deny")],
            "SAN not read": [("http-request deny deny_status 403 " + names[0], ""), (names[1], "if !cn_is_the_ssp")],
            "FQDN read up to a NUL": [(names[0], f"unless {{ ssl_c_s_dn(cn) -m str {FQDN} }}"), ("http-request deny deny_status 403 " + names[1], "")],
            "any public CA trusted": [(f"ca-file {self.kit}/ca.pem", f"ca-file {self.public}")],
            "expiry ignored": [("verify required", "verify required crt-ignore-err 10")],
        }

    def start(self, flaw):
        folder, (port,) = self.place(flaw), free_ports(1)
        text = self.snippet("haproxy.cfg", ("bind :443", f"bind 127.0.0.1:{port}"), ("127.0.0.1:8080", self.lab.application),
                            *self.flaws[flaw])
        (folder / "haproxy.cfg").write_text(text)
        return Server([program("haproxy"), "-db", "-f", str(folder / "haproxy.cfg")], folder, "haproxy", ready_port=port), port


class Tomcat(Kind):
    """All flaws in one Java machine, each a Service of its own."""
    name = "Tomcat (JSSE)"
    HOME = "/usr/share/tomcat10"

    def __init__(self, lab, folder):
        super().__init__(lab, folder)
        self.ports = dict(zip(self.flaws, free_ports(len(self.flaws))))
        self.server = self.start_all()

    def edits(self):
        self.public_store = self.folder / "public.p12"
        trust = f'truststoreFile="{self.kit}/ca.p12" truststoreType="PKCS12"'
        return {
            "conformant": [],
            "TLS 1.3 besides": [('protocols="TLSv1.2"', 'protocols="TLSv1.2+TLSv1.3"')],
            "CRL not configured": [(f'certificateRevocationListFile="{self.kit}/crl.pem"', "")],
            "certificate optional": [('certificateVerification="required"', 'certificateVerification="optional"')],
            "FQDN unchecked": [('<Valve className="org.apache.catalina.valves.rewrite.RewriteValve"/>', "")],
            "SAN not read": [],   # its rewrite rules
            "any public CA trusted": [(trust, f'truststoreFile="{self.public_store}" truststoreType="JKS"')],
        }

    def rewrite(self, flaw):
        cn = "RewriteCond %{SSL:SSL_CLIENT_S_DN_CN} !^"
        edits = {"certificate optional": [(cn, "RewriteCond %{SSL:SSL_CLIENT_S_DN_CN} .+\n" + cn)],
                 "SAN not read": [("%{SSL:SSL_CLIENT_SAN_DNS_0} .+", "%{SSL:SSL_CLIENT_SAN_DNS_0} ^never$"),
                                  ("RewriteCond %{SSL:SSL_CLIENT_SAN_DNS_0} !.+\n", "")]}
        return self.snippet("tomcat-rewrite.config", *edits.get(flaw, []))

    def make_public_store(self):
        shutil.copyfile("/etc/ssl/certs/java/cacerts", self.public_store)
        self.public_store.chmod(0o600)
        pem = (self.kit / "ca.pem").read_text().split("-----END CERTIFICATE-----")
        for i, block in enumerate(b for b in pem if "BEGIN" in b):
            one = self.folder / f"ca{i}.pem"
            one.write_text(block + "-----END CERTIFICATE-----\n")
            subprocess.run(["keytool", "-importcert", "-noprompt", "-keystore", str(self.public_store), "-storepass", "changeit",
                            "-alias", f"kit{i}", "-file", str(one)], check=True, capture_output=True)

    def start_all(self):
        base, services = self.folder / "base", ""
        for sub in ("conf", "logs", "temp", "work"):
            (base / sub).mkdir(parents=True)
        page = base / "webapps/ROOT" / self.lab.root.strip("/") / "metadata"
        page.parent.mkdir(parents=True)
        page.write_text('{"resourceType":"CapabilityStatement","status":"active"}')
        self.make_public_store()
        for number, flaw in enumerate(self.flaws):
            engine = f"engine{number}"
            text = self.snippet("tomcat-jsse.xml", *self.flaws[flaw])
            services += edited(text[text.index("<Service"):], [
                ('name="gpconnect"', f'name="{engine}"'), ('port="443"', f'port="{self.ports[flaw]}" address="127.0.0.1"')])
            place = base / "conf" / engine / "localhost"
            place.mkdir(parents=True)
            (place / "rewrite.config").write_text(self.rewrite(flaw))
        (base / "conf/server.xml").write_text(f'<Server port="-1">{services}</Server>')
        (base / "conf/web.xml").write_text(WEB_XML)
        command = ["java", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:+UseSerialGC", "-Djdk.tls.server.enableSessionTicketExtension=false",
                   f"-Dcatalina.home={self.HOME}", f"-Dcatalina.base={base}", f"-Djava.io.tmpdir={base}/temp",
                   "-cp", f"{self.HOME}/bin/bootstrap.jar:{self.HOME}/bin/tomcat-juli.jar",
                   "org.apache.catalina.startup.Bootstrap", "start"]
        server = Server(command, self.folder, "tomcat", ready_port=list(self.ports.values())[-1])
        return server

    def start(self, flaw):
        return None, self.ports[flaw]

    def stop(self):
        self.server.stop()


WEB_XML = """<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
  <servlet><servlet-name>files</servlet-name>
    <servlet-class>org.apache.catalina.servlets.DefaultServlet</servlet-class></servlet>
  <servlet-mapping><servlet-name>files</servlet-name><url-pattern>/</url-pattern></servlet-mapping>
</web-app>
"""


class Gnutls(Kind):
    """gnutls-serv answers every request itself and knows nothing of names: it has a profile of its
    own, and its name checks are left out."""
    name = "GnuTLS (gnutls-serv)"
    profile = str(pathlib.Path(__file__).parent / "any-answer.json")
    skips = ("identity.rejects-wrong-fqdn*", "identity.rejects-other-client*", "identity.rejects-fqdn-*",
             # it knows no verb but GET
             "identity.rejects-no-certificate-on-options", "identity.rejects-no-certificate-on-head")

    def edits(self):
        kit = self.kit
        sound = ["--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2", "--verify-client-cert", "--require-client-cert", "--noticket", "--nodb", "--x509cafile", f"{kit}/ca.pem",
                 "--x509crlfile", f"{kit}/crl.pem"]
        public = [str(self.public) if arg.endswith("/ca.pem") else arg for arg in sound]
        return {
            "conformant": sound,
            "TLS 1.3 besides": [arg.replace("+VERS-TLS1.2", "+VERS-TLS1.2:+VERS-TLS1.3") for arg in sound],
            "CRL not configured": sound[:-2],
            "certificate optional": [arg for arg in sound if arg != "--require-client-cert"],
            "any public CA trusted": public,
        }

    def start(self, flaw):
        folder, (port,) = self.place(flaw), free_ports(1)
        command = ["gnutls-serv", "--http", "-p", str(port), "--x509certfile", f"{self.kit}/server.pem", "--x509keyfile",
                   f"{self.kit}/server-key.pem", *self.flaws[flaw]]
        return Server(command, folder, "gnutls", ready_port=port), port


KINDS = [Nginx, Apache, Haproxy, Tomcat, Gnutls]
