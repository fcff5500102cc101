import { tellsOfItsStart } from '../collector/model.ts';
import type { StackSettings } from '../inputs/settings.ts';
import { type Topology, topologies } from '../inputs/topologies.ts';
import { KitError } from '../kit/errors.ts';
import { declaredParameters } from '../release/template.ts';
import { executePlan } from '../stack/execute.ts';
import { annotateConfig } from './config-annotations.ts';
import { deploySummary } from './deploy-summary.ts';
import type { Deployment } from './deployment.ts';
import { planRelease } from './planning.ts';
import { withSecretVersion } from './secret-version.ts';
import { currentStack, type LogExpectation, servicesInStep } from './services-in-step.ts';
import type { StepDeps } from './step.ts';

/**
 * Publishes the release of one stack, lets CloudFormation plan the change, executes it, and waits until the stack
 * and its services are what was asked for. With nothing to change it executes nothing, but still looks at the
 * services.
 */
export async function deployStack(wanted: Deployment): Promise<void> {
  const { deps, ports, waiting, outcomes, settings } = wanted;
  const { stackName } = wanted.stack;
  const started = deps.clock.now();
  const stack = await withSecretVersion(fed(wanted), ports.secrets);
  const deployment = { ...wanted, stack };
  const { published, plan } = await planRelease(deployment);
  const changed = !plan.isEmpty;
  const carryOut = async () => {
    if (changed) {
      await wanted.group('Execute the change set', () => executePlan(stackName, plan, ports, waiting));
    }
    const current = await currentStack(stackName, plan.changeSet.stackId, ports.cloudFormation);
    outcomes.note(stackName, { outputs: current.outputs });
    return wanted.group('Wait for services and Cloud Map', () =>
      servicesInStep(current, { since: started, ...logsOf(stack, deps) }, ports, waiting),
    );
  };
  const services = await carryOut().catch((error: unknown) => {
    annotateConfig(error, stack.configs, published.release, deps.reporter);
    throw error;
  });
  outcomes.note(stackName, { isInForce: true });
  const seconds = Math.round((deps.clock.now() - started) / 1000);
  deps.reporter.summary(deploySummary({ settings, stackName, published, changed, services, seconds }));
}

/** What its configs let a stack's collectors say, and who is told where that cannot be seen. */
function logsOf({ configs }: StackSettings, { reporter }: StepDeps): LogExpectation {
  const mustSpeak = configs.every(({ bytes }) => tellsOfItsStart(bytes.toString('utf8')));
  return { mustSpeak, warn: (message) => reporter.warning(message) };
}

/** The stack with the outputs of earlier ones as parameters, where its template has them and nobody gives them. */
function fed({ settings, stack, outcomes }: Deployment): StackSettings {
  const { feeds }: Topology = topologies[settings.topology];
  const declared = declaredParameters(stack.template.bytes.toString('utf8')).map(({ name }) => name);
  const taken = Object.entries(feeds).flatMap(([name, component]) => {
    const outputs = outcomes.outputsOf(component);
    const isWanted = declared.includes(name) && stack.parameters[name] === undefined;
    if (!isWanted || outputs === undefined) return [];
    if (!outputs[name]) throw noOutput(name, component, stack.stackName);
    return [[name, outputs[name]]];
  });
  return { ...stack, parameters: { ...Object.fromEntries(taken), ...stack.parameters } };
}

function noOutput(name: string, component: string, stackName: string): KitError {
  return new KitError(
    `stack ${stackName} takes ${name} from the ${component}, whose stack has no such output`,
    {
      code: 'stack-outputs-missing',
      source: 'user',
      hint: `Give the template of the ${component} the output ${name}, or give ${name} as a parameter.`,
    },
  );
}
