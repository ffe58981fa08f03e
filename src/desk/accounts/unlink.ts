/**
 * Which chat accounts are bound to whom, and undoing it. A stolen account must not be the only one that can unbind itself:
 * its approver does so on our page, signed in, and an operator at the CLI, whoever has left sites.toml since. Over chat
 * an account unbinds itself alone.
 */
import { actorName, approversBehind, strangerBecause } from '../../approval/authority.js';
import type { ApproverId } from '../../approval/brand.js';
import type { Actor } from '../../approval/request.js';
import type { Desk, ForbiddenWhy, Seen, UnlinkAnswer } from '../../contract/desk.js';
import type { BoundAccount, ChatAccount } from '../../contract/ledger.js';
import { replayKeyOf, type DeskDeps } from '../deps.js';
import { refuse, surfaceOf } from '../authorization/refusal.js';

type AccountsInput = Parameters<Desk['accounts']>[0];
type UnlinkInput = Parameters<Desk['unlink']>[0];

export async function accounts(deps: DeskDeps, input: AccountsInput): Promise<Seen<readonly BoundAccount[]>> {
  const { actor, approver } = input;
  const directory = deps.directory();
  const own = ownNames(deps, actor);
  const why = strangerBecause(directory, actor) ?? (isOthers(own, approver) ? 'not_an_operator' : null);
  if (why !== null) return refuse(deps, { actor, verb: 'accounts', surface: surfaceOf(actor) }, why);
  const names = approver === undefined ? own : [approver];
  const value = names === null ? await accountsOf(deps, null) : await accountsOfAll(deps, names);
  const isNobody = approver !== undefined && value.length === 0 && !directory.approvers.has(approver);
  return isNobody ? { kind: 'unknown' } : { kind: 'seen', value };
}

export async function unlink(deps: DeskDeps, input: UnlinkInput): Promise<UnlinkAnswer> {
  const { actor, account } = input;
  const by = actorName(actor);
  if (actor.kind === 'chat' && (account === undefined || account === by)) {
    const { channel, workspace, subject } = actor;
    return unbind(deps, input, { account: { channel, workspace, subject }, by });
  }
  if (account === undefined) return { kind: 'no_chat_account' };
  const why = whyNotOthers(deps, input);
  if (why !== null) return refuse(deps, { actor, verb: 'unlink', surface: input.surface }, why);
  const approver = actor.kind === 'approver' ? actor.approver : input.approver;
  const bound = await accountsOf(deps, approver ?? null);
  const found = bound.find((one) => actorName({ kind: 'chat', ...one }) === account);
  if (found === undefined) return { kind: 'not_linked' };
  const { channel, workspace, subject } = found;
  return unbind(deps, input, { account: { channel, workspace, subject }, approver, by });
}

interface Unbinding {
  readonly account: ChatAccount;
  /** From this one alone. */
  readonly approver?: ApproverId | undefined;
  readonly by: string;
}

async function unbind(deps: DeskDeps, input: UnlinkInput, { account, approver, by }: Unbinding): Promise<UnlinkAnswer> {
  const from = approver === undefined ? {} : { approver };
  const unlinked = await deps.ledger.identity.unlink(
    { ...account, ...from, replayKey: replayKeyOf(input) },
    { who: by, what: 'unlinked', surface: input.surface, site: null, address: null, detail: {} },
  );
  if (typeof unlinked !== 'boolean') return unlinked;
  if (!unlinked) return { kind: 'not_linked' };
  const name = actorName({ kind: 'chat', ...account });
  deps.events.emit({ event: 'auth_gate.unlinked', account: name, by, ...from });
  return { kind: 'unlinked' };
}

/** Why the actor may not unbind an account that is not itself; null where it may. */
function whyNotOthers(deps: DeskDeps, { actor, approver }: UnlinkInput): ForbiddenWhy | null {
  if (actor.kind === 'operator') return null;
  const isOwn = actor.kind === 'approver' && (approver === undefined || approver === actor.approver);
  return strangerBecause(deps.directory(), actor) ?? (isOwn ? null : 'not_an_operator');
}

/** Whose accounts are the actor's own; null for an operator, who has everybody's. */
function ownNames(deps: DeskDeps, actor: Actor): readonly ApproverId[] | null {
  if (actor.kind === 'operator') return null;
  if (actor.kind === 'chat') return approversBehind(deps.directory(), actor);
  return actor.kind === 'approver' ? [actor.approver] : [];
}

function isOthers(own: readonly ApproverId[] | null, approver: ApproverId | undefined): boolean {
  return approver !== undefined && own !== null && !own.includes(approver);
}

function accountsOf(deps: DeskDeps, approver: ApproverId | null): Promise<readonly BoundAccount[]> {
  return deps.ledger.identity.accountsOf(approver);
}

async function accountsOfAll(deps: DeskDeps, names: readonly ApproverId[]): Promise<readonly BoundAccount[]> {
  return (await Promise.all(names.map((name) => accountsOf(deps, name)))).flat();
}
