import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { watchPage, type WatchedPage } from '../../bench/socket-client.js';

/** A page that somebody leaves open: whenever its socket is closed it opens another one, as the page's script does. */
export class OpenPage {
  messages = 0;
  private isOver = false;
  private socket: Socket | null = null;

  constructor(
    private readonly page: WatchedPage,
    private readonly random: () => number,
  ) {}

  /** Until `close`. */
  async hold(): Promise<void> {
    while (this.isHeld()) {
      await this.visit().catch(() => undefined); // refused while the program is away
      if (this.isHeld()) await sleep(500 + 2_000 * this.random());
    }
  }

  close(): void {
    this.isOver = true;
    this.socket?.destroy();
  }

  private isHeld(): boolean {
    return !this.isOver;
  }

  private async visit(): Promise<void> {
    this.socket = await watchPage(this.page, () => (this.messages += 1));
    if (this.isOver) this.socket.destroy();
    else if (!this.socket.destroyed) await once(this.socket, 'close');
  }
}
