"""What the official MetaTrader5 package says, in the words of src/terminals/protocol.ts.

Of the package only what src/testing/mt5/only_reads.py lists may be named in this folder.
"""

import json
import math

import MetaTrader5 as mt5

PACKAGE = mt5.__version__
MOST_LINE_BYTES = 64 * 1024
# What else a line holds fits into the difference.
PIECE_BYTES = MOST_LINE_BYTES - 8 * 1024

ENUM_PREFIXES = ("ACCOUNT_", "COPY_TICKS_", "DEAL_", "ORDER_", "POSITION_", "SYMBOL_", "TICK_FLAG_", "TIMEFRAME_")
ENUMS = {name: value for name, value in vars(mt5).items() if name.startswith(ENUM_PREFIXES) and type(value) is int}

# Unsigned 64-bit numbers, which not every reader of JSON keeps whole.
IDS = frozenset("login ticket order identifier position_id position_by_id magic".split())
ACCOUNT = (
    "login server name company currency currency_digits trade_mode margin_mode leverage"
    " balance credit profit equity margin margin_free margin_level"
).split()
POSITION = (
    "ticket identifier time_msc time_update_msc type magic reason volume price_open sl tp price_current"
    " swap profit symbol comment"
).split()
ORDER = (
    "ticket time_setup_msc time_done_msc type state magic position_id position_by_id reason volume_initial"
    " volume_current price_open sl tp symbol comment"
).split()
DEAL = (
    "ticket order time_msc type entry magic position_id reason volume price commission swap profit fee"
    " symbol comment external_id"
).split()
SYMBOL = (
    "name description digits point trade_contract_size trade_tick_size trade_tick_value trade_calc_mode"
    " currency_base currency_profit bid ask"
).split()

NO_HISTORY, OLD_VERSION, REFUSED = -4, -5, -6
NO_TERMINAL, NO_IPC, IPC_TIMEOUT = -10003, -10004, -10005
BROKEN = (-10001, -10002, NO_TERMINAL, NO_IPC, IPC_TIMEOUT)
# How last_error() reads when a terminal that has logged in is asked; all else is "internal".
KINDS = {OLD_VERSION: "version-skew", REFUSED: "not-connected", NO_IPC: "not-connected", IPC_TIMEOUT: "timeout"}


class Refusal(Exception):
    """A call that brings no result, as the parent is told of it."""

    def __init__(self, kind, code, text):
        super().__init__(text)
        self.kind, self.code, self.text = kind, code, text


class Crossed(Refusal):
    """The terminal shows an account that nobody asked for: nothing it says can be used any more."""

    def __init__(self):
        super().__init__("internal", None, "Another account is logged in.")


def refused():
    """last_error() may say it too, but the terminal's journal is surer."""
    return Refusal("auth", REFUSED, "The broker refused the credentials.")


def failure(what, kinds=KINDS):
    """Of the call just made, by this thread."""
    code, text = mt5.last_error()
    return Refusal(kinds.get(code, "internal"), code, f"{what}: {text}")


def found(what, answer, kinds=KINDS):
    """None is an error; an empty answer is an answer."""
    if answer is None:
        raise failure(what, kinds)
    return answer


def clean(value):
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value[:500] if isinstance(value, str) else value


def plain(row, fields):
    values = row._asdict()
    return {name: str(values[name] % 2**64) if name in IDS else clean(values[name]) for name in fields}


def encoded(message):
    return json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace")


def pieces(rows):
    """Cuts a list so that each piece fits into a line; one empty piece if there is nothing."""
    piece, size = [], 0
    for row in rows:
        length = len(encoded(row)) + 1
        if piece and size + length > PIECE_BYTES:
            yield piece
            piece, size = [], 0
        piece.append(row)
        size += length
    yield piece


def identity(info):
    return (str(info.login), info.server.casefold())


def refuse_skew(terminal_build):
    package_build = int(PACKAGE.split(".")[-1])
    if terminal_build is not None and package_build < terminal_build:
        text = f"The package is of build {package_build}, the terminal of build {terminal_build}."
        raise Refusal("version-skew", None, text)


def tagged(kind, rows, fields):
    return [(kind, plain(row, fields)) for row in rows]


def parted(piece, *kinds):
    return {kind: [row for name, row in piece if name == kind] for kind in kinds}


def known_symbol(name):
    """None: the server has no such symbol."""
    info = mt5.symbol_info(name) if mt5.symbol_select(name, True) else None
    if info is not None:
        return {**plain(info, SYMBOL), "time_msc": info.time * 1000}
    refusal = failure("symbol_info")
    if refusal.code in BROKEN:
        raise refusal
    return None
