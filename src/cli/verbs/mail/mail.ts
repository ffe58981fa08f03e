/** `gate mail provider|mailbox|secret …`: who carries our mails, which addresses they are from, and the providers' secrets. */
import type { Command } from 'commander';
import type { Cli } from '../../verb.js';
import { addMailbox } from './mailbox.js';
import { addProvider } from './provider.js';
import { addSecret } from './secret.js';

export function addMail(program: Command, cli: Cli): void {
  const verb = program.command('mail').description('who carries mails, which addresses they are from, and the secrets');
  addProvider(verb, cli);
  addMailbox(verb, cli);
  addSecret(verb, cli);
}
