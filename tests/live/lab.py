# SPDX-License-Identifier: Apache-2.0
"""What live tests share: free ports, processes that are stopped by pid, a kit, the application
behind a front server, and running probity against the whole."""

import json
import os
import pathlib
import select
import shutil
import signal
import socket
import subprocess
import time

FQDN = "ssp.probity.example.nhs.uk"


def free_ports(count):
    """Ports nobody listens on: held open together, so that they differ."""
    sockets = [socket.socket() for _ in range(count)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def wait_for_port(port, process, log, limit=20.0):
    """Until something accepts on the port; fails with the log when the process ends first."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended by itself ({process.returncode}):\n{log()}")
        with socket.socket() as s:
            s.settimeout(0.2)
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)  # a poll of an outside process; nothing announces this event
    raise RuntimeError(f"nothing listens on port {port} after {limit} s:\n{log()}")


class Server:
    """A process that is killed by its pid when the block ends, whatever happened."""

    def __init__(self, command, folder, name, ready_port=None, ready_line=False):
        self.log_path = pathlib.Path(folder) / f"{name}.log"
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                command, stdout=subprocess.PIPE if ready_line else log, stderr=log, cwd=folder, start_new_session=True)
        try:
            if ready_line:
                self.line = self.read_line()
            if ready_port:
                wait_for_port(ready_port, self.process, self.log)
        except Exception:
            self.stop()
            raise

    def log(self):
        return self.log_path.read_text(errors="replace")

    def read_line(self, limit=30.0):
        ready, _, _ = select.select([self.process.stdout], [], [], limit)
        if not ready:
            raise RuntimeError(f"not ready after {limit} s:\n{self.log()}")
        return self.process.stdout.readline().decode().strip()

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Lab:
    """A folder with a kit and, behind whatever server a test puts in front, the reference provider
    serving over plain HTTP as the application."""

    def __init__(self, probity, folder):
        self.probity = probity
        self.folder = pathlib.Path(folder)
        self.provider = Server(
            [probity, "provider", "--fault", "serves-plain-http", "--dir", str(self.folder / "application")],
            self.folder, "application", ready_line=True)
        target = json.loads((self.folder / "application" / "target.json").read_text())
        self.application = target["plain_url"].split("/")[2]   # host:port
        self.root = "/" + target["plain_url"].split("/", 3)[3]
        self.facts = target
        self.kit = self.folder / "application"

    def close(self):
        self.provider.stop()

    def dh_parameters(self):
        path = self.folder / "dh.pem"
        if not path.exists():
            subprocess.run(["openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048",
                            "-out", str(path)], check=True, capture_output=True)
        return path

    def target(self, port, plain_port, folder):
        """A target file for a front server on these ports."""
        target = dict(self.facts)
        root = f"https://127.0.0.1:{port}"
        target["alias"] = "live"
        target["url"] = root + self.root
        target["bases"] = {name: root + "/" + url.split("/", 3)[3] for name, url in self.facts["bases"].items()}
        target["plain_url"] = f"http://127.0.0.1:{plain_port}" + self.root
        target["server_ca"] = str(self.kit / "ca.pem")
        target["kit"] = str(self.kit)
        path = pathlib.Path(folder) / "target.json"
        path.write_text(json.dumps(target))
        return path, target["url"]

    def run(self, port, plain_port, folder, *more):
        """Runs probity and returns (exit code, result.json, what it said)."""
        path, url = self.target(port, plain_port, folder)
        out = pathlib.Path(folder) / "out"
        shutil.rmtree(out, ignore_errors=True)
        done = subprocess.run([self.probity, "run", "-p", "gp-connect-provider", url, "--target", str(path), "-o", str(out), *more],
                              capture_output=True, text=True, timeout=300)
        result = json.loads((out / "result.json").read_text())
        return done.returncode, result, done.stdout + done.stderr


def not_met(result):
    return {row["id"] for row in result["requirements"] if row["verdict"] == "not-met"}


def verdicts(result, *wanted):
    return {c["id"]: f'{c["verdict"]}/{c["cause"]}: {c["observed"]} {c["because"]}'
            for c in result["checks"] if c["verdict"] in wanted}
