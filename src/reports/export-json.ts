/** The version of the file; a reader refuses one that it does not know. */
const version = 1;

interface Whole {
  exportedAt: Date;
  accounts: readonly object[];
  /** deals that moved a balance without a trade, where the file is to have them */
  cash?: readonly object[];
  /** each with its deals */
  trades: AsyncIterable<readonly object[]>;
}

/**
 * `{ "rawjournal": 1, "exportedAt", "accounts": […], "cash": […], "trades": […] }` in pieces, one trade a line, so that nobody needs
 * to hold all of it.
 */
export async function* jsonOf({ exportedAt, accounts, cash, trades }: Whole): AsyncGenerator<string> {
  const top = JSON.stringify({ rawjournal: version, exportedAt: exportedAt.toISOString(), accounts, cash });
  let before = `${top.slice(0, -1)},"trades":[\n`;
  for await (const stretch of trades)
    for (const trade of stretch) {
      yield before + JSON.stringify(trade);
      before = ',\n';
    }
  yield before.startsWith('{') ? `${before}]}\n` : '\n]}\n';
}
