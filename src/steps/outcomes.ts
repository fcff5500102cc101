import type { StackSettings } from '../inputs/settings.ts';
import type { ComponentName } from '../inputs/topologies.ts';
import { combinedId } from '../release/release.ts';
import type { Reporter } from '../report/reporter.ts';

/** What is known of one stack of the environment. */
export interface Outcome {
  component: ComponentName;
  stackName: string;
  releaseId?: string;
  /** ARN. */
  stackId?: string;
  changed?: boolean;
  /** The stack's outputs, once CloudFormation is through with it. */
  outputs?: Readonly<Record<string, string>>;
  /** Whether the stack and its services are what was asked for. */
  isInForce?: boolean;
}

/** What has become of the environment's stacks, as outputs of the step: set whenever something becomes known. */
export class Outcomes {
  readonly #reporter: Pick<Reporter, 'output'>;
  readonly #outcomes: Outcome[];

  constructor(stacks: readonly StackSettings[], reporter: Pick<Reporter, 'output'>) {
    this.#reporter = reporter;
    this.#outcomes = stacks.map(({ component, stackName }) => ({ component, stackName }));
  }

  note(stackName: string, more: Partial<Outcome>): void {
    const outcome = this.#outcomes.find((each) => each.stackName === stackName);
    if (outcome) Object.assign(outcome, more);
    this.#report();
  }

  /** The outputs of a component's stack, once they are known. */
  outputsOf(component: ComponentName): Outcome['outputs'] {
    return this.#outcomes.find((each) => each.component === component)?.outputs;
  }

  /** The stacks that are what was asked for. */
  get done(): readonly Outcome[] {
    return this.#outcomes.filter(({ isInForce }) => isInForce);
  }

  get open(): readonly Outcome[] {
    return this.#outcomes.filter(({ isInForce }) => !isInForce);
  }

  #report(): void {
    const all = this.#outcomes;
    const output = this.#reporter.output.bind(this.#reporter);
    const releases = all.flatMap(({ component, releaseId: id }) => (id ? [{ component, id }] : []));
    if (releases.length === all.length) output('release-id', combinedId(releases));
    const ids = all.flatMap(({ stackId }) => stackId ?? []);
    if (ids.length > 0) output('stack-id', ids.join(','));
    const changes = all.flatMap(({ changed }) => changed ?? []);
    if (changes.length > 0) output('has-changes', changes.includes(true));
    const known = all.flatMap(({ outputs }) => (outputs ? [outputs] : []));
    if (known.length > 0) output('stack-outputs', JSON.stringify(Object.assign({}, ...known)));
    output('stacks', JSON.stringify(all.map(recordOf)));
  }
}

function recordOf({ component, stackName, releaseId, stackId, changed, isInForce }: Outcome) {
  return {
    component,
    'stack-name': stackName,
    'stack-id': stackId ?? null,
    'release-id': releaseId ?? null,
    'has-changes': changed ?? null,
    deployed: isInForce ?? false,
  };
}
