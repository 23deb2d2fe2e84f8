"""`start.py BRIDGE …` runs a bridge with the stand-in for MetaTrader5 that lies beside this file."""

import runpy
import sys

bridge = sys.argv.pop(1)
sys.argv[0] = bridge
runpy.run_path(bridge, run_name="__main__")
