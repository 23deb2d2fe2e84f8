"""`only_reads.py FILE …` proves that programs cannot trade by the MetaTrader5 package: 0, or 1 and what is wrong.

Of the package they may name what is listed here and nothing else, never pass the package on, and have none of the
ways by which Python reaches a thing whose name is made at run time.
"""

import ast
import sys

READS = frozenset(
    "__version__ initialize login shutdown version last_error account_info terminal_info"
    " positions_total positions_get orders_total orders_get"
    " history_deals_total history_deals_get history_orders_total history_orders_get"
    " symbol_select symbol_info symbol_info_tick copy_rates_range".split()
)
IMPORTS = frozenset(
    "argparse faulthandler hashlib hmac json math os platform queue re secrets socket sys threading time"
    " MetaTrader5 numpy journal package reader".split()
)
BACK_DOORS = frozenset(
    "getattr setattr delattr eval exec compile __import__ globals locals vars dir breakpoint __builtins__".split()
)
# Of what may be imported: what leads to other modules, other programs, other code, or the package itself.
SIDE_DOORS = frozenset(
    "mt5 modules meta_path path_hooks builtins bltns importlib operator inspect subprocess ctypes pickle marshal runpy gc"
    " system popen startfile fork forkpty posix_spawn posix_spawnp settrace setprofile _getframe"
    " tb_frame gi_frame f_back f_globals f_locals f_builtins".split()
)
WORDS = ("order_send", "order_check", "order_calc", "market_book", "MetaTrader5.")
# The one reflection: names and whole numbers come out of it, and nothing that can be called.
ENUMS = (
    "ENUMS = {name: value for name, value in vars(mt5).items()"
    " if name.startswith(ENUM_PREFIXES) and type(value) is int}"
)


def wrongs(tree):
    parts = [part for part in tree.body if ast.unparse(part) != ENUMS]
    nodes = [node for part in parts for node in ast.walk(part)]
    asked = {id(node.value) for node in nodes if isinstance(node, ast.Attribute) and is_read(node)}
    for node in nodes:
        wrong = wrong_with(node, asked)
        if wrong is not None:
            yield getattr(node, "lineno", 0), wrong


def is_read(node):
    return isinstance(node.value, ast.Name) and node.value.id == "mt5" and node.attr in READS


def wrong_with(node, asked):
    if isinstance(node, ast.Import):
        return next((f"import {one.name}" for one in node.names if not may_import(one)), None)
    if isinstance(node, ast.ImportFrom):
        is_fine = node.module in IMPORTS - {"MetaTrader5"} and all(may_take(one.name) for one in node.names)
        return None if is_fine else f"from {node.module} import"
    if isinstance(node, ast.Name):
        return wrong_name(node, asked)
    if isinstance(node, ast.Attribute):
        return wrong_attribute(node)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return next((f"the words {word}" for word in WORDS if word in node.value), None)
    # Takes attributes by name without an Attribute in the tree.
    return "a class pattern" if isinstance(node, ast.MatchClass) else None


def may_import(one):
    return one.name in IMPORTS and one.asname == ("mt5" if one.name == "MetaTrader5" else None)


def may_take(name):
    return name != "*" and name not in SIDE_DOORS and not name.startswith(("exec", "spawn"))


def wrong_name(node, asked):
    if node.id == "mt5":
        return None if id(node) in asked else "the package itself"
    return f"the name {node.id}" if node.id in BACK_DOORS else None


def wrong_attribute(node):
    if is_read(node):
        return None
    is_of_package = isinstance(node.value, ast.Name) and node.value.id == "mt5"
    is_hidden = node.attr.startswith("__") and node.attr not in ("__init__", "__name__", "__traceback__")
    is_door = not may_take(node.attr) or node.attr.startswith("order_") or node.attr in BACK_DOORS - {"compile"}
    return f"the attribute {node.attr}" if is_of_package or is_hidden or is_door else None


def main():
    found = []
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            tree = ast.parse(file.read(), path)
        found += [f"{path}:{line}: {what} may not be used" for line, what in wrongs(tree)]
    print("\n".join(found) or "Only reads.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
