import { cloudMap } from '../aws/cloud-map.ts';
import { cloudFormation } from '../aws/cloudformation.ts';
import { ecsServices } from '../aws/ecs-services.ts';
import type { Identity } from '../aws/identity.ts';
import { logTail } from '../aws/log-tail.ts';
import { cloudWatchLogs } from '../aws/logs.ts';
import { objectStore } from '../aws/object-store.ts';
import { secrets } from '../aws/secrets.ts';
import type { Settings } from '../inputs/settings.ts';
import { KitError } from '../kit/errors.ts';
import { requireSoundConfigs } from './config-lint.ts';
import { deployStack } from './deploy-stack.ts';
import type { DeployPorts } from './deployment.ts';
import { type Outcome, Outcomes } from './outcomes.ts';
import { proveIdentity } from './planning.ts';
import { type StepDeps, waitingFor } from './step.ts';

/** Deploys the stacks of the environment one after the other, each with what the ones before it came to. */
export async function run(settings: Settings, deps: StepDeps): Promise<void> {
  const { region } = settings;
  requireSoundConfigs(settings.stacks, deps.reporter);
  const identity = await deps.reporter.group('Prove the AWS identity', () => proveIdentity(settings, deps));
  await deploy(settings, deps, {
    identity,
    cloudFormation: cloudFormation(region),
    ecs: ecsServices(region),
    cloudMap: cloudMap(region),
    logTail: logTail(region),
    logs: cloudWatchLogs(region),
    objects: objectStore(region),
    secrets: secrets(region),
  });
}

/** The step on given ports, as a proven identity. */
export async function deploy(
  settings: Settings,
  deps: StepDeps,
  ports: DeployPorts & { identity: Identity },
): Promise<void> {
  const { reporter } = deps;
  const { stacks } = settings;
  const waiting = waitingFor(settings.deploy.timeoutSeconds, deps);
  const outcomes = new Outcomes(stacks, reporter);
  const { identity } = ports;
  for (const stack of stacks) {
    const group = <T>(title: string, work: () => Promise<T>) =>
      reporter.group(stacks.length > 1 ? `${stack.stackName}: ${title}` : title, work);
    try {
      await deployStack({ settings, stack, identity, deps, ports, waiting, outcomes, group });
    } catch (error) {
      throw stacks.length > 1 ? stoppedShort(error, outcomes) : error;
    }
  }
}

/** The error of the stack that failed, with what has become of all of them: the others stay as they are. */
function stoppedShort(error: unknown, { done, open }: Outcomes): unknown {
  if (!(error instanceof KitError)) return error;
  const { message, code, source, hint, cause } = error;
  const [failed, ...untouched] = open;
  const lines = [`  deployed:     ${named(done)}`, `  failed:       ${named(failed ? [failed] : [])}`];
  if (untouched.length > 0) lines.push(`  not deployed: ${named(untouched)}`);
  return new KitError([message, ...lines].join('\n'), {
    ...{ code, source, cause },
    ...(hint === undefined ? {} : { hint }),
  });
}

function named(outcomes: readonly Outcome[]): string {
  return outcomes.map(({ component, stackName }) => `${component} (${stackName})`).join(', ') || 'none';
}
