import type { Fault } from './fault.js';
import { processFaults } from './process-faults.js';
import { terminalFaults } from './terminal-faults.js';

export const faults: readonly Fault[] = [...terminalFaults, ...processFaults];
