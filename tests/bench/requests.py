#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a whole run of gp-connect-provider costs, in requests, connections and seconds: on loopback,
and with 50 ms round trips that a proxy of this script adds. Prints figures; fails only on the ratios
that do not depend on the machine.

    python3 tests/bench/requests.py build/release/src/probity"""

import asyncio
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

ROUND_TRIP = 0.050
JOBS = 8
MOST_REQUESTS_PER_CHECK = 1.4
REQUEST_SUITES = "headers,token,scope,caching,interactions"


class DelayingProxy:
    """An HTTP CONNECT proxy that hands every chunk on half a round trip later."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.port = None
        ready = threading.Event()
        threading.Thread(target=self._run, args=(ready,), daemon=True).start()
        ready.wait(10)

    def _run(self, ready):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self.loop.run_forever()

    async def _serve(self, reader, writer):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            host, port = head.split()[1].decode().rsplit(":", 1)
            far_reader, far_writer = await asyncio.open_connection(host, int(port))
            await asyncio.sleep(ROUND_TRIP)  # the SYN and its answer
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            await asyncio.gather(self._relay(reader, far_writer), self._relay(far_reader, writer))
        except (ConnectionError, asyncio.IncompleteReadError):
            writer.close()

    async def _relay(self, reader, writer):
        def later(act, *args):
            self.loop.call_later(ROUND_TRIP / 2, act, *args)
        try:
            while chunk := await reader.read(65536):
                later(writer.write, chunk)
        except ConnectionError:
            pass
        later(writer.close)


def measured(probity, provider, out, *more):
    began = time.monotonic()
    command = [probity, "run", "-p", "gp-connect-provider", "--target", provider / "target.json", "--jobs", JOBS, "-o", out, "-q", *more]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    seconds = time.monotonic() - began
    result = json.loads((out / "result.json").read_text())
    undecided = [check["id"] for check in result["checks"] if check["verdict"] in ("fail", "warn", "inconclusive")]
    return {"seconds": seconds, "exit": done.returncode, "requests": result["requests_sent"], "connections": result["connections_opened"],
            "checks": sum(check["verdict"] != "skipped" for check in result["checks"]), "undecided": undecided}


def fresh_connections(out):
    """Exchanges that cannot share: own verbs, confirmations, the base control, and values with blanks
    at an end, which only a socket of our own sends as they are."""
    def alone(exchange):
        if exchange.get("connection") == "fresh":
            return True
        return any(header["value"] != header["value"].strip() for header in exchange.get("headers", []))
    result = json.loads((out / "result.json").read_text())
    return sum(alone(seen["exchange"]) for seen in result["observations"])


# TCP, then two for a full handshake of TLS 1.2, then the request.
ROUND_TRIPS = {"hello": 2, "handshake": 3, "fresh": 4, "pooled": 1}


def least_seconds(out):
    """What the round trips alone take when as many exchanges as there are jobs are always in flight."""
    def trips(exchange):
        if exchange["kind"] != "http":
            return ROUND_TRIPS[exchange["kind"]]
        return ROUND_TRIPS[exchange.get("connection") or "pooled"]
    result = json.loads((out / "result.json").read_text())
    return sum(trips(seen["exchange"]) for seen in result["observations"]) * ROUND_TRIP / JOBS


def main() -> int:
    probity = pathlib.Path(sys.argv[1]).resolve()
    problems = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        provider = subprocess.Popen([probity, "provider", "--dir", folder / "provider"], stdout=subprocess.PIPE, text=True)
        try:
            provider.stdout.readline()
            near = measured(probity, folder / "provider", folder / "near")
            pooled = measured(probity, folder / "provider", folder / "pooled", "--suite", REQUEST_SUITES)
            proxy = DelayingProxy()
            far = measured(probity, folder / "provider", folder / "far", "--proxy", f"http://127.0.0.1:{proxy.port}")
            extra = fresh_connections(folder / "pooled")
            least = least_seconds(folder / "far")
        finally:
            provider.terminate()
            provider.wait()
    for name, run in [("loopback", near), ("50 ms round trips", far), ("request suites alone", pooled)]:
        print(f"{name}: {run['seconds']:.2f} s, {run['checks']} checks, {run['requests']} requests "
              f"({run['requests'] / run['checks']:.2f} a check), {run['connections']} connections, exit {run['exit']}")
        if run["undecided"]:
            problems.append(f"{name}: not passed: {run['undecided'][:5]}")
    print(f"round trips alone, {JOBS} in flight without a pause: {least:.2f} s")
    if near["requests"] > MOST_REQUESTS_PER_CHECK * near["checks"]:
        problems.append(f"{near['requests']} requests for {near['checks']} checks")
    # Besides the pool: the first hello, the handshake that shows the certificate, and what asked for its own.
    if pooled["connections"] > JOBS + 2 + extra:
        problems.append(f"{pooled['connections']} connections for {JOBS} jobs and {extra} exchanges that want their own")
    print("\n".join(problems) or "as promised")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
