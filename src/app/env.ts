import { Fault } from '../lib/fault.js';
import { isLoopback } from '../web/address.js';

/** Values of settings as they come, and what is read of them; a Fault names the setting that cannot be used. */
export type Env = Readonly<Record<string, string | undefined>>;

export const malformed = (name: string, value: string, wanted: string): Fault =>
  new Fault(500, 'configuration', `${name} is "${value}", but it must be ${wanted}.`);

export const isOwnMachine = (host: string): boolean =>
  host === 'localhost' || isLoopback(host.replace(/^\[(.*)\]$/, '$1'));

export const list = (value: string): string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

export function choice<T extends string>(env: Env, name: string, options: readonly T[], preset: T): T {
  const value = env[name] || preset;
  const found = options.find((option) => option === value);
  if (found === undefined) throw malformed(name, value, `one of ${options.join(', ')}`);
  return found;
}

export const isPort = (value: string): boolean =>
  /^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535;

export function port(name: string, value: string): number {
  if (!isPort(value)) throw malformed(name, value, 'a port number from 1 to 65535');
  return Number(value);
}

export function wholeNumber(env: Env, name: string, preset: number): number {
  const value = env[name] || String(preset);
  if (!/^[1-9]\d{0,6}$/.test(value)) throw malformed(name, value, 'a whole number, without its unit');
  return Number(value);
}

export function path(env: Env, name: string, example: string): string | null {
  const value = env[name];
  if (!value) return null;
  if (!value.startsWith('/')) throw malformed(name, value, `a path, such as ${example}`);
  return value;
}
