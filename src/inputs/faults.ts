import { closest, distance } from 'fastest-levenshtein';
import { KitError } from '../kit/errors.ts';

/** Gathers everything that is wrong with the inputs, so that all of it is reported at once. */
export class Faults {
  readonly #lines: string[] = [];

  /**
   * @param where the input or the field with file and line
   * @param problem what is wrong, with the value
   * @param accepted the accepted form, when the problem does not say it
   */
  add(where: string, problem: string, accepted?: string): void {
    this.#lines.push(`${where}: ${problem}${accepted ? `; accepted: ${accepted}` : ''}`);
  }

  /** @throws KitError `invalid-input` naming every fault, when there is one. */
  throwIfAny(): void {
    const lines = this.#lines;
    if (lines.length === 0) return;
    const message =
      lines.length === 1
        ? lines[0]
        : `${lines.length} faults in the inputs\n${lines.map((line) => `- ${line}`).join('\n')}`;
    throw new KitError(message ?? '', { code: 'invalid-input', source: 'user' });
  }
}

/** " – did you mean 'x'?" when a known name is near, otherwise nothing. */
export function nearMiss(name: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const candidate = closest(
    name.toLowerCase(),
    known.map((one) => one.toLowerCase()),
  );
  const original = known.find((one) => one.toLowerCase() === candidate) ?? candidate;
  const near = distance(name.toLowerCase(), candidate) <= Math.max(2, Math.floor(name.length / 3));
  return near ? ` – did you mean '${original}'?` : '';
}
