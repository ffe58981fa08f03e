/** `gate show-site <host>`: what applies to a site, with what it takes from the defaults. */
import type { Command } from 'commander';
import { z } from 'zod';
import { APPROVE_NEEDS } from '../../approval/approval-proof.js';
import { durationInWords } from '../../approval/duration.js';
import { utcMinute } from '../../approval/sentences.js';
import type { SiteChannelView, SiteView } from '../../contract/admin.js';
import { askAdmin } from '../ask-admin.js';
import { EXIT } from '../exit-code.js';
import { plain, plainJson } from '../../base/text/plain.js';
import { oneWord } from '../argument-readers.js';
import { talksToGate, type Cli, type CommonOptions } from '../verb.js';

const VIEW = z.object({
  site: z.string(),
  domains: z.array(z.string()),
  environment: z.string(),
  isGated: z.boolean(),
  approvers: z.array(z.string()),
  channels: z.array(
    z.object({
      name: z.string(),
      may: z.enum(['decide', 'deny_only', 'link_only']),
      maxGrantTtlSeconds: z.number().nullable(),
      room: z.string().nullable(),
      consumer: z.string().nullable(),
    }),
  ),
  grantTtlSeconds: z.number(),
  requestTtlSeconds: z.number(),
  geofence: z.array(z.string()).nullable(),
  permanentNetworks: z.array(z.string()),
  allowProxyAddress: z.boolean(),
  openPaths: z.array(z.string()),
  confirmEndpoint: z.string(),
  approveNeeds: z.enum(APPROVE_NEEDS).optional(),
  passage: z.array(z.string()).optional(),
  needsSecondFactor: z.boolean().optional(),
  tokens: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      expiresAt: z.iso.datetime().nullable(),
      lastUsedAt: z.iso.datetime().nullable(),
    }),
  ),
});
type Shown = z.infer<typeof VIEW>;

export function addShowSite(program: Command, cli: Cli): void {
  talksToGate(program.command('show-site'))
    .description('show what applies to a site: gate, approvers, times, what passes without a grant')
    .argument('<host>', 'any of its domains', oneWord)
    .addHelpText('after', '\nExample:\n  gate show-site stg.example.org')
    .action((host: string, options: CommonOptions) => showSite(cli, host, options));
}

async function showSite(cli: Cli, host: string, options: CommonOptions): Promise<void> {
  const path = `/v1/sites/${encodeURIComponent(host)}`;
  const shown = await askAdmin(cli, { method: 'GET', path }, { schema: VIEW, options });
  if (shown === null) return;
  const text = options.json === true ? `${plainJson(shown)}\n` : drawn(linesOf(shown));
  cli.surroundings.out.write(text);
  cli.end(EXIT.ok);
}

type Line = readonly [name: string, values: readonly string[]];

function linesOf(site: Shown): readonly Line[] {
  const {
    geofence,
    permanentNetworks,
    openPaths,
    approveNeeds = 'session',
    needsSecondFactor = false,
    passage = [],
  } = site;
  return [
    ['site', site.domains],
    ['environment', [site.environment]],
    ['gate', [site.isGated ? 'on' : 'off: everybody passes']],
    ['approvers', orNone(site.approvers)],
    ['channels', orNone(site.channels.map(channelInWords))],
    ...(approveNeeds === 'session' ? [] : [['approving needs', [NEEDS[approveNeeds]]] as const]),
    ...(needsSecondFactor ? [['deciding needs', ['two factors, on the page']] as const] : []),
    ['a grant lasts', [durationInWords(site.grantTtlSeconds)]],
    ['a request waits', [durationInWords(site.requestTtlSeconds)]],
    ['may ask', geofence === null ? ['everybody'] : [`visitors from ${geofence.join(', ')}`]],
    ['always pass', orNone(permanentNetworks)],
    ...(site.allowProxyAddress ? [['proxy address', ['may have a grant: allow_proxy_address = true']] as const] : []),
    ...(passage.length === 0 ? [] : [['passage', passage] as const]),
    ['open paths', orNone(openPaths)],
    ['tokens', orNone(site.tokens.map(tokenInWords))],
    ['confirm pages', [site.confirmEndpoint]],
  ];
}

function orNone(texts: readonly string[]): readonly string[] {
  return texts.length === 0 ? ['none'] : texts;
}

const NEEDS = { fresh: 'a fresh proof, on the page', passkey: 'a passkey, on the page' } as const;

const MAY = { decide: '', deny_only: 'may deny only', link_only: 'shows a link only' } as const;

function channelInWords({ name, may, maxGrantTtlSeconds, room, consumer }: SiteChannelView): string {
  const said = [
    MAY[may],
    maxGrantTtlSeconds === null ? '' : `lets in for at most ${durationInWords(maxGrantTtlSeconds)}`,
    room === null ? '' : `in the room ${room}`,
    consumer === null ? '' : `by webhook to ${consumer}`,
  ].filter((words) => words !== '');
  return said.length === 0 ? name : `${name} (${said.join(', ')})`;
}

function tokenInWords({ id, label, expiresAt, lastUsedAt }: Pick<SiteView['tokens'][number], TokenFacts>): string {
  const end = expiresAt === null ? 'until it is revoked' : `until ${utcMinute(Date.parse(expiresAt))}`;
  const used = lastUsedAt === null ? 'never used' : `last used ${utcMinute(Date.parse(lastUsedAt))}`;
  return `${id} ${label === '' ? '' : `"${label}" `}${end}, ${used}`;
}

type TokenFacts = 'id' | 'label' | 'expiresAt' | 'lastUsedAt';

/** A name, and its values below one another. */
function drawn(lines: readonly Line[]): string {
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines
    .flatMap(([name, values]) =>
      values.map((value, at) => `${(at === 0 ? name : '').padEnd(width)}  ${plain(value)}\n`),
    )
    .join('');
}
