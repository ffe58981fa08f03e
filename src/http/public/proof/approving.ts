/**
 * A press on the page, with the proof that its form brought, or with none. Where the site wants one of an approval, the desk says so, and
 * what comes of it is a page that asks for it.
 */
import type { Request } from 'express';
import { approvalAct } from '../../../approval/approval-proof.js';
import type { ApproverId } from '../../../approval/brand.js';
import type { RequestRecord } from '../../../approval/request.js';
import { siteOfRequest } from '../../../approval/site.js';
import type { TapAnswer } from '../../../approval/tap-answer.js';
import type { Desk, Tap } from '../../../contract/desk.js';
import type { ApprovalProof } from '../../../contract/identity-ledger.js';
import type { Given } from '../../../identity/factors/approval-proofs.js';
import type { Person } from '../../../identity/factors/person.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import type { Form } from '../../shared/form.js';
import type { Page } from '../../shared/pages/page.js';
import { isProvenLately } from '../account/proven-lately.js';
import { personOf } from '../account/setting-up.js';
import type { Named } from '../named-request.js';
import { AGAIN_FOR_SECOND_PATH } from '../sign-in/again-pages.js';
import type { SignInDeps } from '../sign-in/sign-in.js';
import type { AskingDeps } from './asking.js';
import { proofPage, secondFactorPage, type ProofTrouble } from './proof-pages.js';

export interface ProofDeps extends SignInDeps, Pick<AskingDeps, 'directory'> {
  readonly desk: Pick<Desk, 'decide' | 'show'>;
}

export type Press =
  | { readonly kind: 'answered'; readonly answer: Exclude<TapAnswer, { readonly kind: 'unproven' }> }
  /** Nothing is decided yet: more is asked for here, or there. */
  | { readonly kind: 'page'; readonly page: Page }
  | { readonly kind: 'elsewhere'; readonly path: string };

interface Pressing {
  readonly request: Request;
  readonly session: Session;
  readonly form: Form;
  readonly named: Named;
}

export async function press(deps: ProofDeps, tap: Tap, pressing: Pressing): Promise<Press> {
  const { session, form } = pressing;
  const person = personOf(deps, pressing.request, session);
  const given = tap.verdict === 'approve' ? givenIn(form) : null;
  const proof = given === null ? null : await deps.identity.approvalProofs.prove(person, given);
  const proven = typeof proof === 'string' || proof === null ? tap : { ...tap, proof };
  const first = await deps.desk.decide(proven);
  if (first.kind !== 'unproven') return { kind: 'answered', answer: first };
  if (first.needs === 'second_factor') return bySecondFactor(deps, first, { ...pressing, person });
  const answer = given === null ? await bySignIn(deps, tap, { first, person, session }) : first;
  if (answer.kind !== 'unproven') return { kind: 'answered', answer };
  const notGiven = form.has(NOT_GIVEN) ? 'not_given' : null;
  const trouble = given === null ? notGiven : typeof proof === 'string' ? proof : 'wrong';
  return { kind: 'page', page: await ask(deps, tap, { ...pressing, answer, person, trouble }) };
}

type Unproven = Extract<TapAnswer, { readonly kind: 'unproven' }>;

/** Said by the page's script: a passkey was asked for, and none was given. */
const NOT_GIVEN = 'not_given';

/** Whoever has none reads first for what they set one up, as long as they may do that at once. */
async function bySecondFactor(
  deps: ProofDeps,
  { request }: Unproven,
  { session, named, person }: Pick<Pressing, 'session' | 'named'> & { readonly person: Person },
): Promise<Press> {
  const { identity, clock } = deps;
  const { hasTotp, passkeys } = await identity.secondFactor.of(person.account);
  if (hasTotp || passkeys > 0 || !isProvenLately(session, deps))
    return { kind: 'elsewhere', path: AGAIN_FOR_SECOND_PATH };
  const others = othersOf(deps, request, session);
  const hasPasskeys = identity.passkeys !== null;
  return {
    kind: 'page',
    page: secondFactorPage({ session, request, named, others, hasPasskeys, nowMs: clock.nowMs() }),
  };
}

function othersOf({ directory }: ProofDeps, request: RequestRecord, { account }: Session): readonly ApproverId[] {
  return (siteOfRequest(directory(), request)?.approvers ?? []).filter((id) => id !== account.approver);
}

/** Whoever has no factor proves who they are by signing in, and has perhaps done so just now. */
async function bySignIn(
  { desk, identity }: ProofDeps,
  tap: Tap,
  { first, person, session }: { readonly first: Unproven; readonly person: Person; readonly session: Session },
): Promise<TapAnswer> {
  const proof: ApprovalProof | null =
    first.needs === 'fresh' ? identity.approvalProofs.bySignIn(person, session.authenticatedAtMs) : null;
  return proof === null ? first : desk.decide({ ...tap, proof });
}

async function ask(
  deps: ProofDeps,
  tap: Tap,
  {
    answer,
    session,
    named,
    person,
    trouble,
  }: Pressing & {
    readonly answer: Unproven;
    readonly person: Person;
    readonly trouble: ProofTrouble | null;
  },
): Promise<Page> {
  const { identity, clock } = deps;
  const { request, needs } = answer;
  const factors = await identity.secondFactor.of(person.account);
  const mayType = needs === 'fresh' && (factors.hasTotp || factors.recoveryCodes > 0);
  const asked = mayType
    ? await identity.approvalProofs.ask(person, approvalAct(request.id, tap.ttlSeconds ?? null))
    : null;
  return proofPage({
    session,
    request,
    named,
    tap,
    asked,
    factors,
    isPasskeyWanted: needs === 'passkey',
    others: othersOf(deps, request, session),
    hasPasskeys: identity.passkeys !== null,
    nowMs: clock.nowMs(),
    trouble: mayType && asked === null ? 'too_many' : trouble,
  });
}

/** Null: the form brought none. */
function givenIn(form: Form): Given | null {
  const answer = form.get('answer') ?? '';
  if (answer !== '') return { kind: 'passkey', answer };
  const [asked = '', number, code] = [form.get('asked'), form.get('number'), form.get('code')];
  if (number !== undefined) return { kind: 'number', asked, text: number };
  return code === undefined ? null : { kind: 'code', asked, text: code };
}
