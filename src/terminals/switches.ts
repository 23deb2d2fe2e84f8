export interface Spread {
  /** ms; null: never measured */
  readonly p50: number | null;
  readonly p95: number | null;
  /** of how many, the last ones */
  readonly n: number;
}

const kept = 50;

/** The nearest-rank quantile; null of nothing. */
function quantile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

/** How long logins took, to the server that was logged in before and to another one. */
export class Switches {
  private readonly ms: { same: number[]; other: number[] } = { same: [], other: [] };

  note(kind: 'same' | 'other', tookMs: number): void {
    this.ms[kind] = [...this.ms[kind].slice(1 - kept), Math.round(tookMs)];
  }

  view(): { same: Spread; other: Spread } {
    const spread = (values: readonly number[]): Spread => ({
      p50: quantile(values, 0.5),
      p95: quantile(values, 0.95),
      n: values.length,
    });
    return { same: spread(this.ms.same), other: spread(this.ms.other) };
  }
}
