import { readFile } from 'node:fs/promises';

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

/** The resident memory of a process and all its descendants, in bytes; 0 where there is no /proc. */
export async function residentBytes(pid: number): Promise<number> {
  const [status, children] = await Promise.all([
    textOf(`/proc/${pid}/status`),
    textOf(`/proc/${pid}/task/${pid}/children`),
  ]);
  const own = Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1] ?? 0) * 1024;
  const others = await Promise.all(children.split(' ').filter(Boolean).map(Number).map(residentBytes));
  return others.reduce((sum, bytes) => sum + bytes, own);
}
