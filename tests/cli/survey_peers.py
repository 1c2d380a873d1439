#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The survey against peers that do what real servers have been seen to do to scanners: every pitfall
that others fell into, the versions no packaged server speaks any more, and plain hostility."""

import collections
import json
import socket
import struct
import subprocess
import sys
import threading
import time

STRONG = [0xC030, 0xC02F, 0x009F, 0x009E, 0xC014, 0x0039]
Hello = collections.namedtuple("Hello", "record_version version suites length supported name", defaults=("",))


class Closed(Exception):
    """The peer wants this connection to end now."""


def read_hello(connection):
    data = connection.recv(65536)
    if not data:
        raise Closed
    if data[0] & 0x80:
        return Hello(2, 2, [int.from_bytes(data[11 + i:14 + i], "big") for i in range(0, struct.unpack(">H", data[5:7])[0], 3)], len(data), [])
    while len(data) < 5 + struct.unpack(">H", data[3:5])[0]:
        data += connection.recv(65536)
    at = 44 + data[43]
    count = struct.unpack(">H", data[at:at + 2])[0]
    suites = list(struct.unpack(f">{count // 2}H", data[at + 2:at + 2 + count]))
    at += 2 + count
    at += 1 + data[at]
    supported, name = [], ""
    if at + 2 < len(data):
        at += 2
        while at + 4 <= len(data):
            kind, size = struct.unpack(">HH", data[at:at + 4])
            if kind == 43:
                supported = list(struct.unpack(f">{(size - 1) // 2}H", data[at + 5:at + 4 + size]))
            if kind == 0:
                name = data[at + 9:at + 4 + size].decode()
            at += 4 + size
    return Hello(struct.unpack(">H", data[1:3])[0], struct.unpack(">H", data[9:11])[0], suites, len(data) - 5, supported, name)


def server_hello(suite, version=0x0303):
    body = struct.pack(">H", version) + bytes(32) + b"\0" + struct.pack(">H", suite) + b"\0"
    messages = b"\x02" + len(body).to_bytes(3, "big") + body + b"\x0e\0\0\0"
    return b"\x16\x03\x03" + struct.pack(">H", len(messages)) + messages


def alert(description, level=2):
    return bytes([21, 3, 3, 0, 2, level, description])


def highest(hello):
    return max(hello.supported, default=hello.version)


def choose(hello, accepted, version=0x0303, own_order=True):
    """What a sound server of one version says."""
    offered = hello.supported or [hello.version]
    if version not in offered:
        return alert(70)
    order = [s for s in accepted if s in hello.suites] if own_order else [s for s in hello.suites if s in accepted]
    return server_hello(order[0], version) if order else alert(40)


class Peer:
    """`script` gets the connection, its number from 0 and the peer; what it returns is sent."""

    def __init__(self, script):
        self.script = script
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.listener.getsockname()[1]
        self.count = 0
        self.times = []
        self.hellos = []
        self.lock = threading.Lock()
        self.over = threading.Event()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            number = self.count
            self.count += 1
            self.times.append(time.monotonic())
            threading.Thread(target=self.serve, args=(connection, number), daemon=True).start()

    def serve(self, connection, number):
        try:
            answer = self.script(connection, number, self)
            if answer:
                connection.sendall(answer)
                connection.settimeout(5)
                connection.recv(1)
        except (OSError, Closed, struct.error, IndexError):
            pass
        connection.close()

    def hello(self, connection):
        hello = read_hello(connection)
        with self.lock:
            self.hellos.append(hello)
        return hello

    def close(self):
        self.over.set()
        self.listener.close()


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise Closed


# Peers: each a function of (connection, number, peer).

def sound(connection, _, peer):
    return choose(peer.hello(connection), STRONG)


def closes_on_128_suites(connection, _, peer):
    hello = peer.hello(connection)
    return choose(hello, STRONG) if len(hello.suites) < 128 else None


def closes_on_256_to_511(connection, _, peer):
    hello = peer.hello(connection)
    return None if 256 <= hello.length <= 511 and hello.version > 0x0300 else choose(hello, STRONG)


def closes_on_more_than_255(connection, _, peer):
    hello = peer.hello(connection)
    return None if hello.length > 255 else choose(hello, STRONG)


def answers_unoffered(connection, _, peer):
    hello = peer.hello(connection)
    answer = choose(hello, STRONG)
    return server_hello(0x0005) if answer == alert(40) and len(hello.suites) > 40 else answer


def always_answers_unoffered(connection, _, peer):
    hello = peer.hello(connection)
    answer = choose(hello, STRONG)
    return server_hello(0x0005) if answer == alert(40) else answer


def warns_first(connection, _, peer):
    return alert(112, level=1) + choose(peer.hello(connection), STRONG)


def on_a_name(misbehave):
    """Sound but for hellos that name a server."""
    def script(connection, _, peer):
        hello = peer.hello(connection)
        return misbehave(choose(hello, STRONG)) if hello.name else choose(hello, STRONG)
    return script


def answers_another_version(connection, _, peer):
    hello = peer.hello(connection)
    return choose(hello._replace(supported=[], version=0x0303), STRONG) if hello.version > 2 else None


def cannot_run_its_favourite(description):
    def script(connection, _, peer):
        hello = peer.hello(connection)
        answer = choose(hello, STRONG)
        return alert(description) if 0x009F in hello.suites and answer[0] == 22 else answer
    return script


def follows_client(connection, _, peer):
    return choose(peer.hello(connection), STRONG, own_order=False)


def lifts_chacha20(connection, _, peer):
    hello = peer.hello(connection)
    accepted = [0xC030, 0xCCA8, 0xC02F]
    return choose(hello, [0xCCA8] + accepted if hello.suites[0] == 0xCCA8 else accepted)


def two_machines(connection, number, peer):
    """A balancer that moves on to a machine with fewer suites in the midst of the survey."""
    return choose(peer.hello(connection), STRONG if number < 27 else STRONG[:2])


def one_at_a_time(connection, _, peer):
    if not peer.gate.acquire(blocking=False):
        reset(connection)
    try:
        hello = peer.hello(connection)
        time.sleep(0.01)  # this is the server being slow, not the test waiting
        return choose(hello, STRONG)
    finally:
        peer.gate.release()


def ten_a_second(connection, _, peer):
    now = peer.times[-1]
    if sum(1 for t in list(peer.times) if now - t < 1.0) > 10:
        reset(connection)
    return choose(peer.hello(connection), STRONG)


def refuses_by_closing(connection, _, peer):
    answer = choose(peer.hello(connection), STRONG)
    return answer if answer[0] == 22 else None


def ssl2(connection, _, peer):
    hello = peer.hello(connection)
    if hello.version != 2:
        return choose(hello, STRONG)
    body = b"\x04\0\x01\0\x02" + struct.pack(">HHH", 0, 6, 16) + b"\x07\0\xc0\x01\0\x80" + bytes(16)
    return struct.pack(">H", 0x8000 | len(body)) + body


def ssl3_export(connection, _, peer):
    hello = peer.hello(connection)
    return choose(hello, [0x0003, 0x0005, 0x0062], 0x0300) if hello.version == 0x0300 else choose(hello, STRONG)


def after_known_good(misbehave):
    """Sound until the first hello has been answered; then `misbehave`."""
    def script(connection, number, peer):
        hello = peer.hello(connection)
        return choose(hello, STRONG) if number == 0 or len(hello.suites) == 31 else misbehave(connection, peer)
    return script


def drip(connection, peer):
    for octet in server_hello(0xC030)[:-1]:
        connection.sendall(bytes([octet]))
        if peer.over.wait(0.2):
            break


def endless(connection, peer):
    while not peer.over.is_set():
        connection.sendall(alert(112, level=1) * 100)


HOSTILE = {
    "hangs": lambda connection, peer: peer.over.wait(30) and None,
    "resets": lambda connection, peer: reset(connection),
    "sends garbage": lambda connection, peer: bytes(range(256)) * 8,
    "sends endless records": endless,
    "sends wrong lengths": lambda connection, peer: b"\x16\x03\x03\x00\x2a\x02\x00\x00\x26\x03\x03" + b"\xff" * 40,
    "sends an alert of 17 KB": lambda connection, peer: b"\x15\x03\x03\x44\x00" + bytes(17408),
    "drips": drip,
}


class Survey:
    def __init__(self, probity, script, *more, limit=60, host="127.0.0.1"):
        peer = Peer(script)
        peer.gate = threading.Semaphore(1)
        started = time.monotonic()
        done = subprocess.run([probity, "survey", f"https://{host}:{peer.port}", "--json", "--address", "127.0.0.1", *more],
                              capture_output=True, text=True, timeout=limit)
        self.seconds = time.monotonic() - started
        peer.close()
        self.code = done.returncode
        self.stderr = done.stderr
        self.text = done.stdout
        address = json.loads(done.stdout)["addresses"][0]
        self.problem = address["problem"]
        self.tls = address["tls"]
        self.connections = peer.count
        self.hellos = peer.hellos

    def suites(self, version="TLSv1.2"):
        return [int(suite["code"], 16) for suite in self.tls["suites"].get(version, [])]


def expect(problems, name, survey, **wanted):
    got = {"code": survey.code, "suites": survey.suites(), "order": survey.tls["preference"], "protocols": survey.tls["protocols"]}
    for key, value in wanted.items():
        seen = got[key]
        if key == "suites" and isinstance(value, set):
            seen = set(seen)
        if key == "protocols":
            seen = {version: seen[version] for version in value}
        if seen != value:
            problems.append(f"{name}: {key} is {seen}, expected {value} {survey.problem} {survey.stderr}")


def pitfalls(probity, problems):
    off = {version: "refused" for version in ("SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.3")}
    good = {"code": 0, "suites": STRONG, "order": "server"}
    for mode in ("full", "quick", "gentle", "exhaustive"):
        survey = Survey(probity, sound, "--survey", mode)
        expect(problems, f"sound, {mode}", survey, code=0, suites=set(STRONG), protocols=off)
        if max(len(hello.suites) for hello in survey.hellos) > 121:
            problems.append(f"{mode}: a hello of more than 120 suites")
        if any(256 <= hello.length <= 511 for hello in survey.hellos if hello.version > 0x0300):
            problems.append(f"{mode}: a hello of 256 to 511 octets")
        wrong = [hex(h.record_version) for h in survey.hellos if h.version > 0x0300 and h.record_version != 0x0301]
        if wrong:
            problems.append(f"{mode}: record versions {wrong}")
    for script in (sound, closes_on_128_suites, closes_on_256_to_511, warns_first, refuses_by_closing):
        expect(problems, script.__name__, Survey(probity, script), **good)
    expect(problems, "closes_on_more_than_255", Survey(probity, closes_on_more_than_255), suites=STRONG)
    survey = Survey(probity, refuses_by_closing)
    expect(problems, "refuses_by_closing", survey, code=0, protocols={"SSLv2": "closed"})
    survey = Survey(probity, answers_another_version)
    expect(problems, "answers_another_version", survey, suites=STRONG, protocols=off)
    survey = Survey(probity, answers_unoffered)
    expect(problems, "answers_unoffered", survey, suites=STRONG, code=0)
    survey = Survey(probity, always_answers_unoffered)
    expect(problems, "always_answers_unoffered", survey, suites=set(STRONG) | {0x0005}, code=2)
    if "TLSv1.2" not in survey.tls["unanswered_suites"]:
        problems.append("always_answers_unoffered: nothing is left open")
    expect(problems, "alert 80", Survey(probity, cannot_run_its_favourite(80)), suites=set(STRONG) - {0x009F})
    expect(problems, "alert 40", Survey(probity, cannot_run_its_favourite(40), "--survey", "exhaustive"), suites=set(STRONG) - {0x009F})
    expect(problems, "follows_client", Survey(probity, follows_client), code=0, order="client", suites=set(STRONG))
    expect(problems, "lifts_chacha20", Survey(probity, lifts_chacha20), code=0, order="server", suites=[0xC030, 0xCCA8, 0xC02F])
    if not Survey(probity, two_machines).tls.get("contradictions"):
        problems.append("two_machines: no contradiction is named")
    expect(problems, "one_at_a_time", Survey(probity, one_at_a_time), code=0, suites=set(STRONG))
    survey = Survey(probity, ten_a_second)
    expect(problems, "ten_a_second", survey, code=0, suites=set(STRONG), protocols=off)
    print(f"ten connections a second: {survey.connections} connections, {survey.seconds:.1f} s")
    if survey.connections > 60:  # this peer takes every group of the key exchange, which costs one each
        problems.append(f"ten_a_second: {survey.connections} connections")
    survey = Survey(probity, ten_a_second, "--survey", "gentle")
    expect(problems, "ten_a_second, gentle", survey, code=0, suites=set(STRONG), protocols=off)
    print(f"ten connections a second, gentle: {survey.connections} connections, {survey.seconds:.1f} s")
    if survey.connections > 45:
        problems.append(f"ten_a_second, gentle: {survey.connections} connections")


def names(probity, problems):
    """An unknown name refused, closed at, warned of: told apart, and the suites told right all the same."""
    wanted = (("refuses", lambda sound: alert(112), "no", "refused with the alert unrecognized_name", "no"),
              ("closes", lambda sound: None, "no", "closed", "no"),
              ("warns", lambda sound: alert(112, level=1) + sound, "yes", "after the warning unrecognized_name", "yes"),
              ("serves", lambda sound: sound, "yes", "", "no"))
    for name, misbehave, answers, detail, warning in wanted:
        survey = Survey(probity, on_a_name(misbehave))
        expect(problems, f"names: {name}", survey, code=0, suites=STRONG, order="server")
        features = survey.tls["features"]
        got = [features["answers-unknown-name"]["state"], features["answers-unknown-name"].get("detail", ""), features["sni-warning"]["state"]]
        if got != [answers, detail, warning] or survey.tls.get("contradictions"):
            problems.append(f"names: {name}: {got} {survey.tls.get('contradictions')}")


def old_versions(probity, problems):
    survey = Survey(probity, ssl2)
    expect(problems, "ssl2", survey, code=0, suites=STRONG, protocols={"SSLv2": "accepted"})
    if set(survey.suites("SSLv2")) != {0x0700C0, 0x010080}:
        problems.append(f"ssl2: {survey.suites('SSLv2')}")
    survey = Survey(probity, ssl3_export)
    expect(problems, "ssl3_export", survey, code=0, protocols={"SSLv3": "accepted"})
    if set(survey.suites("SSLv3")) != {0x0003, 0x0005, 0x0062}:
        problems.append(f"ssl3_export: {survey.suites('SSLv3')}")


def hostility(probity, problems):
    """Ends in time and claims nothing."""
    for name, misbehave in HOSTILE.items():
        for kind, script in ((f"{name} always", lambda connection, number, peer, act=misbehave: peer.hello(connection) and act(connection, peer)),
                             (f"{name} but for broad hellos", after_known_good(misbehave))):
            survey = Survey(probity, script, "--timeout", "0.5s", "--deadline", "8s", limit=40)
            if survey.code != 2:
                problems.append(f"{kind}: exit {survey.code} {survey.stderr}")
            if survey.tls["protocols"]["TLSv1.0"] in ("refused", "accepted") or survey.suites():
                problems.append(f"{kind}: claims {survey.tls['protocols']} {survey.suites()}")


def main() -> int:
    probity = sys.argv[1]
    problems = []
    for part in (pitfalls, names, old_versions, hostility):
        started = time.monotonic()
        part(probity, problems)
        print(f"{part.__name__}: {time.monotonic() - started:.1f} s")
    print("\n".join(problems) or "every peer was told right")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
