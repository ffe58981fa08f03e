/** How a process shares its file descriptors among the planes. */
import { describe, expect, test } from '@jest/globals';
import { descriptorCheck, shareDescriptors } from '../../src/compose/descriptors.js';
import { descriptorLimit } from '../../src/cli/descriptor-limit.js';

describe.each([256, 512, 1_024, 4_096, 65_536, 1_048_576])('with %i', (limit) => {
  const shares = shareDescriptors(limit);

  test('all planes together leave enough for the database, the platforms and our own files', () => {
    expect(shares.public + shares.gate + shares.admin).toBeLessThanOrEqual(limit - 128);
  });

  test('the gate plane has more than the public one, and half of it is never a stream', () => {
    expect(shares.gate).toBeGreaterThan(shares.public);
    expect(shares.streams).toBeLessThanOrEqual(shares.gate / 2);
  });

  test('one address has a part of the public plane, and never all', () => {
    expect(shares.publicPerAddress).toBeGreaterThan(0);
    expect(shares.publicPerAddress).toBeLessThanOrEqual(shares.public / 4);
  });

  test('strangers together have a part of each plane, and several addresses find room in it', () => {
    expect(shares.gateStrangers).toBeLessThanOrEqual(shares.gate / 4);
    expect(shares.publicStrangers).toBeLessThanOrEqual((shares.public * 3) / 4);
    expect(shares.publicStrangers).toBeGreaterThan(shares.publicPerAddress);
  });
});

test('too few are a line of doctor that says what to do; a usual number is not', () => {
  expect(descriptorCheck(256)).toMatchObject({ isOk: false, cure: expect.stringContaining('ulimit -n') });
  expect(descriptorCheck(1_024)).toMatchObject({ isOk: true, cure: '' });
});

test('the limit of this process is read from the system', () => {
  expect(descriptorLimit()).toBeGreaterThan(100);
  expect(descriptorLimit('/nowhere')).toBe(1_024);
});
