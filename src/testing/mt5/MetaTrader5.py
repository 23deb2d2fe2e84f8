"""A stand-in for the official MetaTrader5 package, with a terminal and brokers behind it: to test wine/bridge.py.

Its world is world.json beside the terminal that `initialize` is given. It is read anew at every call, so that a test
may change it meanwhile; its shape is `Mt5World` in src/testing/mt5-world.ts. Failures look as they do in the package:
None or False, and last_error() says why.
"""

import ctypes
import json
import math
import os
import queue
import sys
import threading
import time
from collections import namedtuple

_place = os.path.dirname(sys.argv[sys.argv.index("--terminal") + 1])


_known = (None, None)


def _world():
    """Put in place whole by the test, each time as another file."""
    global _known
    path = os.path.join(_place, "world.json")
    state = os.stat(path)
    version = (state.st_ino, state.st_mtime_ns)
    if _known[0] != version:
        with open(path, encoding="utf-8") as file:
            _known = (version, json.load(file))
    return _known[1]


def _faults():
    return _world().get("faults", {})


__version__ = _world().get("package", "5.0.6231")

# --- enumerations


def _counted(prefix, names):
    return {prefix + name: number for number, name in enumerate(names.split())}


_enums = {
    **_counted(
        "DEAL_TYPE_",
        "BUY SELL BALANCE CREDIT CHARGE CORRECTION BONUS COMMISSION COMMISSION_DAILY COMMISSION_MONTHLY"
        " COMMISSION_AGENT_DAILY COMMISSION_AGENT_MONTHLY INTEREST BUY_CANCELED SELL_CANCELED",
    ),
    **{"DEAL_DIVIDEND": 15, "DEAL_DIVIDEND_FRANKED": 16, "DEAL_TAX": 17},
    **_counted("DEAL_ENTRY_", "IN OUT INOUT OUT_BY"),
    **_counted("DEAL_REASON_", "CLIENT MOBILE WEB EXPERT SL TP SO ROLLOVER VMARGIN SPLIT"),
    **_counted("POSITION_TYPE_", "BUY SELL"),
    **_counted("POSITION_REASON_", "CLIENT MOBILE WEB EXPERT"),
    **_counted(
        "ORDER_TYPE_",
        "BUY SELL BUY_LIMIT SELL_LIMIT BUY_STOP SELL_STOP BUY_STOP_LIMIT SELL_STOP_LIMIT CLOSE_BY",
    ),
    **_counted(
        "ORDER_STATE_",
        "STARTED PLACED CANCELED PARTIAL FILLED REJECTED EXPIRED REQUEST_ADD REQUEST_MODIFY REQUEST_CANCEL",
    ),
    **_counted("ORDER_REASON_", "CLIENT MOBILE WEB EXPERT SL TP SO"),
    **_counted("ACCOUNT_TRADE_MODE_", "DEMO CONTEST REAL"),
    **_counted("ACCOUNT_MARGIN_MODE_", "RETAIL_NETTING EXCHANGE RETAIL_HEDGING"),
    **_counted("ACCOUNT_STOPOUT_MODE_", "PERCENT MONEY"),
    **{f"TIMEFRAME_M{n}": n for n in (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)},
    **{f"TIMEFRAME_H{n}": 16384 + n for n in (1, 2, 3, 4, 6, 8, 12)},
    **{"TIMEFRAME_D1": 16408, "TIMEFRAME_W1": 32769, "TIMEFRAME_MN1": 49153},
    **{"COPY_TICKS_ALL": -1, "COPY_TICKS_INFO": 1, "COPY_TICKS_TRADE": 2},
    **{"TICK_FLAG_BID": 2, "TICK_FLAG_ASK": 4, "TICK_FLAG_LAST": 8},
    **{"TICK_FLAG_VOLUME": 16, "TICK_FLAG_BUY": 32, "TICK_FLAG_SELL": 64},
    **_counted("SYMBOL_TRADE_MODE_", "DISABLED LONGONLY SHORTONLY CLOSEONLY FULL"),
    **_counted("SYMBOL_CALC_MODE_", "FOREX FUTURES CFD CFDINDEX CFDLEVERAGE FOREX_NO_LEVERAGE"),
    **_faults().get("enums", {}),
}
globals().update({name: value for name, value in _enums.items() if value is not None})

# --- structures, their fields in the order of the package

_ACCOUNT = (
    "login trade_mode leverage limit_orders margin_so_mode trade_allowed trade_expert margin_mode currency_digits"
    " fifo_close balance credit profit equity margin margin_free margin_level margin_so_call margin_so_so"
    " margin_initial margin_maintenance assets liabilities commission_blocked name server currency company"
)
_TERMINAL = (
    "community_account community_connection connected dlls_allowed trade_allowed tradeapi_disabled email_enabled"
    " ftp_enabled notifications_enabled mqid build maxbars codepage ping_last community_balance retransmission"
    " company name language path data_path commondata_path"
)
_POSITION = (
    "ticket time time_msc time_update time_update_msc type magic identifier reason volume price_open sl tp"
    " price_current swap profit symbol comment external_id"
)
_ORDER = (
    "ticket time_setup time_setup_msc time_done time_done_msc time_expiration type type_time type_filling state magic"
    " position_id position_by_id reason volume_initial volume_current price_open sl tp price_current price_stoplimit"
    " symbol comment external_id"
)
_DEAL = (
    "ticket order time time_msc type entry magic position_id reason volume price commission swap profit fee symbol"
    " comment external_id"
)
_SYMBOL = (
    "select visible time digits spread trade_calc_mode trade_mode bid ask last point trade_tick_value trade_tick_size"
    " trade_contract_size volume_min volume_max volume_step currency_base currency_profit currency_margin description"
    " name path"
)
_TICK = "time bid ask last volume time_msc flags volume_real"

AccountInfo = namedtuple("AccountInfo", _ACCOUNT)
TerminalInfo = namedtuple("TerminalInfo", _TERMINAL)
TradePosition = namedtuple("TradePosition", _POSITION)
TradeOrder = namedtuple("TradeOrder", _ORDER)
TradeDeal = namedtuple("TradeDeal", _DEAL)
SymbolInfo = namedtuple("SymbolInfo", _SYMBOL)
Tick = namedtuple("Tick", _TICK)

_TEXTS = frozenset(
    "name server currency company symbol comment external_id language path data_path commondata_path currency_base"
    " currency_profit currency_margin description".split()
)
_IDS = frozenset("login ticket order identifier position_id position_by_id magic".split())
_NUMBERS = {"nan": math.nan, "inf": math.inf}


def _value(name, value):
    """JSON cannot write what is no number, nor a whole number of 64 bits that JavaScript keeps."""
    return int(value) if name in _IDS else _NUMBERS.get(value, value) if isinstance(value, str) else value


def _struct(kind, values):
    empty = {name: "" if name in _TEXTS else 0 for name in kind._fields}
    known = {name: _value(name, value) for name, value in values.items() if name in empty}
    seconds = {
        name: known[f"{name}_msc"] // 1000
        for name in ("time", "time_update", "time_setup", "time_done")
        if f"{name}_msc" in known
    }
    return kind(**{**empty, **seconds, **known})


class _Rates(list):
    """As much of a numpy array as is asked for."""

    def tolist(self):
        return [tuple(row) for row in self]


# --- the terminal

_error = (1, "Success")
_attached = False
_account = None
_thread = None
_calls = {}
_reads = 0


def _journal(text, day=0, suffix=".log"):
    """As the terminal writes: UTF-16LE, and now and then half a line."""
    folder = os.path.join(_place, _world().get("logs", "logs"))
    os.makedirs(folder, exist_ok=True)
    moment = time.gmtime(time.time() + 86400 * day)
    path = os.path.join(folder, time.strftime("%Y%m%d", moment) + suffix)
    line = f"RJ\t0\t{time.strftime('%H:%M:%S', moment)}.123\tNetwork\t{text}\r\n"
    data = ("" if os.path.exists(path) else "\ufeff").encode("utf-16-le") + line.encode("utf-16-le")
    with open(path, "ab", buffering=0) as file:
        file.write(data[:15])
        time.sleep(0.002)
        file.write(data[15:])


_to_tell = queue.Queue()


def _write():
    """Lines come one after the other, when the login has long said that it went well."""
    while True:
        for number, line in enumerate(_to_tell.get()):
            time.sleep(0.02)
            if _faults().get("midnight") and number > 0:
                _journal(line, day=1, suffix=".LOG")
            else:
                _journal(line)


def _start():
    """The terminal starts when its bridge has, and logs in whom its configuration names."""
    while threading.active_count() < 4:
        time.sleep(0.01)
    world = _world()
    if not world["faults"].get("unstarted"):
        _journal(f"MetaTrader 5 x64 build {world.get('terminal', 6200)} started for A Broker")
        _journal("successfully initialized from start config")
        resident = world["resident"]
        if resident is not None:
            account = world["accounts"][resident["login"]]
            _to_tell.put(_lines(resident["login"], account["server"], resident["role"], account, world["faults"]))
    _write()


def _fail(code, text, answer=None):
    global _error
    _error = (code, text)
    return answer


def _fine(answer):
    global _error
    _error = (1, "Success")
    return answer


def _begin(name):
    """What can happen to any call. The failure to answer with, or None."""
    global _thread
    _thread = _thread or threading.get_ident()
    if _thread != threading.get_ident():
        raise RuntimeError("The package is not safe for threads.")
    _calls[name] = _calls.get(name, 0) + 1
    faults = _faults()
    if faults.get("hang") == name:
        time.sleep(1e6)
    if faults.get("hangHard") == name:
        # Holds the interpreter, as a blocked call of the package may.
        open(os.path.join(_place, "HELD"), "w", encoding="ascii").close()
        ctypes.PyDLL(None).sleep(1_000_000)
    if name in faults.get("errors", {}):
        return faults["errors"][name]
    if name not in ("initialize", "shutdown") and not _attached:
        return (-10004, "No IPC connection")
    return None


def _asked(name, answer, failed=None):
    error = _begin(name)
    return _fine(answer()) if error is None else _fail(*error, failed)


def initialize(path=None, *, login=None, password=None, server=None, timeout=60000, portable=False):
    global _attached, _account
    if login is not None or password is not None:
        raise RuntimeError("Attach without credentials.")
    error = _begin("initialize")
    early = _faults().get("attach", [])
    if error is None and _calls["initialize"] <= len(early):
        error = early[_calls["initialize"] - 1]
    if error is not None:
        return _fail(*error, False)
    if os.path.dirname(path) != _place or not portable:
        return _fail(-10003, "IPC initialize failed", False)
    _account = _account or _world()["resident"]
    if _account is None:
        time.sleep(timeout / 1000)
        return _fail(-10005, "IPC timeout", False)
    _attached = True
    return _fine(True)


def shutdown():
    global _attached
    _attached = False


def last_error():
    return _error


def version():
    return _asked("version", lambda: (500, _world().get("terminal", 6200), "01 Jul 2026"))


def login(login, *, password="", server="", timeout=60000):
    global _account, _reads
    error = _begin("login")
    if error is not None:
        return _fail(*error, False)
    accounts, faults = _world()["accounts"], _faults()
    if server not in [account["server"] for account in accounts.values()]:
        time.sleep(timeout / 1000)
        return _fail(-10005, "IPC timeout", False)
    time.sleep(faults.get("loginMs", 30) / 1000)
    account = accounts.get(str(login), {"server": None})
    role = {account.get("investor"): "investor", account.get("master"): "master"}.get(password)
    if account["server"] != server or role is None:
        _account = None
        _to_tell.put([f"'{login}': authorization on {server} failed (Invalid account)"])
        return _fail(-6, "Terminal: Authorization failed", False)
    _account, _reads = {"login": str(login), "role": role}, 0
    _to_tell.put(_lines(login, server, role, account, faults))
    return _fine(True)


def _lines(login, server, role, account, faults):
    if role == "refused":
        return [f"'{login}': authorization on {server} failed (Invalid account)"]
    positions, orders = len(account.get("positions", [])), len(account.get("orders", []))
    trading = "disabled - investor mode" if role == "investor" else "enabled - hedging mode"
    lines = [
        f"'{login}': authorized on {server} through Access Server 1 (ping: 12.34 ms, build 4321)",
        f"'{login}': previous successful authorization performed from 192.0.2.7 on 2026.07.07 08:00:00",
        f"'{login}': terminal synchronized with A Broker: {positions} positions, {orders} orders, 9 symbols, 0 spreads",
    ]
    lines += [] if faults.get("unproved") else [f"'{login}': trading has been {trading}"]
    return [] if faults.get("mute") else lines


def _own():
    return _world()["accounts"][_account["login"]]


def account_info():
    error = _begin("account_info")
    if error is not None or _account is None:
        return _fail(*(error or (-10004, "No IPC connection")))
    own, faults = _own(), _faults()
    values = {**own["info"], "login": _account["login"], "server": own["server"]}
    is_quiet = faults.get("offline", False) or faults.get("disabled", False)
    values["trade_allowed"] = faults.get("enabled", _account["role"] == "master") and not is_quiet
    values["balance"] = values.get("balance", 0) + min(_calls.get("positions_get", 0), faults.get("moves", 0))
    values.update(faults.get("shows", {}))
    crossed, by = faults.get("crossed"), faults.get("crossedBy", "login")
    if crossed is not None and by in _calls:
        values.update(login=crossed)
    return _fine(_struct(AccountInfo, values))


def terminal_info():
    values = {"connected": not _faults().get("offline", False), "build": _world().get("terminal", 6200)}
    return _asked("terminal_info", lambda: _struct(TerminalInfo, values))


def _listed(name, kind, rows, keep=lambda row: True):
    structs = lambda: tuple(row for row in (_struct(kind, values) for values in rows()) if keep(row))
    return _asked(name, structs)


def positions_get():
    return _listed("positions_get", TradePosition, lambda: _own().get("positions", []))


def orders_get():
    return _listed("orders_get", TradeOrder, lambda: _own().get("orders", []))


def positions_total():
    return _asked("positions_total", lambda: len(_own().get("positions", [])))


def orders_total():
    return _asked("orders_total", lambda: len(_own().get("orders", [])))


def _loaded(rows):
    """A history that comes in after the login, by and by; never, if a test says so."""
    faults = _faults()
    if faults.get("emptyHistory"):
        return []
    wanted = faults.get("historyReads", 0)
    return rows if _reads > wanted else rows[: len(rows) * _reads // (wanted + 1)]


def _deals(begin, end):
    rows = [_struct(TradeDeal, values) for values in _loaded(_own().get("deals", []))]
    return tuple(row for row in rows if begin <= row.time <= end)


def _orders(begin, end):
    rows = [_struct(TradeOrder, values) for values in _loaded(_own().get("historyOrders", []))]
    return tuple(row for row in rows if begin <= row.time_done <= end)


def history_deals_total(begin, end):
    global _reads
    _reads += 1
    return _asked("history_deals_total", lambda: len(_deals(begin, end)))


def history_orders_total(begin, end):
    return _asked("history_orders_total", lambda: len(_orders(begin, end)))


def history_deals_get(begin, end):
    return _asked("history_deals_get", lambda: _deals(begin, end))


def history_orders_get(begin, end):
    return _asked("history_orders_get", lambda: _orders(begin, end))


# --- the market

_SPANS = {1: 60, 30: 1800, 16385: 3600, 16388: 14400, 16408: 86400, 32769: 604800}


def _server_s():
    return time.time() + _world().get("serverOffsetS", 0)


def _symbol(name):
    return next((symbol for symbol in _world().get("symbols", []) if symbol["name"] == name), None)


def symbol_select(name, enable=True):
    error = _begin("symbol_select") or (None if _symbol(name) else (-4, "Terminal: Not found"))
    return _fine(True) if error is None else _fail(*error, False)


def symbol_info(name):
    error = _begin("symbol_info") or (None if _symbol(name) else (-4, "Terminal: Not found"))
    if error is not None:
        return _fail(*error)
    return _fine(_struct(SymbolInfo, {"time": int(_server_s()), "bid": 1.1, "ask": 1.1002, **_symbol(name)}))


def symbol_info_tick(name):
    frozen = _faults().get("frozenTick")
    server_ms = frozen or int(_server_s() * 1000) // 100 * 100
    values = {"time_msc": server_ms, "time": server_ms // 1000, "bid": 1.1, "ask": 1.1002, "flags": 6}
    return _asked("symbol_info_tick", lambda: _struct(Tick, values))


def copy_rates_range(name, timeframe, begin, end):
    span = _SPANS[timeframe]
    # Weeks begin on Sundays; day 0 of the count was a Thursday.
    shift = -4 * 86400 if timeframe == 32769 else 0
    first = -(-(begin - shift) // span) * span + shift
    last = min(end, int(_server_s()))

    def bars():
        return _Rates(
            (second, price, price + 0.001, price - 0.001, price + 0.0005, 42, 2, 0)
            for second in range(first, last + 1, span)
            for price in [1.1 + 0.01 * math.sin(second / 5e5)]
        )

    return _asked("copy_rates_range", bars)


# --- what nobody may call


def _trade(*_args, **_kwargs):
    with open(os.path.join(_place, "TRADED"), "w", encoding="ascii") as file:
        file.write("A bridge traded.\n")
    raise RuntimeError("A bridge never trades.")


order_send = order_check = order_calc_margin = order_calc_profit = Buy = Sell = Close = _trade

threading.Thread(target=_start, daemon=True).start()
