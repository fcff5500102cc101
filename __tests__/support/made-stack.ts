import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  CreateStackCommand,
  DescribeStackEventsCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import type { Account } from './account.ts';

/** Text of a shipped template, by its path in `templates/`. */
export function shippedTemplate(file: string): string {
  return readFileSync(path.resolve(import.meta.dirname, '../../templates', file), 'utf8');
}

/** Makes a stack as somebody without the kit would, within 60 s. @returns its outputs */
export async function makeStack(
  account: Account,
  StackName: string,
  TemplateBody: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const { cloudFormation } = account;
  const Parameters = Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
    ParameterKey,
    ParameterValue,
  }));
  const Capabilities = ['CAPABILITY_IAM' as const];
  await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody, Parameters, Capabilities }));
  const waiter = { client: cloudFormation, maxWaitTime: 60, minDelay: 1, maxDelay: 1 };
  await waitUntilStackCreateComplete(waiter, { StackName }).catch(async () => {
    const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
    const reasons = StackEvents.flatMap(({ LogicalResourceId, ResourceStatus, ResourceStatusReason }) =>
      ResourceStatus === 'CREATE_FAILED' ? `${LogicalResourceId}: ${ResourceStatusReason}` : [],
    );
    throw new Error(`stack ${StackName} was not made: ${reasons.join('; ')}`);
  });
  return account.outputs(StackName);
}
