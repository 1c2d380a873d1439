# SPDX-License-Identifier: Apache-2.0
"""Real servers in the configurations that a TLS survey must tell apart; the live test and the bench
both start them. Each stands on a free port and is stopped by its pid."""

import contextlib
import os
import pathlib
import subprocess

from lab import Server, free_ports

GP_CONNECT = "AESGCM+EECDH:AESGCM+EDH:AES256+EECDH:AES256+EDH"
EVERYTHING = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"


def run(*command):
    subprocess.run(command, check=True, capture_output=True)


class Keys:
    """Server keys and parameters, made once for a folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.rsa = self.make("rsa", "-newkey", "rsa:2048")
        self.ec = self.make("ec", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
        self.dh = self.folder / "dh.pem"
        run("openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048", "-out", str(self.dh))

    def make(self, name, *kind):
        key, cert = self.folder / f"{name}.key", self.folder / f"{name}.pem"
        run("openssl", "req", "-x509", *kind, "-nodes", "-keyout", str(key), "-out", str(cert), "-days", "30", "-subj", "/CN=localhost")
        both = self.folder / f"{name}-both.pem"
        both.write_text(cert.read_text() + key.read_text() + (self.dh.read_text() if name == "rsa" and hasattr(self, "dh") else ""))
        return cert, key, both


@contextlib.contextmanager
def nginx(keys, folder, protocols, ciphers, prefer=True, ec=False, mtls=False):
    (port,) = free_ports(1)
    pairs = [keys.rsa] + ([keys.ec] if ec else [])
    certificates = "".join(f"ssl_certificate {cert}; ssl_certificate_key {key};" for cert, key, _ in pairs)
    conf = pathlib.Path(folder) / f"nginx-{port}.conf"
    conf.write_text(f"""daemon off; master_process off; pid {folder}/nginx-{port}.pid; error_log {folder}/nginx-{port}.err;
events {{ worker_connections 4096; }}
http {{ access_log off; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port} ssl backlog=511; {certificates} ssl_dhparam {keys.dh}; ssl_protocols {protocols};
    ssl_ciphers {ciphers}; ssl_prefer_server_ciphers {"on" if prefer else "off"};
    {f"ssl_client_certificate {keys.rsa[0]}; ssl_verify_client on;" if mtls else ""} }} }}
""")
    with Server(["nginx", "-c", str(conf), "-e", f"{folder}/nginx-{port}.err"], folder, f"nginx-{port}", ready_port=port):
        yield port


@contextlib.contextmanager
def haproxy(keys, folder, options, ciphers, pair=None, front="", mtls=False):
    (port,) = free_ports(1)
    _, _, both = pair or keys.rsa
    bundle = pathlib.Path(folder) / f"haproxy-{port}.pem"
    bundle.write_text(both.read_text() + keys.dh.read_text())
    verify = f"verify required ca-file {keys.rsa[0]}" if mtls else ""
    conf = pathlib.Path(folder) / f"haproxy-{port}.cfg"
    conf.write_text(f"""global
  maxconn 2000
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend f
  bind 127.0.0.1:{port} ssl crt {bundle} ciphers {ciphers} {options} {verify}
  {front}
  http-request return status 200
""")
    with Server(["haproxy", "-db", "-f", str(conf)], folder, f"haproxy-{port}", ready_port=port):
        yield port


@contextlib.contextmanager
def apache(keys, folder, protocols, ciphers, honour=True):
    (port,) = free_ports(1)
    modules = "/usr/lib/apache2/modules"
    load = "\n".join(f"LoadModule {name}_module {modules}/mod_{name}.so" for name in ("mpm_event", "authz_core", "socache_shmcb", "ssl")
                     if os.path.exists(f"{modules}/mod_{name}.so"))
    conf = pathlib.Path(folder) / f"apache-{port}.conf"
    conf.write_text(f"""ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/apache-{port}.pid
ErrorLog {folder}/apache-{port}.err
DefaultRuntimeDir {folder}
{load}
SSLSessionCache none
<VirtualHost 127.0.0.1:{port}>
  SSLEngine on
  SSLProtocol {protocols}
  SSLCipherSuite {ciphers}
  SSLHonorCipherOrder {"on" if honour else "off"}
  SSLCertificateFile {keys.rsa[0]}
  SSLCertificateKeyFile {keys.rsa[1]}
  SSLOpenSSLConfCmd DHParameters {keys.dh}
</VirtualHost>
""")
    with Server(["apache2", "-D", "FOREGROUND", "-f", str(conf)], folder, f"apache-{port}", ready_port=port):
        yield port


@contextlib.contextmanager
def gnutls(keys, folder, priority, *more):
    (port,) = free_ports(1)
    command = ["gnutls-serv", "--echo", "--disable-client-cert", "--port", str(port), "--priority", priority,
               "--x509certfile", str(keys.rsa[0]), "--x509keyfile", str(keys.rsa[1]), *more]
    with Server(command, folder, f"gnutls-{port}", ready_port=port):
        yield port


@contextlib.contextmanager
def s_server(keys, folder, *options):
    (port,) = free_ports(1)
    command = ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", str(keys.rsa[0]), "-key", str(keys.rsa[1]),
               "-dhparam", str(keys.dh), "-quiet", "-naccept", "100000", *options]
    with Server(command, folder, f"s_server-{port}", ready_port=port):
        yield port


TOMCAT = "/usr/share/tomcat10"
# What Java no longer does unless told so: SSLv3, export, DES, RC4, NULL and anonymous suites.
JSSE_OLD = ["TLS_RSA_WITH_AES_128_CBC_SHA", "SSL_RSA_WITH_RC4_128_SHA", "SSL_RSA_WITH_3DES_EDE_CBC_SHA", "SSL_RSA_WITH_DES_CBC_SHA",
            "SSL_RSA_WITH_NULL_SHA", "SSL_RSA_EXPORT_WITH_RC4_40_MD5", "SSL_DH_anon_WITH_RC4_128_MD5", "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384"]


@contextlib.contextmanager
def jsse(keys, folder, protocols="SSLv3,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3", ciphers=",".join(JSSE_OLD), *options):
    """Tomcat on Java's own TLS, with every old algorithm that Java still holds enabled again."""
    (port,) = free_ports(1)
    base = pathlib.Path(folder) / f"tomcat-{port}"
    for sub in ("conf", "logs", "temp", "work", "webapps"):
        (base / sub).mkdir(parents=True)
    old = base / "old.security"
    old.write_text("jdk.tls.disabledAlgorithms=\njdk.tls.legacyAlgorithms=\njdk.certpath.disabledAlgorithms=\n")
    (base / "conf/server.xml").write_text(f"""<Server port="-1"><Service name="survey">
  <Connector port="{port}" address="127.0.0.1" protocol="org.apache.coyote.http11.Http11NioProtocol" SSLEnabled="true"
      sslImplementationName="org.apache.tomcat.util.net.jsse.JSSEImplementation" acceptCount="511">
    <SSLHostConfig protocols="{protocols}" ciphers="{ciphers}" honorCipherOrder="true">
      <Certificate certificateFile="{keys.rsa[0]}" certificateKeyFile="{keys.rsa[1]}" type="RSA"/>
    </SSLHostConfig>
  </Connector>
  <Engine name="survey" defaultHost="localhost"><Host name="localhost"/></Engine>
</Service></Server>""")
    command = ["java", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:+UseSerialGC", f"-Djava.security.properties={old}",
               f"-Dcatalina.home={TOMCAT}", f"-Dcatalina.base={base}", f"-Djava.io.tmpdir={base}/temp", *options,
               "-cp", f"{TOMCAT}/bin/bootstrap.jar:{TOMCAT}/bin/tomcat-juli.jar", "org.apache.catalina.startup.Bootstrap", "start"]
    with Server(command, folder, f"tomcat-{port}", ready_port=port):
        yield port


# name -> a function of (keys, folder) that opens the server.
CONFIGURATIONS = {
    "conformant (nginx, mTLS by HTTP 400)": lambda k, f: nginx(k, f, "TLSv1.2", GP_CONNECT, mtls=True),
    "enforced (HAProxy, mTLS in the handshake)": lambda k, f: haproxy(k, f, "ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.2", GP_CONNECT, mtls=True),
    "lax (nginx, TLS 1.0 to 1.3, all suites)": lambda k, f: nginx(k, f, "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3", "ALL:eNULL:@SECLEVEL=0", ec=True),
    "client's order (nginx, two keys)": lambda k, f: nginx(k, f, "TLSv1.2 TLSv1.3", "HIGH:!aNULL", prefer=False, ec=True),
    "Apache httpd, TLS 1.2 and 1.3": lambda k, f: apache(k, f, "-all +TLSv1.2 +TLSv1.3", "HIGH:!aNULL:!PSK:!SRP"),
    "Apache httpd, reversed order": lambda k, f: apache(k, f, "-all +TLSv1.2", "AES256-SHA:AES128-GCM-SHA256:DHE-RSA-AES128-SHA:ECDHE-RSA-AES256-GCM-SHA384"),
    "HAProxy, ECDSA, TLS 1.2": lambda k, f: haproxy(k, f, "ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.2", "ECDHE+AESGCM:ECDHE+AES", pair=k.ec),
    "GnuTLS, RC4 and 3DES from TLS 1.0": lambda k, f: gnutls(k, f, "NORMAL:+VERS-TLS-ALL:+ARCFOUR-128:+3DES-CBC:+RSA:+MD5:%SERVER_PRECEDENCE"),
    "OpenSSL, NULL and anonymous, TLS 1.0": lambda k, f: s_server(k, f, "-cipher", "NULL:aNULL:AES128-SHA:@SECLEVEL=0", "-tls1"),
    "Tomcat (JSSE), SSLv3 to TLS 1.3, old suites": lambda k, f: jsse(k, f),
    "OpenSSL, one suite": lambda k, f: s_server(k, f, "-cipher", "ECDHE-RSA-AES128-GCM-SHA256", "-tls1_2", "-serverpref"),
}
