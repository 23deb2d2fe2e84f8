import { join } from 'node:path';

/** Where both lie in the template, and so in every slot. */
export const python = 'C:\\Python\\python.exe';
export const metaTraderFolder = 'C:\\Program Files\\MetaTrader 5';
export const metaTrader = `${metaTraderFolder}\\terminal64.exe`;

/** A path of drive C: as this machine names it. */
export const inPrefix = (prefix: string, path: string): string =>
  join(prefix, 'drive_c', ...path.replace(/^C:/, '').split('\\'));

/** Where an installation keeps what its prefixes are made of. */
export const wineFolderOf = (stateFolder: string): string => join(stateFolder, 'wine');
export const templateOf = (stateFolder: string): string => join(wineFolderOf(stateFolder), 'template');
export const slotFolderOf = (stateFolder: string, slot: number): string =>
  join(stateFolder, 'terminals', `slot-${slot}`);

/** Three terminals read accounts, one reads prices. */
export const slotCount = 4;
