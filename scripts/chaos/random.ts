import { createHash } from 'node:crypto';

/** The same number from 0 to 1 for the same seed and subject, so that a resumed run draws what the first one did. */
export function drawn(seed: number, subject: string): number {
  return createHash('sha256').update(`${seed} ${subject}`).digest().readUInt32BE(0) / 2 ** 32;
}
