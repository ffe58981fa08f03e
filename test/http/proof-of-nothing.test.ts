/** The console's forms that want a fresh proof, of an operator who has nothing yet to prove it by: they are led to setting it up, and back. */
import { expect, test } from '@jest/globals';
import { adminBrowser } from '../fixtures/http/admin-browser.js';
import { MAIL_SOURCES } from '../fixtures/http/mail-records.js';
import { openPlanes, planes } from '../fixtures/http/one-planes.js';
import { ADA, OPERATOR } from '../fixtures/http/planes.js';
import { csrfFor, numberOf, signedInByLink } from '../fixtures/http/second-factors.js';
import { textOf, type Answer } from '../fixtures/http/visitor-client.js';

const APP = '/account/authenticator';
const PLACES = ['/mail/new/smtp', '/mail/new/mailbox', `/accounts/show?account=${encodeURIComponent(ADA)}`];
const NEITHER = /You have neither yet: set one up at your account/;

openPlanes(() => ({ secondFactor: 'off', mail: { sources: MAIL_SOURCES } }));

/** Where the page leads whoever has nothing to prove it by. */
const leadsTo = ({ text }: Answer): string =>
  /href="([^"]*)">set one up at your account</.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';

test('whoever has neither passkey nor app is led to setting one up, and back to the form that wants it', async () => {
  const operator = adminBrowser(planes, await signedInByLink(planes, OPERATOR));
  await operator.follow('/');
  const before = await Promise.all(PLACES.map((path) => operator.visit(path)));

  const asked = await operator.visit(leadsTo(await operator.visit('/mail/new/smtp')));
  const begun = await operator.post(`${APP}/begin`, { csrf: csrfFor(await operator.get(APP), `${APP}/begin`) });
  const secret = /secret=([A-Z2-7]{32})/.exec(begun.text)?.[1] ?? '';
  const number = numberOf(planes, secret);
  const done = await operator.post(`${APP}/confirm`, { csrf: csrfFor(begun, `${APP}/confirm`), number });
  const on = await operator.get(/href="([^"]*)">Go on</.exec(done.text)?.[1] ?? '');
  const back = await operator.visit(planes.publicUrl + (on.headers.location ?? ''));

  for (const page of before) expect(textOf(page.text)).toMatch(NEITHER);
  expect(asked.text).toMatch(/Set up a second factor[^]*href="\/account\/authenticator"/);
  expect(back.text).toContain(`href="${planes.adminUrl}/mail/new/smtp"`);
  expect((await operator.visit('/mail/new/smtp')).text).toContain('action="/mail/providers"');
  planes.advance(301_000);
  expect(textOf((await operator.visit('/mail/new/smtp')).text)).toContain('prove again that it is you');
});
