import { KitError } from '../kit/errors.ts';
import type { EvidenceRequest } from './evidence.ts';
import type { Fault } from './judge.ts';

/** A verification that did not pass; every violated expectation is in `faults`, the cause first. */
export class VerificationFailed extends KitError {
  readonly faults: readonly Fault[];

  constructor(what: string, faults: readonly Fault[]) {
    const [first, ...others] = faults.map(({ code, message }) => `${code}: ${message}`);
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
    super([`${what} failed with ${first}${more}`, ...others.map((line) => `  ${line}`)].join('\n'), {
      code: 'verification-failed',
      source: 'aws',
    });
    this.name = 'VerificationFailed';
    this.faults = faults;
  }
}

/** "verification of stack otel", or of the services where there is no stack. */
export function subjectOf({ stacks, services }: Pick<EvidenceRequest, 'stacks' | 'services'>): string {
  const [what, names] =
    stacks.length > 0
      ? ['stack', stacks.map(({ stack }) => stack)]
      : ['service', services.map(({ service }) => service)];
  return `verification of ${what}${names.length > 1 ? 's' : ''} ${names.join(', ')}`;
}
