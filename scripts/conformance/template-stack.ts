import { readFileSync } from 'node:fs';
import path from 'node:path';
import { repository } from '../setup/context.ts';
import type { StageWork } from './stage.ts';

/** A stack of a shipped template that the kit itself does not deploy. */
export interface TemplateStack {
  /** Of the question that its creation answers. */
  id: string;
  /** Added to the run's name. */
  suffix: string;
  /** Path in `templates/`. */
  template: string;
}

/**
 * Asks whether the stack can be created under the documented role.
 * @returns its outputs; none when it could not be made
 */
export async function createStack(
  work: StageWork,
  { id, suffix, template }: TemplateStack,
  parameters: Record<string, string>,
): Promise<Record<string, string>> {
  const name = `${work.account.tag.Value}-${suffix}`;
  const what = `create ${template} under the documented role`;
  await work.check({ id, what, expected: 'CREATE_COMPLETE' }, async () => {
    work.keep('stack', name);
    const role = work.account.as(
      await work.roles.credentials({ role: 'connect', stackName: name, template }),
    );
    const body = readFileSync(path.join(repository, 'templates', template), 'utf8');
    const status = await role.createByChangeSet({ name, body, parameters });
    const reasons = status === 'CREATE_COMPLETE' ? [] : await work.account.failures(name);
    return { holds: status === 'CREATE_COMPLETE', seen: [status, ...reasons.slice(0, 2)].join('; ') };
  });
  return work.account.outputs(name);
}

/** Asks whether it can be deleted under the same role. */
export async function deleteStack(
  work: StageWork,
  { suffix, template }: Omit<TemplateStack, 'id'>,
): Promise<void> {
  const name = `${work.account.tag.Value}-${suffix}`;
  const what = `delete ${template} under the documented role`;
  await work.check({ id: 'A2', what, expected: 'DELETE_COMPLETE' }, async () => {
    const role = work.account.as(
      await work.roles.credentials({ role: 'connect', stackName: name, template }),
    );
    const status = await role.deleteStack(name);
    return { holds: status === 'DELETE_COMPLETE' || status === 'gone', seen: status };
  });
}
