/** `gate sign-in-link <approver>`: a one-time link that signs an approver in. */
import type { Command } from 'commander';
import { z } from 'zod';
import { utcMinute } from '../../approval/sentences.js';
import { askAdmin } from '../ask-admin.js';
import { EXIT } from '../exit-code.js';
import { plain, plainJson } from '../../base/text/plain.js';
import { oneWord } from '../argument-readers.js';
import { operatorOf, talksToGate, type Cli, type CommonOptions } from '../verb.js';

const LINK = z.object({ url: z.string(), expiresAt: z.iso.datetime() });

interface LinkOptions extends CommonOptions {
  readonly resetFactors?: true;
}

export function addSignInLink(program: Command, cli: Cli): void {
  talksToGate(program.command('sign-in-link'))
    .description('print a link that signs an approver in, once')
    .argument('<approver>', 'the handle, as in [approvers."<handle>"]', oneWord)
    .option('--reset-factors', 'remove their passkeys, authenticator app and recovery codes, and end their sessions')
    .addHelpText(
      'after',
      `
Their older links that are not used yet are good no more. Whoever lost the device
and the recovery codes by which they prove themselves needs --reset-factors: be
sure that it is they who ask.

Examples:
  gate sign-in-link rpm@koder.dev
  gate sign-in-link rpm@koder.dev --reset-factors`,
    )
    .action((approver: string, options: LinkOptions) => signInLink(cli, approver, options));
}

async function signInLink(cli: Cli, approver: string, options: LinkOptions): Promise<void> {
  const { resetFactors } = options;
  const body = { approver, operator: operatorOf(cli, options), resetFactors };
  const call = { method: 'POST', path: '/v1/sign-in-links', body } as const;
  const link = await askAdmin(cli, call, { schema: LINK, options });
  if (link === null) return;
  const { url, expiresAt } = link;
  const text = `${plain(url)}\nFor ${approver} alone, once, until ${plain(utcMinute(Date.parse(expiresAt)))}.\n`;
  cli.surroundings.out.write(options.json === true ? `${plainJson(link)}\n` : text);
  cli.end(EXIT.ok);
}
