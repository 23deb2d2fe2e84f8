"""Stands beside one MetaTrader 5 terminal and reads it for its parent.

It dials out to the parent's port on 127.0.0.1 and speaks the JSON lines of src/terminals/protocol.ts. The main thread
alone asks the terminal, since the package is not safe for threads; a second one listens, a third one beats. The
socket is the leash: when it closes, the process ends itself, whatever the main thread is waiting for.
"""

import argparse
import faulthandler
import json
import os
import platform
import queue
import socket
import sys
import threading

# The embeddable Python for Windows does not look for modules beside a script.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from package import ENUMS, MOST_LINE_BYTES, PACKAGE, Crossed, Refusal, encoded
from reader import Terminal

try:
    from numpy import __version__ as NUMPY
except ImportError:
    NUMPY = None

PROTOCOL = 1
BRIDGE = "bridge 1"
HEARTBEAT_S = 5
# The parent's deadline kills first; this one is for a parent that is gone while a call holds the interpreter.
GRACE_S = 2


def log(text):
    """For people; never a parameter of a call, since a login has its password there."""
    print(text, flush=True)


class Link:
    """One message a line, from any thread. A parent that cannot be reached ends the process."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.settimeout(None)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.lock = threading.Lock()

    def send(self, message):
        try:
            with self.lock:
                self.socket.sendall(encoded(message) + b"\n")
        except OSError:
            os._exit(1)

    def lines(self):
        """Until the other side hangs up, or sends more than a line holds."""
        rest = b""
        while len(rest) <= MOST_LINE_BYTES and (chunk := self.socket.recv(65536)):
            *lines, rest = (rest + chunk).split(b"\n")
            yield from lines


class Session:
    """Takes calls from the parent and answers them one after the other."""

    def __init__(self, link, terminal):
        self.link, self.terminal = link, terminal
        self.calls = queue.Queue()
        self.seq, self.seq_lock = 0, threading.Lock()
        self.state = "idle"

    def beat(self):
        with self.seq_lock:
            self.seq += 1
            # The parent weighs the whole tree of processes itself.
            self.link.send({"type": "heartbeat", "seq": self.seq, "state": self.state, "rssBytes": 0})

    def beat_on(self):
        while True:
            self.terminal.wait(HEARTBEAT_S)
            self.beat()

    def listen(self):
        """The end of the line, or nonsense on it, is the end of this process, also while a call hangs."""
        code = 1
        try:
            for line in self.link.lines():
                message = json.loads(line)
                if message["type"] == "call":
                    self.calls.put(message)
                elif message["type"] == "ping":
                    self.beat()
            code = 0
        finally:
            os._exit(code)

    def serve(self):
        while self.answer(self.calls.get()) != "shutdown":
            self.state = "idle"

    def answer(self, call):
        """The method. Nothing here outlives the call: a login has its password there."""
        self.state = method = call["method"]
        log(f"call {call['id']}: {method}")
        self.watch(call)
        try:
            self.send_parts(call, self.terminal.handle(**self.told(call)))
        except Refusal as refusal:
            self.refuse(call, refusal)
        except Exception as error:
            # Its own words may repeat a parameter.
            lines = [at.tb_lineno for at in steps(error.__traceback__)]
            self.refuse(call, Refusal("internal", None, f"{type(error).__name__} in line {lines[-1]}"))
        finally:
            faulthandler.cancel_dump_traceback_later()
        return method

    def told(self, call):
        def progress(done, total):
            self.watch(call)
            self.link.send({"type": "progress", "call": call["id"], "done": done, "total": total})

        method, params, deadline_ms = call["method"], call["params"], call["deadlineMs"]
        return {"method": method, "params": params, "deadline_ms": deadline_ms, "progress": progress}

    def watch(self, call):
        """Ends the process although a call of MetaTrader may hold the interpreter: no other thread runs then."""
        faulthandler.dump_traceback_later(call["deadlineMs"] / 1000 + GRACE_S, exit=True)

    def send_parts(self, call, parts):
        """Each part is sent when the next one is there, since the last one is marked."""
        number, waiting = 0, next(parts)
        for result in parts:
            self.reply(call, number, False, waiting)
            number, waiting = number + 1, result
        self.reply(call, number, True, waiting)

    def reply(self, call, part, last, result):
        self.link.send({"type": "reply", "id": call["id"], "part": part, "last": last, "result": result})

    def refuse(self, call, refusal):
        log(f"call {call['id']} failed: {refusal.kind} {refusal.code}")
        told = {"kind": refusal.kind, "code": refusal.code, "text": refusal.text[:500]}
        self.link.send({"type": "error", "id": call["id"], **told})
        if isinstance(refusal, Crossed):
            os._exit(1)


def steps(traceback):
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def hello(slot, token):
    return {
        **{"type": "hello", "token": token, "slot": slot, "pid": os.getpid(), "protocol": PROTOCOL},
        **{"bridge": BRIDGE, "python": platform.python_version(), "numpy": NUMPY, "package": PACKAGE},
        **{"terminal": None, "enums": ENUMS},
    }


def options():
    parser = argparse.ArgumentParser(description="Reads one MetaTrader 5 terminal, and never trades.")
    parser.add_argument("--port", type=int, required=True, help="the parent's, on 127.0.0.1")
    parser.add_argument("--slot", type=int, required=True)
    parser.add_argument("--token-file", required=True, help="holds the token of this start, 0600")
    parser.add_argument("--terminal", required=True, help="terminal64.exe, started portable: its journal is beside it")
    parser.add_argument("--haste", type=float, default=1, help="divides every wait: for tests")
    return parser.parse_args()


def main():
    chosen = options()
    with open(chosen.token_file, encoding="ascii") as file:
        token = file.read().strip()
    session = Session(Link(chosen.port), Terminal(chosen.terminal, chosen.haste))
    session.link.send(hello(chosen.slot, token))
    threading.Thread(target=session.listen, daemon=True).start()
    threading.Thread(target=session.beat_on, daemon=True).start()
    session.serve()
    # Without waiting for threads, or for a package that cannot let go.
    os._exit(0)


if __name__ == "__main__":
    main()
