/** The public plane as a whole: what looking changes (nothing), what every answer carries, what does not exist there. */
import express from 'express';
import { afterEach, describe, expect, test } from '@jest/globals';
import { ADA, startPlanes, type Planes } from '../fixtures/http/planes.js';
import { routesOf } from '../fixtures/http/routes-of.js';
import { call, signedInBrowser } from '../fixtures/http/visitor-client.js';

let planes: Planes | null = null;
afterEach(async () => {
  await planes?.stop();
  planes = null;
});

/** Scanners, previewers and prefetchers that meet links in mails and chats. */
const LOOKERS = [
  'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
  'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)',
  'TelegramBot (like TwitterBot)',
  'WhatsApp/2.23.20.0',
  'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
  'Twitterbot/1.0',
  'LinkedInBot/1.0 (compatible; Mozilla/5.0; +https://www.linkedin.com)',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com',
  'Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/605.1.15 (Applebot/0.1)',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Barracuda Sentinel (EE)',
  'Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; ProofPoint URL Defense)',
  'Mozilla/5.0 (compatible; Mimecast URL Scanner)',
  'Mozilla/5.0 (Linux; Android 6.0.1) AppleWebKit/537.36 Chrome/118.0 Mobile Safari/537.36 (compatible; Googlebot/2.1)',
];

describe.each(['GET', 'HEAD', 'OPTIONS'])('%s by a dozen scanners changes nothing', (method) => {
  test.each(['signed in', 'signed out'])('%s', async (who) => {
    planes = await startPlanes();
    const { token, id } = await planes.accessRequest();
    const cookie = who === 'signed in' ? (await signedInBrowser(planes)).cookieHeader() : '';
    const link = await planes.identity.signInLinks.make(ADA, 'test');
    const before = planes.store.snapshot();
    const paths = [
      ...routesOf(planes.publicApp).map(({ path }) => path.replace(':token', token).replace(':id', id)),
      `/sign-in/${link?.secret ?? ''}`,
      `/sign-in/${link?.secret ?? ''}?next=/talk`,
      `/req/${token}?verdict=approve`,
    ];

    for (const userAgent of LOOKERS) {
      for (const path of paths)
        await call(planes.publicUrl + path, { method, headers: { 'user-agent': userAgent, cookie } });
    }

    expect(planes.store.snapshot()).toBe(before);
    expect((await planes.identity.signInLinks.prove(link?.secret ?? ''))?.account.id).toBe(ADA);
  });
});

describe('every answer', () => {
  test.each([
    '/',
    '/healthz',
    '/nowhere',
    '/req/0123456789abcdef0123456789abcdef',
    '/sign-in/0',
    '/v1/auth-gate/approvals',
  ])('%s is not framed, not indexed, not stored, not sniffed, and loads nothing from elsewhere', async (path) => {
    planes = await startPlanes();

    const { headers } = await call(planes.publicUrl + path);

    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).toContain("form-action 'self'");
    expect(headers['content-security-policy']).toContain("script-src 'self';");
    expect(headers).toMatchObject({
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    });
    expect(headers['x-robots-tag']).toContain('noindex');
    expect(headers['x-powered-by']).toBeUndefined();
    expect(headers['strict-transport-security']).toBeUndefined();
  });

  test('says HSTS and sets __Host- cookies behind https', async () => {
    planes = await startPlanes({ publicUrl: 'https://gate.example.org' });

    const { headers } = await call(`${planes.publicUrl}/req/0123456789abcdef0123456789abcdef`);

    expect(headers['strict-transport-security']).toBe('max-age=31536000');
    expect(headers['set-cookie']?.[0]).toMatch(/^__Host-gate-next=.*; Path=\/; HttpOnly; SameSite=Lax; Secure;/);
  });

  test('pages carry no script and no style in their markup', async () => {
    planes = await startPlanes();
    await planes.accessRequest();

    const page = await (await signedInBrowser(planes)).get('/');

    expect(page.text).not.toMatch(/<script(?![^>]* src="\/assets\/)|<style|\sstyle=|\son\w+=/i);
    expect(page.text).toContain('noindex');
  });
});

describe('mounts', () => {
  test('come first, get raw bytes, and set their own headers over ours', async () => {
    const app = express();
    app.post('/hook', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        response.set('content-security-policy', "default-src 'self'").send(Buffer.concat(chunks).toString('hex'));
      });
    });
    planes = await startPlanes({ mounts: [{ path: '/talk', app }] });

    const answer = await call(`${planes.publicUrl}/talk/hook`, { method: 'POST', body: Buffer.from([0xff, 0x00]) });

    expect(answer.text).toBe('ff00');
    expect(answer.headers['content-security-policy']).toBe("default-src 'self'");
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.headers['x-powered-by']).toBeUndefined();
  });

  test('one that throws ends in our page, without a word of the error', async () => {
    const app = express();
    app.get('/broken', () => {
      throw new Error('secret-detail');
    });
    planes = await startPlanes({ mounts: [{ path: '/talk', app }] });

    const answer = await call(`${planes.publicUrl}/talk/broken`);

    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('secret-detail');
  });
});
