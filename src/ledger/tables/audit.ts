/**
 * The audit trail. Entries are added by whoever acts, and changed by two alone: the writer of the chain gives them their number, and
 * retention erases what is personal. The seals stand apart, so that an entry that was removed leaves its number behind.
 */
import type { RequestId } from '../../approval/brand.js';
import { bigint, integer, maybe, serial, table, text, textOf, type RowOf } from './columns.js';

export const audit = table('audit', {
  columns: {
    id: serial,
    at: bigint,
    who: text,
    what: text,
    surface: text,
    site: maybe(text),
    address: maybe(text),
    request_id: maybe(textOf<RequestId>()),
    /** JSON. */
    detail: text,
    /** Null until it is sealed. By the order of sealing, not of ids: a smaller id may be committed later. */
    number: maybe(integer),
  },
  indices: [
    // Written when an entry is sealed, with many others, and not in the commit of what it tells of.
    { name: 'audit_site', columns: ['site', 'id'], where: 'number IS NOT NULL' },
    { name: 'audit_request', columns: ['request_id', 'id'], where: 'request_id IS NOT NULL AND number IS NOT NULL' },
    { name: 'audit_unsealed', columns: ['id'], where: 'number IS NULL' },
  ],
});

export type AuditTableRow = RowOf<typeof audit>;

/** Of each personal field either the salt is here or, once it was erased, the hash; of an address that never was, neither. */
export const seals = table('seals', {
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
    /** 1: a visitor's address is in it. Only finds what is to be erased; no seal is over it. */
    names_visitor: integer,
  },
  indices: [
    { name: 'seals_entry', columns: ['audit_id'], unique: true },
    { name: 'seals_visitors', columns: ['number'], where: 'names_visitor = 1' },
    { name: 'seals_people', columns: ['number'], where: 'who_salt IS NOT NULL' },
  ],
});

export type SealRow = RowOf<typeof seals>;

/** One row: the last number and its seal. All sealing goes through it. */
export const auditHead = table('audit_head', {
  columns: {
    id: { ...integer, primary: true },
    number: integer,
    /** Empty before the first. */
    seal: text,
  },
});

export type AuditHeadRow = RowOf<typeof auditHead>;
