/**
 * Binding a chat account to an approver. The account asks for a code over its own channel, which proves whose it is; a
 * signed-in approver enters the code on our page, which proves who that is. Neither alone binds anything. Undoing it is
 * in unlink.ts.
 */
import { actorName } from '../../approval/authority.js';
import {
  LINK_CODE_CHARACTERS,
  LINK_CODE_TTL_SECONDS,
  normalLinkCode,
  shownLinkCode,
} from '../../approval/link-code.js';
import { sha256Hex } from '../../base/crypto/digest.js';
import type { Acting, Desk, LinkAnswer, LinkCodeAnswer } from '../../contract/desk.js';
import { orUnavailable, replayKeyOf, type DeskDeps } from '../deps.js';
import { CODES_WINDOW_SECONDS } from './codes.js';

export async function linkCode(deps: DeskDeps, input: Acting): Promise<LinkCodeAnswer> {
  const { actor, surface } = input;
  if (actor.kind !== 'chat') return { kind: 'no_chat_account' };
  const { channel, workspace, subject } = actor;
  if (!deps.codes.take(actorName(actor))) return { kind: 'too_many', retryAfterSeconds: CODES_WINDOW_SECONDS };
  const code = deps.random.id().slice(0, LINK_CODE_CHARACTERS);
  const expiresAtMs = deps.clock.nowMs() + LINK_CODE_TTL_SECONDS * 1_000;
  const repeated = await deps.ledger.identity.addLinkCode(
    {
      channel,
      workspace,
      subject,
      hash: sha256Hex(code),
      ttlSeconds: LINK_CODE_TTL_SECONDS,
      replayKey: replayKeyOf(input),
    },
    { who: actorName(actor), what: 'link_code', surface, site: null, address: null, detail: {} },
  );
  if (repeated !== null) return repeated; // the code of the first time is known by its hash alone
  return { kind: 'code', code: shownLinkCode(code), url: `${deps.publicUrl}/link`, expiresAtMs };
}

export async function link(deps: DeskDeps, input: Parameters<Desk['link']>[0]): Promise<LinkAnswer> {
  return orUnavailable(deps, 'link', async () => {
    const { approver } = input;
    const code = normalLinkCode(input.code);
    if (code === null || !deps.directory().approvers.has(approver)) return { kind: 'unknown' };
    const hash = sha256Hex(code);
    const audit = { who: approver, what: 'linked', surface: 'page', site: null, address: null, detail: {} };
    const user = await deps.ledger.identity.link({ hash, approver }, audit);
    if (user === null) return { kind: 'unknown' };
    deps.events.emit({ event: 'auth_gate.linked', account: actorName({ kind: 'chat', ...user }), approver });
    return { kind: 'linked', user };
  });
}
