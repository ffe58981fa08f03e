/**
 * The audit trail. Entries are added by whoever acts, and changed by two alone: the sealer gives them their number, and
 * retention erases what is personal. The seals stand apart, so that an entry that was removed leaves its number behind.
 */
import { bigint, integer, maybe, serial, table, text } from './columns.js';

export interface AuditTableRow {
  readonly id: number;
  readonly at: number;
  readonly who: string;
  readonly what: string;
  readonly surface: string;
  readonly site: string | null;
  readonly address: string | null;
  readonly request_id: string | null;
  /** JSON. */
  readonly detail: string;
  /** Null until it is sealed. By the order of sealing, not of ids: a smaller id may be committed later. */
  readonly number: number | null;
}

export const audit = table<AuditTableRow>('audit', {
  columns: {
    id: serial,
    at: bigint,
    who: text,
    what: text,
    surface: text,
    site: maybe(text),
    address: maybe(text),
    request_id: maybe(text),
    detail: text,
    number: maybe(integer),
  },
  indices: [
    // Written when an entry is sealed, with many others, and not in the commit of what it tells of.
    { name: 'audit_site', columns: ['site', 'id'], where: 'number IS NOT NULL' },
    { name: 'audit_unsealed', columns: ['id'], where: 'number IS NULL' },
  ],
});

/** Of each personal field either the salt is here or, once it was erased, the hash; of an address that never was, neither. */
export interface SealRow {
  readonly number: number;
  readonly audit_id: number;
  readonly commitment: string;
  readonly seal: string;
  readonly who_salt: string | null;
  readonly address_salt: string | null;
  readonly detail_salt: string | null;
  readonly who_hash: string | null;
  readonly address_hash: string | null;
  readonly detail_hash: string | null;
  /** 1: a visitor's address is in it. Only finds what is to be erased; no seal is over it. */
  readonly names_visitor: number;
}

export const seals = table<SealRow>('seals', {
  columns: {
    number: { ...integer, primary: true },
    audit_id: integer,
    commitment: text,
    seal: text,
    who_salt: maybe(text),
    address_salt: maybe(text),
    detail_salt: maybe(text),
    who_hash: maybe(text),
    address_hash: maybe(text),
    detail_hash: maybe(text),
    names_visitor: integer,
  },
  indices: [
    { name: 'seals_entry', columns: ['audit_id'], unique: true },
    { name: 'seals_visitors', columns: ['number'], where: 'names_visitor = 1' },
    { name: 'seals_people', columns: ['number'], where: 'who_salt IS NOT NULL' },
  ],
});

/** One row: the last number and its seal. All sealing goes through it. */
export interface AuditHeadRow {
  readonly id: number;
  readonly number: number;
  /** Empty before the first. */
  readonly seal: string;
}

export const auditHead = table<AuditHeadRow>('audit_head', {
  columns: { id: { ...integer, primary: true }, number: integer, seal: text },
});
