/** Each import rule of `.dependency-cruiser.js` refuses a file that breaks it, and so does the linter's for time and chance. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ESLint } from 'eslint';
import { packageRoot } from '../src/base/process/package-root.js';

const root = packageRoot();
const CONFIG = join(root, '.dependency-cruiser.js');

/** The beginning of a rule's name, a file that breaks it, and what that file says. */
const BROKEN: readonly (readonly [rule: string, path: string, text: string])[] = [
  ['src/approval imports no other room', 'src/approval/a.ts', "import '../base/there.js';"],
  ['src/approval imports no package', 'src/approval/b.ts', "import type { z } from 'zod';"],
  ['src/approval imports no package', 'src/approval/c.ts', "import { join } from 'node:path';"],
  ['src/base imports no other room', 'src/base/a.ts', "export const later = () => import('../contract/there.js');"],
  [
    'src/contract imports only types of src/approval, ',
    'src/contract/a.ts',
    "import type { X } from '../ledger/there.js';",
  ],
  ['src/contract imports only types of src/approval', 'src/contract/b.ts', "import { x } from '../approval/there.js';"],
  ['src/contract imports only types of src/base', 'src/contract/c.ts', "import { x } from '../base/there.js';"],
  ['src/contract imports only types of express', 'src/contract/d.ts', "import express from 'express';"],
  ['src/contract imports only types', 'src/contract/e.ts', "import { join } from 'node:path';"],
  ['src/events imports only ', 'src/events/a.ts', "import { x } from '../desk/there.js';"],
  ['src/events imports only types of src/contract', 'src/events/b.ts', "import { x } from '../contract/there.js';"],
  ['src/mail imports only ', 'src/mail/a.ts', "import { x } from '../config/there.js';"],
  ['src/config imports only ', 'src/config/a.ts', "import { x } from '../desk/there.js';"],
  ['src/desk imports only ', 'src/desk/a.ts', "import { x } from '../ledger/there.js';"],
  ['src/ledger imports only ', 'src/ledger/a.ts', "import { x } from '../desk/there.js';"],
  ['src/delivery imports only ', 'src/delivery/a.ts', "import { x } from '../../bots/talk/there.js';"],
  ['src/gate imports only ', 'src/gate/a.ts', "import { x } from '../desk/there.js';"],
  ['src/telemetry imports only ', 'src/telemetry/a.ts', "import { x } from '../ledger/there.js';"],
  ['src/maintenance imports only ', 'src/maintenance/a.ts', "import { x } from '../ledger/there.js';"],
  ['src/commands imports only ', 'src/commands/a.ts', "import { x } from '../desk/there.js';"],
  ['src/identity imports only ', 'src/identity/a.ts', "import { x } from '../http/there.js';"],
  ['src/http imports only ', 'src/http/a.ts', "import { x } from '../desk/there.js';"],
  ['src/cli imports only ', 'src/cli/a.ts', "import { x } from '../desk/there.js';"],
  ['src/compose imports only ', 'src/compose/a.ts', "import { x } from '../../bots/talk/there.js';"],
  ['src/main.ts imports only ', 'src/main.ts', "import { x } from './compose/there.js';"],
  ['bots/index.ts imports only ', 'bots/index.ts', "import { x } from './talk/there.js';"],
  ['bots/kit imports only ', 'bots/kit/a.ts', "import { x } from '../talk/there.js';"],
  ['a channel imports only ', 'bots/talk/a.ts', "import { x } from '../email/there.js';"],
  ['a channel imports only ', 'bots/talk/b.ts', "import { x } from '../../src/desk/there.js';"],
  ['a channel imports only ', 'bots/talk/d.ts', "import { x } from '../../src/commands/there.js';"],
  ['cards imports only ', 'cards/a.ts', "import { x } from '../src/base/there.js';"],
  ['inbox imports only ', 'inbox/a.ts', "import { x } from '../src/http/there.js';"],
  ['inbox imports only types of src/contract', 'inbox/b.ts', "import { x } from '../src/contract/there.js';"],
  ['demo imports only ', 'demo/a.ts', "import { x } from '../src/desk/there.js';"],
  ['demo imports only types of src/contract', 'demo/b.ts', "import { x } from '../src/contract/there.js';"],
  ['express is imported only in ', 'src/gate/b.ts', "import type { Request } from 'express';"],
  ['express is imported only in ', 'bots/talk/c.ts', "import express from 'express';"],
  ['typeorm is imported only in ', 'src/desk/b.ts', "import { DataSource } from 'typeorm';"],
  ['pg is imported only in ', 'src/desk/c.ts', "import pg from 'pg';"],
  ['better-sqlite3 is imported only in ', 'src/desk/d.ts', "import Database from 'better-sqlite3';"],
  ['nodemailer is imported only in ', 'src/desk/e.ts', "import nodemailer from 'nodemailer';"],
  ['postal-mime is imported only in ', 'src/desk/f.ts', "import PostalMime from 'postal-mime';"],
  ['discord.js is imported only in ', 'cards/b.ts', "import type { APIEmbed } from 'discord.js';"],
  ['@slack/bolt is imported only in ', 'cards/c.ts', "import { App } from '@slack/bolt';"],
  ['smtp-server is imported only in ', 'bots/email/a.ts', "import { SMTPServer } from 'smtp-server';"],
  ['oidc-provider is imported only in ', 'demo/c.ts', "import Provider from 'oidc-provider';"],
  ['adaptivecards is imported only in ', 'cards/d.ts', "import { AdaptiveCard } from 'adaptivecards';"],
  ['commander is imported only in ', 'src/commands/b.ts', "import { Command } from 'commander';"],
  ['smol-toml is imported only in ', 'src/cli/b.ts', "import { parse } from 'smol-toml';"],
  ['mmdb-lib is imported only in ', 'src/desk/g.ts', "import { Reader } from 'mmdb-lib';"],
  [
    '@simplewebauthn/server is imported only in ',
    'src/desk/h2.ts',
    "import { generateChallenge } from '@simplewebauthn/server/helpers';",
  ],
  ['openid-client is imported only in ', 'src/desk/h5.ts', "import { discovery } from 'openid-client';"],
  ['jose is imported only in ', 'src/desk/h6.ts', "import { jwtVerify } from 'jose';"],
  ['otpauth is imported only in ', 'src/desk/h3.ts', "import { TOTP } from 'otpauth';"],
  ['prom-client is imported only in ', 'src/desk/h7.ts', "import { Registry } from 'prom-client';"],
  ['uqr is imported only in ', 'src/desk/h4.ts', "import { encode } from 'uqr';"],
  ['what runs in a browser ', 'src/gate/web/a.ts', "import { join } from 'node:path';"],
  ['a room that has no rule yet ', 'src/billing/a.ts', "import { x } from '../base/there.js';"],
  ['the product imports nothing of test', 'src/desk/h.ts', "import { x } from '../../test/there.js';"],
  ['the product imports no development package', 'src/desk/i.ts', "import { expect } from '@jest/globals';"],
  ['there are no import cycles', 'src/desk/j.ts', "import { type K } from './k.js';\nexport type J = K;"],
  ['what is imported is there', 'src/desk/l.ts', "import { x } from './nowhere.js';"],
];

/** What keeps every rule. */
const KEPT: readonly (readonly [path: string, text: string])[] = [
  ['src/contract/kept.ts', "import type { Request } from 'express';\nimport { type X } from '../base/there.js';"],
  ['src/http/shared/kept.ts', "import express from 'express';\nimport { x } from '../../identity/there.js';"],
  ['bots/talk/inbound.ts', "import express from 'express';\nimport { x } from '../../cards/there.js';"],
  ['bots/talk/kept.ts', "import { x } from '../kit/there.js';"],
  ['src/compose/kept.ts', "import { x } from '../desk/there.js';"],
];

interface Cruised {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

const folder = mkdtempSync(join(tmpdir(), 'gate-imports-'));
const broken = new Map<string, readonly string[]>();

beforeAll(() => {
  const rooms = [...BROKEN.map(([, path]) => path), ...KEPT.map(([path]) => path), 'test/there.ts', 'src/ledger/x.ts'];
  for (const room of new Set(rooms.map(dirname))) put(`${room}/there.ts`, 'export const x = 1;\nexport type X = 1;');
  for (const [, path, text] of BROKEN) put(path, text);
  for (const [path, text] of KEPT) put(path, text);
  put('src/desk/k.ts', "export type K = import('./j.js').J;");
  for (const name of ['package.json', 'tsconfig.json', 'node_modules'])
    symlinkSync(join(root, name), join(folder, name));

  const cli = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const flags = ['--config', CONFIG, '--output-type', 'json', '--preserve-symlinks'];
  const run = spawnSync(process.execPath, [cli, ...flags, 'src', 'bots', 'cards', 'inbox', 'demo'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  for (const { from, rule } of (JSON.parse(run.stdout) as Cruised).summary.violations) {
    broken.set(from, [...(broken.get(from) ?? []), rule.name]);
  }
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a file is refused by the name of the rule that it breaks', () => {
  test.each(BROKEN)('%s: %s', (rule, path) => {
    expect(broken.get(path)).toContainEqual(expect.stringMatching(new RegExp(`^${rule.replaceAll('.', '\\.')}`)));
  });
});

test('what keeps the rules is refused by none', () => {
  for (const [path] of KEPT) expect([path, broken.get(path)]).toEqual([path, undefined]);
});

test('there is no rule beside those', async () => {
  const { default: config } = (await import(CONFIG)) as {
    readonly default: { readonly forbidden: readonly { name: string }[] };
  };
  const refused = new Set([...broken.values()].flat());

  expect(config.forbidden.map(({ name }) => name).filter((name) => !refused.has(name))).toEqual([]);
});

test('time, randomness and environment are refused in the desk, and not on the command line', async () => {
  const linter = new ESLint({
    cwd: root,
    ruleFilter: ({ ruleId }) => ruleId.startsWith('no-restricted-'),
    overrideConfig: { languageOptions: { parserOptions: { project: null } } },
  });
  const refusedIn = async (path: string): Promise<readonly number[]> => {
    const text = 'process.env.HOME;\nDate.now();\nMath.random();\nnew Date();\nnew Date(0);\n';
    const [result] = await linter.lintText(text, { filePath: join(root, path) });
    return result?.messages.map(({ line }) => line) ?? [];
  };

  expect(await refusedIn('src/desk/desk.ts')).toEqual([1, 2, 3, 4]);
  expect(await refusedIn('src/cli/program.ts')).toEqual([]);
}, 60_000);

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), `${text}\n`);
}
