import {
  ClientException,
  DeregisterTaskDefinitionCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { pause } from './wait.ts';

/**
 * Somebody else's runs in the account, which register and deregister revisions of a family without a pause.
 * @param rounds of about a second each
 * @returns how often ECS refused them a revision
 */
export async function keepBusy(ecs: ECSClient, family: string, rounds: number): Promise<number> {
  let refusals = 0;
  for (let round = 0; round < rounds; round += 1) {
    let taskDefinition: string | undefined;
    while (taskDefinition === undefined) {
      taskDefinition = await registered(ecs, family);
      if (taskDefinition !== undefined) continue;
      refusals += 1;
      await pause(0.05);
    }
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
  }
  return refusals;
}

/** The ARN of a new revision; undefined when others are at it. */
async function registered(ecs: ECSClient, family: string): Promise<string | undefined> {
  const containerDefinitions = [{ name: 'other', image: 'other:1', memory: 64 }];
  try {
    const answer = await ecs.send(new RegisterTaskDefinitionCommand({ family, containerDefinitions }));
    return answer.taskDefinition?.taskDefinitionArn;
  } catch (error) {
    if (error instanceof ClientException && error.message.startsWith('Too many concurrent')) return undefined;
    throw error;
  }
}
