import type { Stack } from '../aws/cloudformation.ts';
import type { StackSettings } from '../inputs/settings.ts';
import type { ConfigRole } from '../inputs/topologies.ts';
import type { VerifiedStack } from '../verify/evidence.ts';
import type { KnownCollector } from '../verify/reachable.ts';
import type { Target } from '../verify/target.ts';

/** The collectors of the environment and what they really run. */
export interface RunningCollectors {
  /** Of all stacks together; `none` where no release covers all that runs. */
  releaseId: string;
  stacks: readonly VerifiedStack[];
  target: Target;
  /** Revisions that may run. */
  taskDefinitions: readonly string[];
  /** What the tasks of each role that there is run. */
  collectors: Readonly<Partial<Record<ConfigRole, KnownCollector>>>;
  /** Why no release covers what runs, each as a sentence. */
  uncovered: readonly string[];
  /** Another one as soon as anything else runs. */
  state: string;
  /** Asks anew. */
  currentState(): Promise<string>;
}

/** A stack of the environment as CloudFormation has it. */
export interface FoundStack {
  settings: StackSettings;
  stack: Stack;
}
