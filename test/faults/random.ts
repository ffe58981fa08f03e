/**
 * Chance that can be had again: a stream is a function of its names alone, so that what one part of a run draws moves no
 * other part's.
 */
import { createHash } from 'node:crypto';

export interface Random {
  /** In [0, 1). */
  fraction(): number;
  /** A whole number, both ends included. */
  whole(least: number, most: number): number;
  pick<T>(list: readonly [T, ...T[]]): T;
  happens(probability: number): boolean;
  hex(bytes: number): string;
}

const TWO_TO_THE_32 = 4_294_967_296;

/** `randomOf(seed, 'gate 1')`: the stream of this name under this seed. */
export function randomOf(...names: readonly string[]): Random {
  const state = new Uint32Array(createHash('sha256').update(names.join('\n')).digest().buffer.slice(0, 16));
  const fraction = (): number => next(state) / TWO_TO_THE_32;
  const whole = (least: number, most: number): number => least + Math.floor(fraction() * (most - least + 1));
  return {
    fraction,
    whole,
    pick: (list) => list[whole(0, list.length - 1)] ?? list[0],
    happens: (probability) => fraction() < probability,
    hex: (bytes) => Array.from({ length: bytes }, () => whole(0, 255).toString(16).padStart(2, '0')).join(''),
  };
}

/** sfc32, a small generator that passes PractRand (pracrand.sourceforge.net). Nothing secret comes of it. */
function next(state: Uint32Array): number {
  const [a = 0, b = 0, c = 0, counter = 0] = state;
  const sum = (a + b + counter) >>> 0;
  state[3] = counter + 1;
  state[0] = b ^ (b >>> 9);
  state[1] = c + (c << 3);
  state[2] = ((c << 21) | (c >>> 11)) + sum;
  return sum;
}
