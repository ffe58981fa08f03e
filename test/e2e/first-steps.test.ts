/** What an operator types on the first day, against a gate as it is delivered. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startGate, type GateProcess } from '../fixtures/processes/gate-process.js';
import { lines, rawCall, statusOf } from '../fixtures/network/raw-call.js';
import { ADA, EMBEDDED_TALK, HOST, SITES } from '../fixtures/sites/sites.js';

const ADAS_MAIL = 'lovelace@example.net';
const TALK_ALONE = SITES.replaceAll('["talk", "email"]', '["talk"]').replace(
  `email = "${ADA}"`,
  `email = "${ADAS_MAIL}"`,
);

let gate: GateProcess;

beforeAll(async () => {
  const environment = { ...EMBEDDED_TALK, JET_TOKEN: 'x'.repeat(40), TRUSTED_PROXIES: '127.0.0.1/32' };
  gate = await startGate({ sites: TALK_ALONE, environment });
});

afterAll(() => gate.stop());

const accessRequest = async (visitor: string): Promise<{ readonly id: string; readonly page: string }> => {
  const forwarded = [`X-Forwarded-For: ${visitor}`, `X-Forwarded-Host: ${HOST}`, 'X-Forwarded-Method: GET'];
  const text = lines(`GET /site/${HOST}/auth/forward HTTP/1.1`, `Host: ${HOST}`, 'Accept: text/html', ...forwarded);
  const page = await rawCall({ port: gate.ports.gate, text });
  expect(statusOf(page)).toBe(403);
  const { out } = await gate.cli('pending');
  const id =
    out
      .split('\n')
      .find((line) => line.includes(visitor))
      ?.split(/ +/)[0] ?? '';
  return { id, page };
};

test('a request has the same six characters on the page, in the list and in the history, and four find it', async () => {
  const { id, page } = await accessRequest('203.0.113.7');
  const approved = await gate.cli('approve', id.slice(0, 4), 'for', '8h');
  const history = await gate.cli('history');

  expect(id).toMatch(/^\w{6}$/);
  expect(page).toContain(`Request <code>${id}</code>`);
  expect([approved.code, approved.out.startsWith('Approved.')]).toEqual([0, true]);
  expect(history.out).toMatch(new RegExp(` ${id}$`, 'm'));
});

test('words after an id are its reason', async () => {
  const { id } = await accessRequest('203.0.113.8');
  const denied = await gate.cli('deny', id, 'because', 'not', 'from', 'us');

  expect(denied.out).toContain('Reason (for approvers alone): not from us');
});

test('a grant is given more time by its number, and one that was given by hand says how', async () => {
  const granted = await gate.cli('grant', '203.0.113.9', HOST, 'for', '1h', '--json');
  const { id: byHand } = JSON.parse(granted.out) as { id: number };
  const grants = JSON.parse((await gate.cli('grants', '--json')).out) as { id: number; address: string }[];
  const byRequest = grants.find(({ address }) => address === '203.0.113.7')?.id ?? 0;

  const extended = await gate.cli('extend', String(byRequest), 'for', '2d');
  const told = await gate.cli('extend', String(byHand));

  expect([extended.code, extended.out]).toEqual([0, expect.stringMatching(/^Extended\. 203\.0\.113\.7 may visit/)]);
  expect([told.code, told.err]).toEqual([1, expect.stringContaining(`grant 203.0.113.9 ${HOST} for 8h`)]);
});

test('a sign-in link asked for by a mail address names the approver who has it, and nobody else', async () => {
  const byMail = await gate.cli('sign-in-link', ADAS_MAIL);
  const byOther = await gate.cli('sign-in-link', 'eve@example.org');

  expect([byMail.code, `${byMail.out}${byMail.err}`]).toEqual([
    1,
    expect.stringContaining(`Did you mean ${ADA}, whose mail this is?`),
  ]);
  expect(`${byOther.out}${byOther.err}`).not.toContain('Did you mean');
});

test('a reload says what is in force', async () => {
  expect((await gate.cli('reload')).out).toBe('sites.toml was read again and is in force.\n');
});
