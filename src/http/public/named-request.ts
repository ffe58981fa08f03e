/** A request as an URL names it: by its token, the link of every card, or in the list by its id. */
import type { Request } from 'express';
import { isRequestId, isToken } from '../../approval/ids.js';
import type { RequestRef, Tap } from '../../contract/desk.js';

export interface Named {
  readonly ref: RequestRef;
  /** Where it is looked at. */
  readonly path: string;
  /** Where its form goes. */
  readonly action: string;
}

export function byToken(request: Request): Named | null {
  const token = request.params['token'];
  if (!isToken(token)) return null;
  const path = `/req/${token}`;
  return { ref: { by: 'token', token }, path, action: path };
}

export function byId(request: Request): Named | null {
  const id = request.params['id'];
  if (!isRequestId(id)) return null;
  const path = `/requests/${id}`;
  return { ref: { by: 'id', id }, path, action: `${path}/decide` };
}

/** Whether a way back leads to one. */
export function isRequestPath(path: string | null): boolean {
  return path !== null && /^\/(?:req|requests)\/[^/?]+$/.test(path);
}

/** What a form's button said; null: nothing that is one. */
export function readVerdict(text: string | undefined): Pick<Tap, 'verdict' | 'ttlSeconds'> | null {
  const [, verdict, seconds] = VERDICT.exec(text ?? '') ?? [];
  if (verdict !== 'approve' && verdict !== 'deny') return null;
  return { verdict, ...(seconds === undefined ? {} : { ttlSeconds: Number(seconds) }) };
}

/** As a button says it. */
export function writeVerdict({ verdict, ttlSeconds }: Pick<Tap, 'verdict' | 'ttlSeconds'>): string {
  return ttlSeconds === undefined ? verdict : `${verdict} ${String(ttlSeconds)}`;
}

/** `approve 3600`: for so many seconds. */
const VERDICT = /^(approve|deny)(?: ([1-9]\d{0,8}))?$/;
