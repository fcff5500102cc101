import path from 'node:path';
import { parseArgs } from 'node:util';
import { stages } from './stages.ts';

export const usage = `usage: npm run conformance -- --account ID --region REGION [options]
  --account ID     the AWS account, twelve digits; the credentials must be of this one
  --region REGION  not us-east-1: a default that hides there shows elsewhere
  --stages 0,1     which stages, default 0,1; there are 0 to ${stages.length - 1}
  --ground FILE    JSON with vpc, subnets, securityGroup, cluster and bucket to use instead of making them
  --image IMAGE    collector image, default the contrib distribution that the tests run
  --telemetrygen IMAGE  generator image, default the kit's
  --name NAME      start of the names of all that is made, default conformance
  --folder DIR     for conformance.json and conformance.md, default .conformance
  --short          fewer variants and no long waits
  --keep-ground    leave VPC, cluster and instances for the next stages
  --clean          only remove what an earlier run has left
  --yes            do not ask`;

export interface Options {
  account: string;
  region: string;
  stages: readonly number[];
  groundFile: string | undefined;
  image: string | undefined;
  telemetrygen: string | undefined;
  name: string;
  folder: string;
  short: boolean;
  keepGround: boolean;
  clean: boolean;
  yes: boolean;
}

/**
 * Reads the command line.
 * @throws Error with every fault, a line each.
 */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      account: { type: 'string', default: '' },
      region: { type: 'string', default: '' },
      stages: { type: 'string', default: '0,1' },
      ground: { type: 'string' },
      image: { type: 'string' },
      telemetrygen: { type: 'string' },
      name: { type: 'string', default: 'conformance' },
      folder: { type: 'string', default: '.conformance' },
      short: { type: 'boolean', default: false },
      'keep-ground': { type: 'boolean', default: false },
      clean: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
    },
  });
  const wanted = values.stages.split(',').map((text) => text.trim());
  const known = stages.map(({ number }) => String(number));
  const faults = [
    ...(/^\d{12}$/.test(values.account) ? [] : [`--account: '${values.account}' is not twelve digits`]),
    ...(/^[a-z]{2}(-[a-z]+)+-\d$/.test(values.region)
      ? []
      : [`--region: '${values.region}' is not a region`]),
    ...wanted
      .filter((number) => !known.includes(number))
      .map((number) => `--stages: there is no stage '${number}', there are ${known.join(', ')}`),
    ...(/^[a-z][a-z0-9-]{0,19}$/.test(values.name)
      ? []
      : [`--name: '${values.name}' is not up to 20 of a-z, 0-9 and -, beginning with a letter`]),
  ];
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return {
    account: values.account,
    region: values.region,
    stages: [...new Set(wanted.map(Number))].toSorted((a, b) => a - b),
    groundFile: values.ground,
    image: values.image,
    telemetrygen: values.telemetrygen,
    name: values.name,
    folder: path.resolve(values.folder),
    short: values.short,
    keepGround: values['keep-ground'],
    clean: values.clean,
    yes: values.yes,
  };
}
