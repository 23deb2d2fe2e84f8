import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { familyOf, processTable } from '../terminals/process-table.js';

export interface UnitOptions {
  launch: () => ChildProcess;
  /** from its end until it is started again, in ms */
  restartMs: () => number;
  /** what it says once it serves; null: it never does */
  ready: RegExp | null;
  /** of what it says on both outputs */
  onText?: (text: string) => void;
  /** a server: what it has started ends with it, as systemd ends what is left of a unit; else that is its own duty */
  endsAll: boolean;
}

const killed = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended meanwhile
  }
};

/** A program that is kept running as systemd would: whenever it ends it is started again after a pause. */
export class Unit {
  starts = 0;
  /** last words of those that had served and ended although nobody had ended them */
  readonly falls: string[] = [];
  /** last words of those that ended before they served */
  readonly refusals: string[] = [];
  private child: ChildProcess | null = null;
  private isOver = false;
  private isStruck = false;
  private timer: NodeJS.Timeout | undefined;
  private readonly end = (): void => void this.child?.kill('SIGKILL');

  constructor(private readonly options: UnitOptions) {
    process.once('exit', this.end);
  }

  /** null: it has ended and is not started again yet */
  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  start(): void {
    const { launch, ready, onText } = this.options;
    const child = launch();
    [this.child, this.isStruck] = [child, false];
    this.starts += 1;
    let [said, isServing] = ['', false];
    const hear = (part: Buffer): void => {
      onText?.(String(part));
      said = (said + String(part)).slice(-2_000);
      isServing ||= ready?.test(said) ?? false;
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', (code, signal) => {
      this.child = null;
      if (this.isOver) return;
      const words = `${signal ?? `exit code ${code ?? 0}`}: ${said}`;
      if (!this.isStruck) (isServing ? this.falls : this.refusals).push(words);
      this.timer = setTimeout(() => this.start(), this.options.restartMs());
    });
  }

  /** SIGKILL. False: it does not run. */
  kill(): boolean {
    const pid = this.pid;
    if (pid === null) return false;
    const family = this.options.endsAll ? familyOf(pid, processTable()) : [];
    this.isStruck = true;
    for (const one of [pid, ...family]) killed(one);
    return true;
  }

  /** Ends it for good; resolves when it has ended. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    this.isOver = true;
    clearTimeout(this.timer);
    process.removeListener('exit', this.end);
    const { child } = this;
    if (child === null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}
