"""Asks one MetaTrader 5 terminal, and never trades."""

import hashlib
import hmac
import os
import secrets
import time

import MetaTrader5 as mt5

from journal import Journal
from package import ACCOUNT, DEAL, ENUMS, ORDER, POSITION
from package import IPC_TIMEOUT, KINDS, NO_HISTORY, NO_IPC, OLD_VERSION, REFUSED
from package import Crossed, Refusal, clean, encoded, failure, found, identity, known_symbol
from package import parted, pieces, plain, refuse_skew, refused, tagged


class Terminal:
    """Answers calls: a handler yields the parts of its result, none before the account was checked twice."""

    def __init__(self, path, haste):
        self.path, self.haste = path, haste
        self.journal = Journal(os.path.dirname(path))
        self.salt = secrets.token_bytes(32)
        self.is_attached, self.is_first = False, True
        self.account, self.proof = None, None
        self.until_s = 0.0
        self.progress = None
        self.handlers = {
            "login": self.login,
            "snapshot": self.snapshot,
            "history": self.history,
            "rates": self.rates,
            "symbols": self.symbols,
            "clock": self.clock,
            "shutdown": self.shutdown,
        }

    def handle(self, method, params, deadline_ms, progress):
        # A little less: what has no answer in time is to be told in time.
        self.until_s = time.monotonic() + 0.95 * deadline_ms / 1000
        self.progress = progress
        return self.handlers[method](**params)

    # -- waiting

    def budget_ms(self, seconds):
        """That long at most, and never past the call's own deadline."""
        left_s = min(seconds / self.haste, self.until_s - time.monotonic())
        return max(1, int(left_s * 1000))

    def wait(self, seconds):
        time.sleep(seconds / self.haste)

    def asked(self, seconds, question):
        """Asks until the answer is yes, or for so long; the last answer."""
        end_s = time.monotonic() + self.budget_ms(seconds) / 1000
        while not (answer := question()) and time.monotonic() < end_s:
            self.wait(0.1)
        return answer

    # -- login: attach, prove, and only then hold an account

    def login(self, login, server, password):
        started_s = time.monotonic()
        wanted = (login, server.casefold())
        self.account, proof = None, self.digest(login, server, password)
        is_first, self.is_first = self.is_first, False
        self.attach(is_first, login)
        if not self.is_resident(wanted, proof):
            self.proof = None
            if not (is_first and self.came_with(wanted)):
                self.journal.checkpoint()
                self.sign_in(login, server, password)
            self.arrive(wanted)
            self.checked(wanted)
            self.synchronize(login)
        info = self.checked(wanted)
        investor = self.journal.read().verdict(login)
        if investor == "yes":
            self.account, self.proof = wanted, proof
        took_ms = round((time.monotonic() - started_s) * 1000)
        yield {
            **{"login": login, "server": info.server, "tradeAllowed": bool(info.trade_allowed)},
            **{"investor": investor, "tookMs": took_ms},
        }

    def digest(self, *credentials):
        return hmac.digest(self.salt, encoded(credentials), hashlib.sha256)

    def attach(self, is_first, login):
        """Without credentials: with them the first answers are IPC timeouts."""
        if self.is_attached and mt5.terminal_info() is not None:
            return
        self.is_attached = False
        if is_first:
            self.await_terminal()
        for _ in range(3):
            is_there = mt5.initialize(self.path, timeout=self.budget_ms(10), portable=True)
            code, text = mt5.last_error()
            if is_there or code not in (NO_IPC, IPC_TIMEOUT):
                break
        # A terminal that is too new for the package may not answer it at all: then its journal knows its build.
        refuse_skew(found("version", mt5.version())[1] if is_there else self.journal.read().build)
        if not is_there and self.journal.refused == login:
            raise refused()
        if not is_there:
            kind = {OLD_VERSION: "version-skew", NO_IPC: "timeout", IPC_TIMEOUT: "timeout"}.get(code, "internal")
            raise Refusal(kind, code, f"initialize: {text}")
        self.is_attached = True

    def await_terminal(self):
        """It starts with the first login. Attached too early, the package would start one of its own."""
        if not self.asked(60, lambda: self.journal.read().is_initialized) and self.journal.build is None:
            raise Refusal("timeout", None, "The terminal does not start.")

    def came_with(self, wanted):
        """The terminal was started with the credentials of the first login, so that the broker was asked already."""
        info = mt5.account_info()
        if info is None or identity(info) != wanted:
            return False
        self.asked(60, lambda: wanted[0] in (self.journal.read().login, self.journal.refused))
        if self.journal.refused == wanted[0]:
            raise refused()
        return self.journal.login == wanted[0]

    def is_resident(self, wanted, proof):
        """By this very password, in this process, and connected since: else the broker has to say it again."""
        if self.proof is None or not hmac.compare_digest(self.proof, proof):
            return False
        info = mt5.account_info()
        is_here = info is not None and identity(info) == wanted
        return is_here and self.journal.read().verdict(wanted[0]) == "yes"

    def sign_in(self, login, server, password):
        if mt5.login(int(login), password=password, server=server, timeout=self.budget_ms(60)):
            return
        code, text = mt5.last_error()
        if code not in (REFUSED, IPC_TIMEOUT):
            raise Refusal(KINDS.get(code, "internal"), code, f"login: {text}")
        if self.asked(5, lambda: self.journal.read().refused == login):
            raise refused()
        # MetaTrader has no code for a server it does not know: nothing happens, and nothing is written.
        raise Refusal("timeout" if self.journal.login == login else "server-unknown", code, f"login: {text}")

    def arrive(self, wanted):
        """The terminal shows the account and its connection."""

        def is_there():
            info, terminal = mt5.account_info(), mt5.terminal_info()
            return info is not None and identity(info) == wanted and terminal is not None and terminal.connected

        if not self.asked(10, is_there):
            self.checked(wanted)
            raise Refusal("not-connected", None, "The terminal is not connected.")

    def synchronize(self, login):
        """Waits for what the journal says of this login, and for as many positions and orders as it names."""

        def is_told():
            verdict = self.journal.read().verdict(login)
            return verdict == "no" or (verdict == "yes" and self.journal.counts is not None)

        def is_counted():
            return (mt5.positions_total(), mt5.orders_total()) == self.journal.counts

        self.asked(60, is_told)
        if self.journal.verdict(login) != "yes":
            return
        if self.journal.counts is None or not self.asked(5, is_counted):
            raise Refusal("incomplete", None, "The terminal has not synchronized its positions and orders.")

    def checked(self, wanted):
        """The account, if it is the wanted one, cannot trade, and is connected."""
        info = found("account_info", mt5.account_info())
        if identity(info) != wanted:
            self.account = self.proof = None
            raise Crossed
        if info.trade_allowed or self.journal.read().verdict(wanted[0]) == "no":
            self.account = self.proof = None
            raise Refusal("investor", None, "Trading is enabled: this is a master password.")
        if not found("terminal_info", mt5.terminal_info()).connected:
            raise Refusal("not-connected", None, "The terminal is not connected.")
        return info

    # -- reading

    def own(self):
        if self.account is None:
            raise Refusal("not-connected", None, "Nobody is logged in.")
        return self.checked(self.account)

    def still(self, read):
        """What was read while the balance stood still, and the account after it."""
        for _ in range(3):
            before, rows, after = self.own(), read(), self.own()
            if before.balance == after.balance:
                return rows, plain(after, ACCOUNT)
        raise Refusal("incomplete", None, "The balance moved while it was read.")

    def snapshot(self):
        def read():
            positions = found("positions_get", mt5.positions_get())
            orders = found("orders_get", mt5.orders_get())
            return tagged("positions", positions, POSITION) + tagged("orders", orders, ORDER)

        rows, account = self.still(read)
        for piece in pieces(rows):
            yield {"account": account, **parted(piece, "positions", "orders")}

    def history(self, fromServerMs, toServerMs):
        span = (fromServerMs // 1000, -(-toServerMs // 1000))
        kinds = {**KINDS, NO_HISTORY: "incomplete"}

        def read():
            deals = found("history_deals_get", mt5.history_deals_get(*span), kinds)
            orders = found("history_orders_get", mt5.history_orders_get(*span), kinds)
            deals = sorted(deals, key=lambda deal: (deal.time_msc, deal.ticket))
            orders = sorted(orders, key=lambda order: (order.time_done_msc, order.ticket))
            return tagged("deals", deals, DEAL) + tagged("orders", orders, ORDER)

        self.own()
        totals, is_stable = self.stable_totals(span, kinds)
        rows, account = self.still(read)
        counts = tuple(sum(name == kind for name, _ in rows) for kind in ("deals", "orders"))
        # A balance comes from somewhere: an account that has one has a first deal.
        is_missing = fromServerMs == 0 and counts[0] == 0 and account["balance"] != 0
        verdict = {"dealsTotal": totals[0], "ordersTotal": totals[1]}
        verdict["complete"] = is_stable and counts == totals and not is_missing
        done = 0
        for piece in pieces(rows):
            done += len(piece)
            self.progress(done, len(rows))
            yield {**parted(piece, "deals", "orders"), **verdict, "account": account}

    def stable_totals(self, span, kinds):
        """The same in three readings 500 ms apart, or the last ones after 20 s."""
        readings, end_s = [], time.monotonic() + 20 / self.haste
        while True:
            deals = found("history_deals_total", mt5.history_deals_total(*span), kinds)
            orders = found("history_orders_total", mt5.history_orders_total(*span), kinds)
            readings.append((deals, orders))
            self.progress(len(readings), None)
            is_stable = len(readings) >= 3 and len(set(readings[-3:])) == 1
            if is_stable or time.monotonic() >= end_s:
                return readings[-1], is_stable
            self.wait(0.5)

    def rates(self, symbol, timeframe, fromServerMs, toServerMs):
        span = (fromServerMs // 1000, toServerMs // 1000)
        self.own()
        if not mt5.symbol_select(symbol, True):
            raise failure("symbol_select")
        rows = found("copy_rates_range", mt5.copy_rates_range(symbol, ENUMS["TIMEFRAME_" + timeframe], *span))
        self.own()
        bars = [[row[0] * 1000, *map(clean, row[1:6])] for row in rows.tolist()]
        for piece in pieces(bar for bar in bars if fromServerMs <= bar[0] <= toServerMs):
            yield {"bars": piece}

    def symbols(self, names):
        self.own()
        rows = [row for name in names if (row := known_symbol(name)) is not None]
        self.own()
        for piece in pieces(rows):
            yield {"symbols": piece}

    def clock(self, symbol):
        self.own()
        if not mt5.symbol_select(symbol, True):
            raise failure("symbol_select")
        first = found("symbol_info_tick", mt5.symbol_info_tick(symbol))
        last, read_ms = first, utc_ms()
        end_s = time.monotonic() + 2
        while last.time_msc == first.time_msc and time.monotonic() < end_s:
            time.sleep(0.05)
            last, read_ms = found("symbol_info_tick", mt5.symbol_info_tick(symbol)), utc_ms()
        self.own()
        yield {"tickServerMs": last.time_msc, "utcMs": read_ms, "isMoving": last.time_msc > first.time_msc}

    def shutdown(self):
        """Lets go of the terminal, which stays as it is."""
        mt5.shutdown()
        yield {}


def utc_ms():
    return time.time_ns() // 1_000_000
