/** The console's live pages: who hears of what over `/events`, how many may, and when it ends. */
import { get as httpGet, type IncomingMessage } from 'node:http';
import { beforeEach, expect, test } from '@jest/globals';
import { MAX_STREAMS_A_SESSION } from '../../src/http/admin/console/live/streams.js';
import { signedInAtAdmin, type AdminBrowser } from '../fixtures/http/admin-browser.js';
import { openPlanes, planes } from '../fixtures/http/one-planes.js';
import { ADA, BOB, OPERATOR } from '../fixtures/http/planes.js';
import { fieldsOf } from '../fixtures/http/visitor-client.js';
import { eventually } from '../fixtures/time/eventually.js';

openPlanes();

let operator: AdminBrowser;
beforeEach(async () => {
  operator = await signedInAtAdmin(planes, OPERATOR);
});

interface Heard {
  readonly status: number;
  readonly text: () => string;
  readonly isOver: () => boolean;
  close(): void;
}

function listen(person: AdminBrowser, headers: Readonly<Record<string, string>> = {}): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const options = {
      headers: { cookie: person.cookieHeader(), accept: 'text/event-stream', ...headers },
      agent: false,
    };
    const request = httpGet(`${planes.adminUrl}/events`, options, (response: IncomingMessage) => {
      let text = '';
      let isOver = false;
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('close', () => (isOver = true));
      response.on('error', () => undefined);
      resolve({
        status: response.statusCode ?? 0,
        text: () => text,
        isOver: () => isOver,
        close: () => void request.destroy(),
      });
    });
    request.on('error', reject);
  });
}

const hasHeard = (heard: Heard): boolean => heard.text().includes('event: changed');

test('an operator hears that something has changed, and no more than that', async () => {
  const heard = await listen(operator);
  await planes.accessRequest();
  await eventually('the operator has heard', () => hasHeard(heard));

  expect(heard.text().replaceAll(/retry: \d+\n\n|event: (changed|beat)\ndata:\n\n/g, '')).toBe('');
  heard.close();
});

test('an approver hears of their own sites, and never of others', async () => {
  const [ada, bob] = await Promise.all(
    [ADA, BOB].map(async (account) => listen(await signedInAtAdmin(planes, account))),
  );
  if (ada === undefined || bob === undefined) throw new Error('both listen');
  await planes.accessRequest();
  await eventually('ada has heard', () => hasHeard(ada));
  await planes.accessRequest('203.0.113.99');
  await eventually('ada has heard again', () => ada.text().split('event: changed').length > 2);

  expect(hasHeard(bob)).toBe(false);
  for (const heard of [ada, bob]) heard.close();
});

test('nobody listens who is not signed in, comes from elsewhere, or has too many pages open', async () => {
  const foreign = await listen(operator, { 'sec-fetch-site': 'same-site' });
  const stranger = await listen({ ...operator, cookieHeader: () => '' });
  const open: Heard[] = [];
  for (let count = 0; count < MAX_STREAMS_A_SESSION; count += 1) open.push(await listen(operator));
  const beyond = await listen(operator);
  const ofAnother = await listen(await signedInAtAdmin(planes, ADA));
  open[0]?.close();

  expect([foreign, stranger, beyond, ofAnother].map(({ status }) => status)).toEqual([403, 401, 429, 200]);
  await eventually('a place is free', async () => {
    const again = await listen(operator);
    again.close();
    return again.status === 200;
  });
  for (const heard of [...open, ofAnother]) heard.close();
});

test('it ends when they sign out', async () => {
  const heard = await listen(operator);
  const page = await operator.visit('/');
  await operator.send('/session/end', fieldsOf(page.text, '/session/end'));
  await eventually('the stream is over', () => heard.isOver());

  expect(heard.text()).toContain('event: ended');
});
