/** The answer to a check that passes: five identity headers, always all of them, empty where they do not apply. */
import type { ServerResponse } from 'node:http';
import type { Verdict } from './check.js';

/** Envoy takes nothing but a 200 for a yes; the others a 204. */
export function answerPass(
  response: ServerResponse,
  verdict: Extract<Verdict, { kind: 'pass' }>,
  status: 200 | 204,
): void {
  const { site } = verdict.entry;
  // HTTP/1.1 keeps connections alive by default, so this saves writing and reading two lines for every check; a listener
  // that stops has said "close", and that stays
  if (!response.hasHeader('connection')) response.removeHeader('connection');
  // a flat list in one call is the fastest way that node:http has
  response.writeHead(status, [
    'X-Gate-Site',
    site.key,
    'X-Gate-Environment',
    site.environment,
    'X-Gate-Address',
    verdict.address,
    'X-Gate-Grant',
    verdict.grantId,
    'X-Gate-Approver',
    verdict.approver,
  ]);
  response.end();
}
