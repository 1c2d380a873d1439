#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The TLS survey beside its peers: whether all see the same, and what it costs.

    /usr/bin/python3 tests/bench/survey.py build/release/src/probity [--agreement] [--speed] [--quick]
    /usr/bin/python3 tests/bench/survey.py build/dev/src/probity --smoke      (a test: counts, never times)

Needs the package time. Peers, where installed: testssl.sh (package testssl.sh), nmap, sslscan. The round trip of the second
speed table is made by a proxy in this file: it holds every octet 25 ms in each direction. It cannot
delay TCP's own handshake, which the kernel completes at once, so that a connection costs one round
trip there instead of two; that is so for every tool alike."""

import argparse
import asyncio
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "live"))
import survey_servers  # noqa: E402

MOST_CONNECTIONS = 70
VERSIONS = ["SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"]


# What each tool saw, as {version: [suite codes in the order given]} and, where told, whose order counts.

def by_probity(probity, port, *more):
    done = subprocess.run([probity, "survey", f"127.0.0.1:{port}", "--json", *more], capture_output=True, text=True, timeout=120)
    tls = json.loads(done.stdout)["addresses"][0]["tls"]
    return {v: [int(s["code"], 16) for s in tls["suites"][v]] for v in tls["suites"]}, tls["preference"]


def by_nmap(names, port):
    done = subprocess.run(["nmap", "-Pn", "-n", "--script", "ssl-enum-ciphers", "-p", str(port), "127.0.0.1", "-oX", "-"],
                          capture_output=True, text=True, timeout=600)
    suites, order = {}, "not-tested"
    for version in ElementTree.fromstring(done.stdout).iterfind(".//script[@id='ssl-enum-ciphers']/table"):
        found = [e.text for e in version.iterfind("table[@key='ciphers']/table/elem[@key='name']")]
        suites[version.get("key")] = [names.get(name.replace("TLS_AKE_WITH_", "TLS_"), name) for name in found]
        told = version.find("elem[@key='cipher preference']")
        if told is not None and told.text in ("server", "client"):
            order = told.text
    return suites, order


def by_testssl(port):
    done = subprocess.run(["testssl", "--quiet", "--color", "0", "--warnings", "batch", "-E", f"127.0.0.1:{port}"],
                          capture_output=True, text=True, timeout=900, stdin=subprocess.DEVNULL)
    suites, version = {}, None
    for line in done.stdout.splitlines():
        heading = re.match(r"\s*(SSLv2|SSLv3|TLS 1(?:\.[0-3])?)\b", line)
        if heading:
            version = heading.group(1).replace("TLS 1", "TLSv1")
            version = "TLSv1.0" if version == "TLSv1" else version
        row = re.match(r"\s*x([0-9a-f]{2,6})\s+\S+", line)
        if row and version:
            suites.setdefault(version, []).append(int(row.group(1), 16))
    return suites, "not-tested"


def suite_names(root):
    lines = (root / "profiles/data/tls-suites.csv").read_text().splitlines()[1:]
    return {line.split(",")[1]: int(line.split(",")[0], 16) for line in lines}


def described(suites):
    return ", ".join(f"{v} {len(suites[v])}" for v in VERSIONS if suites.get(v)) or "nothing"


def difference(ours, theirs):
    out = []
    for version in VERSIONS:
        a, b = set(ours.get(version, [])), set(theirs.get(version, []))
        if a != b:
            name = lambda s: hex(s) if isinstance(s, int) else s
            out.append(f"{version}: only here {sorted(map(name, a - b))}, only there {sorted(map(name, b - a))}")
    return "; ".join(out)


def same_order(ours, theirs):
    """Over the versions whose order both tell."""
    return all([s for s in theirs.get(v, [])] == ours[v] for v in ours if len(ours[v]) > 1 and v != "TLSv1.3")


def agreement(probity, keys, folder, root, only):
    names = suite_names(root)
    failures = 0
    print(f"{'configuration':<44} {'probity':<44} {'nmap':<22} testssl.sh -E")
    for name, opened in survey_servers.CONFIGURATIONS.items():
        if only and only not in name:
            continue
        with opened(keys, folder) as port:
            ours, order = by_probity(probity, port)
            cells = []
            for tool, look in (("nmap", lambda: by_nmap(names, port)), ("testssl", lambda: by_testssl(port))):
                if not shutil.which(tool):
                    cells.append("not installed")
                    continue
                theirs, their_order = look()
                wrong = difference(ours, theirs)
                if not wrong and their_order != "not-tested" and their_order != order and any(len(s) > 1 for s in ours.values()):
                    wrong = f"order: {order} here, {their_order} there"
                if not wrong and their_order == "server" and not same_order(ours, theirs):
                    wrong = "another order"
                cells.append(wrong or ("agrees, order too" if their_order == "server" else "agrees"))
                failures += bool(wrong)
            print(f"{name:<44} {described(ours) + '; ' + order:<44} {cells[0]:<22} {cells[1]}", flush=True)
    return failures


class DelayingProxy:
    """Relays to a port, each octet `delay` seconds later."""

    def __init__(self, port, delay):
        self.target, self.delay = port, delay
        self.connections = 0
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        self.thread = threading.Thread(target=self.main, args=(ready,), daemon=True)
        self.thread.start()
        ready.wait()

    def main(self, ready):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", 0, backlog=512))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self.loop.run_forever()
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0))

    async def serve(self, reader, writer):
        self.connections += 1
        try:
            there_reader, there = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(self.relay(reader, there), self.relay(there_reader, writer), return_exceptions=True)

    async def relay(self, reader, writer):
        while True:
            try:
                octets = await reader.read(65536)
            except OSError:
                octets = b""
            if not self.delay:
                writer.write(octets) if octets else writer.close()
            else:
                self.loop.call_later(self.delay, lambda o=octets: writer.write(o) if o else writer.close())
            if not octets:
                return

    def close(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()


def measured(command):
    """Wall and processor seconds of one process and its children."""
    nowhere = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
    started = time.monotonic()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=nowhere)
    _, _, used = os.wait4(child, 0)
    return time.monotonic() - started, used.ru_utime + used.ru_stime


def peak_of(command):
    """Peak KiB of one process and its children: by time(1), for what this interpreter starts is charged with the
    interpreter's own memory."""
    with tempfile.NamedTemporaryFile("r") as figures:
        subprocess.run(["/usr/bin/time", "-q", "-o", figures.name, "-f", "%M", *command], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=False)
        return int(figures.read())


def tools(probity):
    rows = {
        "probity survey": lambda p: [probity, "survey", f"127.0.0.1:{p}"],
        "probity survey --jobs 64": lambda p: [probity, "survey", f"127.0.0.1:{p}", "--jobs", "64"],
        "probity survey --survey quick": lambda p: [probity, "survey", f"127.0.0.1:{p}", "--survey", "quick"],
        "probity survey --survey gentle": lambda p: [probity, "survey", f"127.0.0.1:{p}", "--survey", "gentle"],
        "sslscan": lambda p: ["sslscan", "--no-colour", "--no-check-certificate", "--no-compression", "--no-fallback", "--no-groups",
                              "--no-heartbleed", "--no-renegotiation", f"127.0.0.1:{p}"],
        "nmap ssl-enum-ciphers": lambda p: ["nmap", "-Pn", "-n", "--script", "ssl-enum-ciphers", "-p", str(p), "127.0.0.1"],
        "testssl.sh -E": lambda p: ["testssl", "--quiet", "--color", "0", "--warnings", "batch", "-E", f"127.0.0.1:{p}"],
    }
    return {name: command for name, command in rows.items() if name.startswith("probity") or shutil.which(command(1)[0])}


def speed_row(command, port, delay, times):
    """Median wall and processor seconds, peak MiB, connections."""
    proxy = DelayingProxy(port, delay)
    peak = peak_of(command(proxy.port))
    connections = proxy.connections
    rounds = [measured(command(proxy.port if delay else port)) for _ in range(times)]
    proxy.close()
    return statistics.median(r[0] for r in rounds), statistics.median(r[1] for r in rounds), peak / 1024, connections


def speed(probity, keys, folder, quick):
    for name in list(survey_servers.CONFIGURATIONS)[:3]:
        with survey_servers.CONFIGURATIONS[name](keys, folder) as port:
            for delay in (0.0, 0.025):
                print(f"\n{name}, {'loopback' if not delay else '50 ms round trip'}")
                print(f"{'tool':<34} {'wall s':>8} {'cpu s':>8} {'peak MiB':>9} {'connections':>12} {'times ours':>11}")
                ours = None
                for tool, command in tools(probity).items():
                    slow = tool.startswith("testssl")
                    if slow and quick:
                        continue
                    wall, processor, peak, connections = speed_row(command, port, delay, 1 if slow else 3 if delay else 7)
                    ours = ours or wall
                    print(f"{tool:<34} {wall:8.3f} {processor:8.3f} {peak:9.1f} {connections:12d} {wall / ours:11.1f}", flush=True)


def smoke(probity, keys, folder):
    """That the bench still measures what it says, on one server; and that connections are kept few."""
    most = {"probity survey": MOST_CONNECTIONS, "probity survey --survey quick": MOST_CONNECTIONS, "probity survey --survey gentle": 35}
    problems = []
    with survey_servers.CONFIGURATIONS[next(iter(survey_servers.CONFIGURATIONS))](keys, folder) as port:
        for tool, limit in most.items():
            wall, processor, peak, connections = speed_row(tools(probity)[tool], port, 0.0, 1)
            print(f"{tool:<34} {connections:12d} connections of {limit} at most")
            # The clock of processor time ticks in hundredths: less than one reads as none.
            if not (wall > 0 and processor >= 0 and peak > 1 and connections > 10):
                problems.append(f"{tool}: nothing was measured: {wall} s, {processor} s, {peak} MiB, {connections} connections")
            if connections > limit:
                problems.append(f"{tool}: {connections} connections, at most {limit} are wanted")
        suites, order = by_probity(probity, port)
        if len(suites.get("TLSv1.2", [])) != 10 or order != "server":
            problems.append(f"the server has 10 suites in its own order; {described(suites)}, {order} were found")
    print("\n".join(problems) or "the bench measures, and connections are few")
    return len(problems)


def limited(probity, keys, folder):
    """A server that drops connections above ten a second."""
    front = "stick-table type ip size 1k expire 10s store conn_rate(1s)\n  tcp-request connection track-sc0 src\n" \
            "  tcp-request connection reject if { sc_conn_rate(0) gt 10 }"
    print(f"\n{'ten connections a second':<34} {'suites':>8} {'wall s':>8} {'connections':>12}")
    with survey_servers.haproxy(keys, folder, "ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.2", survey_servers.GP_CONNECT, front=front) as port:
        for mode in ("full", "quick", "gentle"):
            time.sleep(1.2)  # the server's own memory of a second must run out
            started = time.monotonic()
            done = subprocess.run([probity, "survey", f"127.0.0.1:{port}", "--json", "--survey", mode], capture_output=True, text=True)
            address = json.loads(done.stdout)["addresses"][0]
            print(f"{'probity survey --survey ' + mode:<34} {len(address['tls']['suites'].get('TLSv1.2', [])):8d} "
                  f"{time.monotonic() - started:8.2f} {address['connections']:12d}", flush=True)
        for tool in ("sslscan", "nmap ssl-enum-ciphers"):
            command = tools(probity).get(tool)
            if not command:
                continue
            time.sleep(1.2)  # as above
            started = time.monotonic()
            done = subprocess.run(command(port), capture_output=True, text=True, stdin=subprocess.DEVNULL)
            found = len(set(re.findall(r"(?:TLS_|(?:EC)?DHE-)[A-Z0-9_-]+", done.stdout)))
            print(f"{tool:<34} {found:8d} {time.monotonic() - started:8.2f} {'':>12}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("probity")
    parser.add_argument("--agreement", action="store_true", help="only the table of agreement")
    parser.add_argument("--speed", action="store_true", help="only the figures")
    parser.add_argument("--quick", action="store_true", help="without testssl.sh in the figures")
    parser.add_argument("--smoke", action="store_true", help="only whether one server is measured at all, with few connections")
    parser.add_argument("--only", default="", help="only configurations whose name holds this")
    options = parser.parse_args()
    root = pathlib.Path(__file__).resolve().parent.parent.parent
    both = not options.agreement and not options.speed
    probity = str(pathlib.Path(options.probity).resolve())
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        keys = survey_servers.Keys(folder)
        if options.smoke:
            return 1 if smoke(probity, keys, folder) else 0
        if options.agreement or both:
            failures = agreement(probity, keys, folder, root, options.only)
        if options.speed or both:
            speed(probity, keys, folder, options.quick)
            limited(probity, keys, folder)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
