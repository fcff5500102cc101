/**
 * Has CloudFormation plan a new stack, through the kit's own code, and takes the plan back. A process of its own, so
 * that it runs under the credentials of its environment and no others:
 *   node scripts/conformance/change-set.ts '{"region": …}'
 * prints its answer as JSON.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { cloudFormation } from '../../src/aws/cloudformation.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { isKitError, messageOf } from '../../src/kit/errors.ts';
import { Ledger } from '../../src/kit/ledger.ts';
import { declaredParameters } from '../../src/release/template.ts';
import { discardPlan, planStack } from '../../src/stack/plan.ts';
import { repository } from '../setup/context.ts';

export interface ChangeSetRequest {
  region: string;
  stackName: string;
  /** Path in `templates/`. */
  template: string;
  parameters: Record<string, string>;
  tags: Record<string, string>;
}

export interface ChangeSetAnswer {
  /** Resources that would be added; undefined when the plan failed. */
  added: number | undefined;
  /** The failure, as the kit words it. */
  failure: string | undefined;
  /** What is left of the stack's shell. */
  left: string;
}

const minutes = 5;

async function answer(request: ChangeSetRequest): Promise<ChangeSetAnswer> {
  const port = cloudFormation(request.region);
  const body = readFileSync(path.join(repository, 'templates', request.template), 'utf8');
  const waiting = {
    clock: systemClock,
    deadline: Date.now() + minutes * 60_000,
    signal: AbortSignal.timeout(minutes * 60_000),
    say: () => {},
    ledger: new Ledger(request.region, () => {}),
  };
  const left = async () => (await port.find(request.stackName))?.status ?? 'nothing';
  try {
    const plan = await planStack(
      {
        stackName: request.stackName,
        base: undefined,
        name: 'conformance',
        content: 'c0',
        description: 'conformance run: never executed',
        template: { body },
        declared: declaredParameters(body).map(({ name }) => name),
        parameters: request.parameters,
        tags: request.tags,
      },
      port,
      waiting,
    );
    const added = plan.changeSet.changes.filter(({ action }) => action === 'Add').length;
    await discardPlan(plan.changeSet, port);
    return { added, failure: undefined, left: await left() };
  } catch (error) {
    const code = isKitError(error) ? `${error.code}: ` : '';
    return { added: undefined, failure: `${code}${messageOf(error)}`, left: await left() };
  }
}

console.log(JSON.stringify(await answer(JSON.parse(process.argv[2] ?? '{}') as ChangeSetRequest)));
