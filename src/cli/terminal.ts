import { Command, InvalidArgumentError } from 'commander';
import { askRunning, print } from './installation.js';

const numberIn = (text: string): number => {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError('A terminal is named by its number.');
  return Number(text);
};

async function restart(number: number): Promise<void> {
  await askRunning({ route: 'POST /terminals/restarts', body: { number } });
  print(`Terminal ${number} ends and starts anew; rawjournal status shows it.`);
}

export function terminalCommand(): Command {
  const terminal = new Command('terminal').description('the terminals that read accounts');
  terminal
    .command('restart')
    .description('end a terminal and start it anew, out of quarantine too')
    .argument('<number>', 'as rawjournal status shows it', numberIn)
    .action(restart);
  return terminal;
}
