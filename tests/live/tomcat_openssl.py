#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The OpenSSL (native) form of the Tomcat snippet, as far as Debian 12 can go: its native library is
too old for its Tomcat 10, so that the server is not started with it. Tomcat's own parser reads it
(configtest), and must know every attribute; the files it names must be there."""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from servers import Tomcat, edited  # noqa: E402

PROBITY = None


class OpensslForm(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.scratch.name)
        subprocess.run([PROBITY, "credentials", "mint", str(cls.folder / "kit"), "--fqdn", "ssp.example.nhs.uk"], check=True, capture_output=True)
        cls.snippet = (cls.folder / "kit/tomcat-openssl.xml").read_text()

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def complaints(self, snippet):
        """What Tomcat says of a server.xml with this connector, from WARNING upwards."""
        base = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        for sub in ("conf", "logs", "temp"):
            (base / sub).mkdir()
        # bindOnInit: nothing is opened, and so no native library looked for.
        connector = edited(snippet, [("<Connector ", '<Connector bindOnInit="false" ')])
        (base / "conf/server.xml").write_text(
            f'<Server port="-1"><Service name="gpconnect">{connector}<Engine name="gpconnect" defaultHost="localhost">'
            '<Host name="localhost" appBase="webapps"/></Engine></Service></Server>')
        done = subprocess.run(["java", "-XX:TieredStopAtLevel=1", f"-Dcatalina.home={Tomcat.HOME}", f"-Dcatalina.base={base}",
                               f"-Djava.io.tmpdir={base}/temp", "-Duser.language=en",
                               "-cp", f"{Tomcat.HOME}/bin/bootstrap.jar:{Tomcat.HOME}/bin/tomcat-juli.jar",
                               "org.apache.catalina.startup.Bootstrap", "configtest"], capture_output=True, text=True, timeout=120)
        said = done.stdout + done.stderr
        complaints = [line for line in said.splitlines() if re.search(r"WARNING|SEVERE|Exception", line)]
        if "https-openssl-nio-443" not in said:
            complaints.append(f"no connector of the OpenSSL form came of it (exit {done.returncode}): {said}")
        return complaints

    def test_tomcat_reads_it_and_knows_every_attribute(self):
        self.assertEqual(self.complaints(self.snippet), [])

    def test_tomcat_would_have_said(self):
        for right, wrong in (("caCertificateFile", "caCertificatesFile"), ("disableSessionTickets", "disableSessionTicket"),
                             ("certificateRevocationListFile", "caRevocationListFile"), ("</SSLHostConfig>", "</SSLHostConfigs>"), ('"required"', '"demanded"')):
            with self.subTest(wrong):
                self.assertNotEqual(self.complaints(edited(self.snippet, [(right, wrong)])), [])

    def test_each_file_it_names_is_there(self):
        root = xml.fromstring(self.snippet)
        paths = [value for element in root.iter() for name, value in element.items() if name.endswith("File")]
        self.assertEqual(len(paths), 4, paths)
        for path in paths:
            self.assertTrue(pathlib.Path(path).is_file(), path)

    def test_it_says_that_it_was_not_started(self):
        self.assertIn("Debian 12's libtcnative-1 is too old", self.snippet)


if __name__ == "__main__":
    PROBITY = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=2)
