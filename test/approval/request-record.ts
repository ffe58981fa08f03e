/** A whole request for tests that look at one of its facts. */
import type { RequestId, SiteKey, StatusId, VisitorAddress } from '../../src/approval/brand.js';
import type { RequestRecord } from '../../src/approval/request.js';

export function requestRecord(facts: Partial<RequestRecord> = {}): RequestRecord {
  return {
    id: '4k2mq8x0r7wz5t9n1b3c' as RequestId,
    statusId: '0123456789abcdef0123456789abcdef' as StatusId,
    tokenPrefix: '8c7d2a9e',
    producer: 'gate',
    site: 'stg.example.org' as SiteKey,
    host: 'stg.example.org',
    environment: 'stg',
    path: '/reports?month=5',
    address: '203.0.113.7' as VisitorAddress,
    country: 'BR',
    browser: 'Chrome 148 on Linux',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36',
    openedAtMs: Date.UTC(2026, 4, 2, 14, 30),
    deadlineAtMs: Date.UTC(2026, 4, 2, 14, 40),
    grantTtlSeconds: 604_800,
    theirConfirmUrl: null,
    revision: 1,
    decision: null,
    ...facts,
  };
}
