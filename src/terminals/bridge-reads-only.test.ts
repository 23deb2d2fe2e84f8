import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { projectRoot } from '../testing/database.js';
import { needs } from '../testing/needs.js';

const checker = join(projectRoot, 'src/testing/mt5/only_reads.py');
const wine = join(projectRoot, 'wine');
const sources = readdirSync(wine).filter((name) => name.endsWith('.py'));

const judge = (paths: string[]): { status: number | null; text: string } => {
  const { status, stdout, stderr } = spawnSync('python3', ['-B', checker, ...paths], { encoding: 'utf8' });
  return { status, text: stdout + stderr };
};

/** Each of them could place an order, or lead to where one can be placed. */
const smuggled = [
  'mt5.order_send({})',
  'mt5.order_check({})',
  'mt5.Buy("EURUSD", 1)',
  'mt5.market_book_add("EURUSD")',
  'send = mt5.order_send',
  'anything = mt5',
  'print(mt5, type(mt5))',
  'import MetaTrader5',
  'import MetaTrader5 as trader',
  'from MetaTrader5 import order_send',
  'from MetaTrader5 import *',
  'from package import mt5',
  'import package\npackage.mt5.order_send({})',
  'import package\nmatch package:\n    case object(mt5=trader):\n        pass',
  'getattr(mt5, "order" + "_send")({})',
  'vars(mt5)["order" + "_send"]({})',
  'ENUMS = {name: value for name, value in vars(mt5).items()}',
  'mt5.__dict__["order" + "_send"]({})',
  'mt5.version.__self__',
  'globals()["mt5"]',
  'eval("1")',
  'exec("1")',
  'compile("1", "", "exec")',
  '__import__("MetaTrader5")',
  'import importlib',
  'import builtins',
  'import ctypes',
  'import subprocess',
  'import re\nre.enum.bltns.compile("1", "", "single")',
  'import re\nre.anything.eval("1")',
  'import sys\nsys.modules["MetaTrader5"]',
  'import sys\nsys._getframe().f_globals',
  'import os\nos.system("python trade.py")',
  'import os\nos.execv("python", [])',
  'from os import system',
  'try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    error.__traceback__.tb_frame.f_globals',
];

void t.test('the programs beside a terminal can read and nothing else', needs('python3'), async (t) => {
  t.ok(sources.includes('bridge.py'));
  const { status, text } = judge(sources.map((name) => join(wine, name)));
  t.equal(status, 0, text);
});

void t.test('whatever could trade would be found', needs('python3'), async (t) => {
  const reader = readFileSync(join(wine, 'reader.py'), 'utf8');
  const file = join(t.testdir({}), 'reader.py');
  for (const words of smuggled) {
    writeFileSync(file, `${reader}\n\n${words}\n`);
    const { status, text } = judge([file]);
    t.equal(status, 1, words);
    t.match(text, /may not be used/, words);
  }
});
