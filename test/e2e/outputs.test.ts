/**
 * Outputs of a running gate that take nothing: a reader that went away or never reads, a disk without room. Lines are lost and
 * counted; the gate goes on, and lines come again when the output works. Faults that nobody caught do not end it either.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Check } from '../../src/contract/admin.js';
import { eventually } from '../fixtures/time/eventually.js';
import { startGate, type GateOptions, type GateProcess } from '../fixtures/processes/gate-process.js';
import { visit } from '../fixtures/processes/people.js';
import { EMBEDDED_TALK, JET_TOKEN, SITES } from '../fixtures/sites/sites.js';

let folder: string;
let running: GateProcess | null = null;
let visitors = 0;
const descriptors: number[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gate-outputs-'));
});

afterEach(async () => {
  await running?.kill();
  running = null;
  for (const descriptor of descriptors.splice(0)) closeSync(descriptor);
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: Partial<GateOptions> = {}): Promise<GateProcess> {
  running = await startGate({ sites: SITES, dataDir: folder, environment: MAIL, ...options });
  return running;
}

/** A mail server that nobody is: its failures are events and log lines. */
const MAIL = { ...EMBEDDED_TALK, JET_TOKEN, SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'gate@example.org' };

/** A pipe by name, with both its ends. */
function pipe(): { readonly path: string; readonly reader: number; readonly writer: number } {
  const path = join(folder, `pipe-${String(descriptors.length)}`);
  expect(spawnSync('mkfifo', [path]).status).toBe(0);
  const reader = open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { path, reader, writer: open(path, constants.O_WRONLY | constants.O_NONBLOCK) };
}

function open(path: string, flags: number): number {
  const descriptor = openSync(path, flags);
  descriptors.push(descriptor);
  return descriptor;
}

function letGo(descriptor: number): void {
  descriptors.splice(descriptors.indexOf(descriptor), 1);
  closeSync(descriptor);
}

function readAll(descriptor: number): string {
  const bytes = Buffer.alloc(65_536);
  let text = '';
  try {
    for (;;) {
      const count = readSync(descriptor, bytes);
      if (count === 0) return text;
      text += bytes.toString('utf8', 0, count);
    }
  } catch {
    return text; // nothing more is there
  }
}

/** Somebody new: 403, a request, and with it an event. */
async function accessRequest(gate: GateProcess): Promise<void> {
  visitors += 1;
  expect((await visit(gate, `198.18.${String(visitors)}.7`)).status).toBe(403);
}

async function check(gate: GateProcess, name: string): Promise<Check | undefined> {
  const { json } = await gate.admin('/v1/doctor');
  return (json as { readonly checks: readonly Check[] }).checks.find((one) => one.name === name);
}

async function metric(gate: GateProcess, line: RegExp): Promise<string | undefined> {
  const { text } = await gate.metrics();
  return line.exec(text)?.[1];
}

test('readers of output and log that went away cost their lines, and nothing else', async () => {
  const gate = await start();

  gate.child.stdout?.destroy();
  gate.child.stderr?.destroy();
  await eventually('lost lines are told', async () => {
    await accessRequest(gate);
    return (await check(gate, 'output of events'))?.isOk === false;
  });

  expect(await check(gate, 'output of events')).toMatchObject({
    detail: expect.stringContaining('its reader is gone (EPIPE)'),
  });
  expect(Number(await metric(gate, /koder_gate_lost_lines_total\{output="events"\} (\d+)/))).toBeGreaterThan(0);
  expect(gate.child.exitCode).toBeNull();
  expect(await gate.stop()).toBe(0);
}, 60_000);

test('a pipe that gets a reader again gets lines again, and doctor tells of the gap', async () => {
  const { path, reader, writer } = pipe();
  const gate = await start({ outputs: [writer, 'pipe'] });
  letGo(reader);
  await eventually('lines are lost', async () => {
    await accessRequest(gate);
    return (await check(gate, 'output of events'))?.isOk === false;
  });

  const again = open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  await eventually('an event is read', async () => {
    await accessRequest(gate);
    return readAll(again).includes('"event":"auth_gate.opened"');
  });

  expect(await check(gate, 'output of events')).toMatchObject({
    isOk: true,
    detail: expect.stringMatching(/^works again; \d+ lines? lost since the start/),
  });
}, 60_000);

test('a pipe that is full and not read does not hold up a check, and what waited comes when it is read', async () => {
  const { reader, writer } = pipe();
  fill(writer);
  const gate = await start({ outputs: [writer, 'pipe'] });

  for (let asked = 0; asked < 20; asked += 1) await accessRequest(gate);
  expect(await check(gate, 'output of events')).toMatchObject({ isOk: true });
  let read = '';

  await eventually('all events come', () => {
    read += readAll(reader);
    return Promise.resolve((read.match(/"event":"auth_gate.opened"/g)?.length ?? 0) >= 1);
  });
}, 60_000);

test('outputs on a disk without room are told with their cause', async () => {
  const full = open('/dev/full', constants.O_WRONLY);
  const gate = await start({ outputs: [full, full] });

  await eventually('lost lines are told', async () => {
    await accessRequest(gate);
    return (await check(gate, 'output of events'))?.isOk === false;
  });

  for (const name of ['output of events', 'output of log'])
    expect(await check(gate, name)).toMatchObject({
      isOk: false,
      detail: expect.stringContaining('its disk is full (ENOSPC)'),
    });
}, 60_000);

test.each(['throw new Error("secret words")', 'Promise.reject(new Error("secret words"))'])(
  'a fault that nobody caught is logged, counted and told, and the gate goes on: %s',
  async (fault) => {
    const gate = await start({ nodeArguments: ['--import', onSignal(fault)] });

    gate.child.kill('SIGUSR2');
    await eventually('it is told', async () => (await check(gate, 'faults')) !== undefined);
    await accessRequest(gate);

    expect(await metric(gate, /koder_gate_faults_total (\d+)/)).toBe('1');
    expect(gate.printed.err).toContain('a fault that nobody caught: the process goes on');
    expect(gate.printed.err).not.toContain('secret words');
    expect(await gate.stop()).toBe(0);
  },
  60_000,
);

test('faults in numbers stop the process in order, with a code that is not 0', async () => {
  const gate = await start({ nodeArguments: ['--import', onSignal('setInterval(() => { throw new Error() }, 1)')] });

  gate.child.kill('SIGUSR2');
  await once(gate.child, 'exit');

  expect(gate.child.exitCode).toBe(70);
}, 60_000);

/** A module that does this when the process is told SIGUSR2. */
function onSignal(fault: string): string {
  return `data:text/javascript,${encodeURIComponent(`process.on('SIGUSR2', () => { ${fault} });`)}`;
}

function fill(writer: number): void {
  const line = Buffer.from(`${'-'.repeat(63)}\n`);
  try {
    for (;;) writeSync(writer, line);
  } catch {
    // full
  }
}
