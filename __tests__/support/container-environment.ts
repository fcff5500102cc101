import { docker, dockerLines } from '../../local/lifecycle/docker.ts';

/** Value of a variable in each container of these tasks, as the engine of the local cloud has it. */
export async function variableIn(tasks: readonly string[], name: string): Promise<string[]> {
  const values = tasks.map(async (task) => {
    const containers = await dockerLines([
      'ps',
      '-q',
      '--filter',
      `label=com.amazonaws.ecs.task-arn=${task}`,
    ]);
    if (containers.length === 0) throw new Error(`no container runs for ${task}`);
    const variables = await docker(['inspect', '--format', '{{json .Config.Env}}', ...containers]);
    const lines = variables.split('\n').flatMap((line) => JSON.parse(line) as string[]);
    return lines.filter((line) => line.startsWith(`${name}=`)).map((line) => line.slice(name.length + 1));
  });
  return (await Promise.all(values)).flat();
}
