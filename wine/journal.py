"""What a MetaTrader 5 terminal writes of its logins into logs/YYYYMMDD.log beside it, in UTF-16LE."""

import os
import re

JOURNAL_FILE = re.compile(r"\d{8}\.log", re.IGNORECASE)
LINE_END = "\r\n".encode("utf-16-le")
STARTED = re.compile(r"MetaTrader 5 .*\bbuild (\d+) started\b")
OF_LOGIN = re.compile(r"'(\d+)': (.*)")
SYNCHRONIZED = re.compile(r"terminal synchronized with .*: (\d+) positions?, (\d+) orders?\b")


class Journal:
    """What the terminal writes of its logins into logs/YYYYMMDD.log, UTF-16LE, from a checkpoint on."""

    def __init__(self, folder):
        self.folder = folder
        # Of the terminal that has started since.
        self.build, self.is_initialized = None, False
        self.checkpoint()

    def checkpoint(self):
        """What was written before counts no more."""
        self.offsets = dict(self.files())
        self.refused = None
        self.forget()

    def forget(self):
        self.login, self.counts, self.investor = None, None, "unknown"

    def files(self):
        """In order of their days, with their sizes. Wine knows no case, a folder may have any."""
        logs = [entry.path for entry in os.scandir(self.folder) if entry.name.casefold() == "logs"]
        days = [entry for path in logs for entry in os.scandir(path) if JOURNAL_FILE.fullmatch(entry.name)]
        paths = [entry.path for entry in sorted(days, key=lambda entry: entry.name)]
        # Not as the folder lists them: of a file that is being written it may not know the latest.
        return [(path, os.path.getsize(path)) for path in paths]

    def read(self):
        for path, size in self.files():
            offset = self.offsets.get(path, 0)
            if size > offset:
                lines, self.offsets[path] = complete_lines(path, offset)
                for line in lines:
                    self.take(line)
        return self

    def take(self, line):
        # code, level, time, source, text: what a text quotes from elsewhere never stands at its beginning.
        fields = line.split("\t", 4)
        text = fields[4] if len(fields) == 5 else ""
        said, started = OF_LOGIN.match(text), STARTED.match(text)
        if said is not None:
            self.note(*said.groups())
        elif started is not None:
            self.build = int(started.group(1))
        elif "successfully initialized from start config" in text:
            self.is_initialized = True

    def verdict(self, login):
        """Whether this login came in by an investor's password: yes, no, or unknown."""
        return self.investor if login == self.login else "unknown"

    def note(self, login, said):
        if said.startswith("authorized on "):
            self.forget()
            self.login = login
        elif said.startswith("authorization on ") and " failed" in said:
            self.refused = login
        elif login == self.login:
            self.note_own(said)

    def note_own(self, said):
        synchronized = SYNCHRONIZED.match(said)
        if said.startswith("connection to ") and said.endswith(" lost"):
            self.forget()
        elif synchronized is not None:
            self.counts = tuple(map(int, synchronized.groups()))
        elif said.startswith("trading has been enabled"):
            self.investor = "no"
        elif said.startswith("trading has been disabled - investor mode") and self.investor != "no":
            self.investor = "yes"


def complete_lines(path, offset):
    """The lines from there on that have their end, and where the next one starts."""
    with open(path, "rb") as file:
        file.seek(offset)
        data = file.read()
    # By bytes: after half a character that a terminal left when it was killed, the next line is right again.
    *lines, rest = data.split(LINE_END)
    return [line.decode("utf-16-le", "replace") for line in lines], offset + len(data) - len(rest)
