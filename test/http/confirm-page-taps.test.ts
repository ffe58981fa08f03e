/** The confirm page: what a press does, and what is said of it. */
import { describe, expect, test } from '@jest/globals';
import { openPlanes, planes } from '../fixtures/http/one-planes.js';
import { fieldsOf, signedInBrowser, textOf } from '../fixtures/http/visitor-client.js';
import { decidedBy } from '../fixtures/http/decided.js';

openPlanes();

describe('a signed-in approver', () => {
  test('approves, and the page says so to everybody after', async () => {
    const { token } = await planes.accessRequest();
    const ada = await signedInBrowser(planes);
    const fields = fieldsOf((await ada.get(`/req/${token}`)).text, `/req/${token}`);

    const answer = await ada.post(`/req/${token}`, { ...fields, verdict: 'approve' });
    const page = await ada.get(answer.headers.location ?? '');

    expect(answer.status).toBe(303);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Approved by ada@example.org over the confirm page');
    expect(textOf(page.text)).not.toContain('❌ Deny');
    expect((await planes.store.requests())[0]?.decision?.outcome).toBe('approved');
  });

  test('learns who was first when the tap came second', async () => {
    const { token } = await planes.accessRequest();
    const ada = await signedInBrowser(planes);
    const fields = fieldsOf((await ada.get(`/req/${token}`)).text, `/req/${token}`);
    await planes.desk.decide({
      tapId: 'cli-1',
      verdict: 'deny',
      ref: { by: 'token', token },
      actor: { kind: 'operator', name: 'root' },
      surface: 'cli',
    });

    const answer = await ada.post(`/req/${token}`, { ...fields, verdict: 'approve' });
    const page = await ada.get(answer.headers.location ?? '');

    expect(answer.status).toBe(303);
    expect(page.text).toContain('Denied by operator:root over the CLI');
    expect(page.text).toMatch(/<h1>Your Approve did not count<\/h1>/);
    expect(page.text).toMatch(/<title>Your Approve did not count: /);
    expect(page.text).not.toContain('banner good');
    expect((await planes.store.requests())[0]?.decision?.outcome).toBe('denied');
  });

  test('who presses Deny after somebody approved reads no success', async () => {
    const { token } = await planes.accessRequest();
    const ada = await signedInBrowser(planes);
    const fields = fieldsOf((await ada.get(`/req/${token}`)).text, `/req/${token}`);
    await decidedBy({ token, verdict: 'approve' });

    const answer = await ada.post(`/req/${token}`, { ...fields, verdict: 'deny' });
    const page = await ada.get(answer.headers.location ?? '');

    expect(page.text).toMatch(/<h1>Your Deny did not count<\/h1>/);
    expect(page.text).toContain('Approved by operator:root over the CLI');
    expect(page.text).not.toContain('banner good');
    expect(page.text).not.toContain('<h1>Approved</h1>');
  });

  test('who presses the same once more is told calmly how the request stands', async () => {
    const { token } = await planes.accessRequest();
    const ada = await signedInBrowser(planes);
    const [first, second] = [
      fieldsOf((await ada.get(`/req/${token}`)).text, `/req/${token}`),
      fieldsOf((await ada.get(`/req/${token}`)).text, `/req/${token}`),
    ];
    await ada.post(`/req/${token}`, { ...first, verdict: 'approve' });

    const repeated = await ada.post(`/req/${token}`, { ...second, verdict: 'approve' });
    const turned = await ada.post(`/req/${token}`, { ...second, verdict: 'deny' });

    expect((await ada.get(repeated.headers.location ?? '')).text).toMatch(/<h1>Approved<\/h1>/);
    expect((await ada.get(turned.headers.location ?? '')).text).toMatch(/<h1>Your Deny did not count<\/h1>/);
  });

  test('the page takes no other word for what was pressed', async () => {
    const { token } = await planes.accessRequest();
    await decidedBy({ token, verdict: 'deny' });

    const page = await (await signedInBrowser(planes)).get(`/req/${token}?pressed=something`);

    expect(page.text).toMatch(/<h1>Denied<\/h1>/);
  });

  test('finds the request in the list and decides it there by its id', async () => {
    const { id, token } = await planes.accessRequest();
    const ada = await signedInBrowser(planes);
    const list = await ada.get('/');
    const action = `/requests/${id}/decide`;

    const answer = await ada.post(action, { ...fieldsOf(list.text, action), verdict: 'deny' });

    expect(list.text).toContain('1 request waits for you');
    expect(list.text).not.toContain(token);
    expect(answer.headers.location).toBe(`/requests/${id}`);
    expect((await ada.get(`/requests/${id}`)).text).toContain('Denied by ada@example.org over the confirm page');
    expect((await ada.get('/')).text).toContain('Nothing waits for you');
  });
});
