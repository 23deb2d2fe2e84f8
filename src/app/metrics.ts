import { createServer, type IncomingMessage, type Server } from 'node:http';

/** Figures may be asked for by this machine alone, and by nobody who was led here under another name. */
const isForUs = ({ headers: { host = '' } }: IncomingMessage): boolean =>
  /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host);

/**
 * Serves figures for Prometheus on a port of loopback of their own. Behind a proxy every peer of the web port is this
 * machine, so who may read cannot be told there; nothing leads from outside to this one.
 */
export async function serveMetrics(
  port: number,
  read: () => Promise<string>,
  onError: (error: unknown) => void,
): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    const refuse = (status: number): unknown => outgoing.writeHead(status).end();
    if (!isForUs(incoming)) return refuse(421);
    if (incoming.url !== '/metrics') return refuse(404);
    if (incoming.method !== 'GET' && incoming.method !== 'HEAD') return refuse(405);
    return read().then(
      (text) =>
        outgoing
          .writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
          .end(incoming.method === 'HEAD' ? undefined : text),
      (error: unknown) => {
        onError(error);
        refuse(500);
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, resolve);
  });
  return server;
}
