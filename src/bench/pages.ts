import { connect } from 'node:net';
import { watchPage, type WatchedPage } from './socket-client.js';

/** Many open pages in a process of their own: PAGES as JSON, and PLAIN sockets to a port that only take bytes. */
const pages = JSON.parse(process.env['PAGES'] ?? '[]') as WatchedPage[];
const plain = JSON.parse(process.env['PLAIN'] ?? '{"port":0,"count":0}') as { port: number; count: number };

let messages = 0;
const sockets = await Promise.all(pages.map((page) => watchPage(page, () => (messages += 1))));
for (let at = 0; at < plain.count; at += 1) sockets.push(connect(plain.port, '127.0.0.1').resume());
let lost = 0;
for (const socket of sockets) socket.on('close', () => (lost += 1));
process.stdout.write('ready\n');
process.on('SIGTERM', () => {
  process.stdout.write(`${messages} messages, ${lost} lost\n`);
  process.exitCode = 0;
  for (const socket of sockets) socket.destroy();
});
