/** The answer to a check that passes: five identity headers, always all of them, empty where they do not apply. */
import type { ServerResponse } from 'node:http';
import type { Question } from './asked.js';
import type { Pass } from './check.js';

/** Said where `Authorization` holds a token of ours, by which or beside which somebody passed: the proxy takes it off. */
const TOKEN_USED = ['X-Gate-Token', 'used'];
/** The same in Envoy's words (ext_authz, "x-envoy-auth-headers-to-remove"). */
const ENVOY_REMOVES = ['X-Envoy-Auth-Headers-To-Remove', 'authorization,x-gate-token'];

export function answerPass({ way }: Pick<Question, 'way'>, response: ServerResponse, pass: Pass): void {
  const { site } = pass.entry;
  const isEnvoy = way === 'envoy';
  // HTTP/1.1 keeps connections alive by default, so this saves writing and reading two lines for every check; a listener
  // that stops has said "close", and that stays
  if (!response.hasHeader('connection')) response.removeHeader('connection');
  // a flat list in one call is the fastest way that node:http has
  const told = [
    'X-Gate-Site',
    site.key,
    'X-Gate-Environment',
    site.environment,
    'X-Gate-Address',
    pass.address,
    'X-Gate-Grant',
    pass.grantId,
    'X-Gate-Approver',
    pass.approver,
  ];
  if (pass.isBearerOurs) told.push(...TOKEN_USED, ...(isEnvoy ? ENVOY_REMOVES : []));
  // Envoy takes nothing but a 200 for a yes; the others a 204
  response.writeHead(isEnvoy ? 200 : 204, told);
  response.end();
}
