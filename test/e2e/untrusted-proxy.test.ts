/** A gate whose TRUSTED_PROXIES do not name its proxy, as an operator meets it: started, asked, examined and mended. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startGate, type GateProcess } from '../fixtures/processes/gate-process.js';
import { lines, rawCall, statusOf } from '../fixtures/network/raw-call.js';
import { EMBEDDED_TALK, HOST, SITES } from '../fixtures/sites/sites.js';

const TRUSTED = '127.0.0.9';
const TALK_ALONE = SITES.replaceAll('["talk", "email"]', '["talk"]');

let gate: GateProcess;

beforeAll(async () => {
  const environment = { ...EMBEDDED_TALK, JET_TOKEN: 'x'.repeat(40), TRUSTED_PROXIES: `${TRUSTED}/32` };
  gate = await startGate({ sites: TALK_ALONE, environment });
});

afterAll(() => gate.stop());

const asks = async (from?: string, visitor = '203.0.113.7'): Promise<string> => {
  const forwarded = [`X-Forwarded-For: ${visitor}`, `X-Forwarded-Host: ${HOST}`, 'X-Forwarded-Method: GET'];
  const text = lines(`GET /site/${HOST}/auth/forward HTTP/1.1`, `Host: ${HOST}`, 'Accept: text/html', ...forwarded);
  return rawCall({ port: gate.ports.gate, text, ...(from === undefined ? {} : { from }) });
};
const ready = async (): Promise<number> => (await fetch(`http://127.0.0.1:${String(gate.ports.admin)}/readyz`)).status;

test('everybody is closed out and nobody is asked; doctor, readiness, event and log say so, until a trusted proxy asks', async () => {
  const answers = [await asks(), await asks(), await asks()];
  const [pending, doctor, readiness] = [await gate.cli('pending', '--json'), await gate.cli('doctor'), await ready()];

  expect(answers.map(statusOf)).toEqual([403, 403, 403]);
  expect(answers[0]).toContain('TRUSTED_PROXIES=127.0.0.1/32');
  expect(JSON.parse(pending.out)).toEqual([]);
  expect([doctor.code, readiness]).toEqual([1, 503]);
  expect(doctor.out).toMatch(/^FAIL {2}proxy at 127\.0\.0\.1: sends X-Forwarded-For and is not in TRUSTED_PROXIES/m);
  expect(gate.printed.out.match(/auth_gate\.proxy_refused/g)).toHaveLength(1);

  await asks(TRUSTED);

  expect(await ready()).toBe(200);
});

test('visitors who come as their proxy are refused, and doctor and one event tell the operator until that is mended', async () => {
  const before = gate.printed.out.match(/auth_gate\.proxy_refused/g)?.length ?? 0;
  const answers = [await asks(TRUSTED, TRUSTED), await asks(TRUSTED, '127.0.0.1')];
  const doctor = await gate.cli('doctor');

  expect(answers.map(statusOf)).toEqual([403, 403]);
  expect(answers[0]).toContain('address_of_a_proxy');
  expect(doctor.code).toBe(1);
  expect(doctor.out).toMatch(
    /^FAIL {2}proxy at 127\.0\.0\.9: its visitors come as 127\.0\.0\.1, an address of a proxy or of this machine/m,
  );
  expect(doctor.out).toContain(`set allow_proxy_address = true for ${HOST}`);
  expect(gate.printed.out.match(/"why":"address_of_a_proxy"/g)).toHaveLength(1);
  expect(gate.printed.out.match(/auth_gate\.proxy_refused/g)).toHaveLength(before + 1);
});

test('an operator who grants loopback is warned, and nobody else can', async () => {
  const granted = await gate.cli('grant', '127.0.0.1', HOST);
  const withPort = await gate.cli('grant', '203.0.113.7:443', HOST);

  expect([granted.code, granted.out.includes('Warning: 127.0.0.1 is')]).toEqual([0, true]);
  expect([withPort.code, `${withPort.out}${withPort.err}`.includes('Write 203.0.113.7.')]).toEqual([1, true]);
});

test('a gate that trusts nobody says so when it starts', async () => {
  const environment = { ...EMBEDDED_TALK, JET_TOKEN: 'x'.repeat(40), TRUSTED_PROXIES: '' };
  const other = await startGate({ sites: TALK_ALONE, environment });
  expect(await other.stop()).toBe(0); // in order, however soon after its first readiness

  expect(other.printed.err).toContain('TRUSTED_PROXIES is empty');
});
