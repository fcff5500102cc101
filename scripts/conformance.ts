/**
 * Asks a real AWS account whether it does what the local cloud does, stage by stage:
 *   npm run conformance -- --account 123456789012 --region eu-west-1 --stages 0,1
 * Says what each stage settles, makes, takes and costs before it begins; asks once; removes what it made; writes
 * `conformance.json` and `conformance.md`. With AWS_ENDPOINT_URL it runs against what stands in for AWS.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { Account } from './conformance/account.ts';
import { Collectors } from './conformance/collectors.ts';
import { Ground } from './conformance/ground.ts';
import { type Options, readOptions, usage } from './conformance/options.ts';
import { Record } from './conformance/record.ts';
import { reportOf } from './conformance/report.ts';
import { Roles } from './conformance/roles.ts';
import { removeAll, runStage } from './conformance/run.ts';
import type { Stage } from './conformance/stage.ts';
import { stages } from './conformance/stages.ts';
import { interruption } from './interruption.ts';

const say = (line: string) => console.log(line);
const isLocal = Boolean(process.env['AWS_ENDPOINT_URL']);
const signal = interruption();
const options = optionsOrEnd();
const chosen = stages.filter(({ number }) => options.stages.includes(number));
const wanted = chosen.filter(({ notLocal }) => !(isLocal && notLocal));
const account = new Account(options.region, options.name, signal);
const partition = await provenPartition();
const record = new Record(options.folder, {
  target: isLocal ? 'local cloud' : 'AWS',
  account: options.account,
  region: options.region,
});
const { name, account: id, region } = options;
const groundNames = [name, `${name}-instances`, `${name}-${id}-${region}`];
const stays = (name: string) => options.keepGround && !options.clean && groundNames.includes(name);
// Removal goes on after an interruption, with clients that do not know of it.
const remover = new Account(options.region, options.name, AbortSignal.timeout(3_600_000));

try {
  if (record.content.made.length > 0) {
    say('an earlier run was not finished: removing what it made');
    await removeAll(remover, record, { say, stays });
  }
  if (!options.clean) {
    announce(chosen);
    await asked();
    await runStages();
  }
} catch (error) {
  process.exitCode = signal.aborted ? 130 : 1;
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
} finally {
  await removeAll(remover, record, { say, stays });
  const file = path.join(options.folder, 'conformance.md');
  writeFileSync(file, reportOf(record));
  const held = record.content.checks.every(({ settled, holds }) => settled && holds);
  if (!held || record.content.leftovers.length > 0) process.exitCode ||= 1;
  say(`report: ${path.relative('.', file)}`);
}

async function runStages(): Promise<void> {
  const keep = record.keep.bind(record);
  const ground = new Ground({
    account,
    name: options.name,
    accountId: options.account,
    file: options.groundFile,
    keep,
    say,
  });
  const roles = new Roles({
    account,
    name: options.name,
    keep,
    place: async () => {
      const { cluster, bucket } = await ground.facts();
      return {
        PARTITION: partition,
        REGION: options.region,
        ACCOUNT: options.account,
        CLUSTER: cluster,
        BUCKET: bucket,
        PREFIX: 'ecs-tail-sampling',
      };
    },
  });
  const image = options.image ?? 'otel/opentelemetry-collector-contrib:0.158.0';
  const collectors = new Collectors({
    ground,
    roles,
    region: options.region,
    folder: path.join(options.folder, 'repositories'),
    images: {
      collector: image,
      telemetrygen:
        options.telemetrygen ??
        'ghcr.io/open-telemetry/opentelemetry-collector-contrib/telemetrygen:v0.161.0',
    },
    tags: { [account.tag.Key]: account.tag.Value },
    apiKey: apiKey(),
    say: (line) => say(`  │ ${line}`),
    name: options.name,
    keep,
  });
  const shared = { short: options.short, image, account, ground, roles, collectors };
  for (const stage of wanted) await runStage(stage, { shared, record, say, signal });
}

function announce(list: readonly Stage[]): void {
  say(`account ${options.account}, ${options.region}${isLocal ? ', on the local cloud' : ''}`);
  for (const { number, title, settles, makes, minutes, dollars, notLocal } of list) {
    say(`\nstage ${number}: ${title}`);
    say(`  settles  ${settles.join(', ')}`);
    say(`  makes    ${makes}`);
    say(`  takes    about ${minutes} minutes; about $${dollars.toFixed(2)}, from memory: look the prices up`);
    if (isLocal && notLocal) say(`  left out on the local cloud: ${notLocal}`);
  }
  say(`\nAll of it is tagged ${account.tag.Key} = ${account.tag.Value} and removed at the end.`);
}

async function asked(): Promise<void> {
  if (options.yes) return;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Go on? Type yes: ', { signal }).finally(() => terminal.close());
  if (answer.trim() !== 'yes') throw new Error('not confirmed: nothing was made');
}

/** Collectors send to Coralogix: without a key every export fails, and so does every verification. */
function apiKey(): string {
  const key = process.env['CORALOGIX_API_KEY'];
  if (key) return key;
  if (wanted.some(({ needsInstances }) => needsInstances)) throw new Error('CORALOGIX_API_KEY is not set');
  return 'not-a-key';
}

function optionsOrEnd(): Options {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}

/** Proves that the credentials are of the account that was named. */
async function provenPartition(): Promise<string> {
  const identity = await account.sts.send(new GetCallerIdentityCommand({}));
  if (identity.Account === options.account) return identity.Arn?.split(':')[1] ?? 'aws';
  console.error(`the credentials are of account ${identity.Account}, not ${options.account}`);
  process.exit(2);
}
