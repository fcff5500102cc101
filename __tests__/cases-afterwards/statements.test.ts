import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { policies } from '../../scripts/docs/policies.ts';
import { createContext, repository } from '../../scripts/setup/context.ts';
import { ensurePython } from '../../scripts/setup/python.ts';
import { policyOf } from '../../src/aws/policy.ts';
import { type RolePolicies, stepRolePolicies } from '../support/step-role-policies.ts';
import { theCloud } from '../support/the-cloud.ts';
import { unaskedStatements } from '../support/unasked-statements.ts';

jest.setTimeout(60_000);

/** By statement, `POLICY/SID`, a question that only it allows; null: none. */
type Needed = Record<string, { action: string; resource: string; by: string } | null>;

// Every question that the emulator was asked while the cases ran, held against the policies of the roles they ran under.
describe('the statements of docs/permissions.md, by what the cases asked', () => {
  const cloud = theCloud();
  const record = path.join(cloud.stateDir, 'authorisation.jsonl');
  const printed = Object.entries(policies).flatMap(([name, rights]) =>
    policyOf(rights()).Statement.map(({ Sid }) => `${name}/${Sid}`),
  );
  let roles: RolePolicies;
  let needed: Needed;

  beforeAll(async () => {
    roles = await stepRolePolicies(cloud);
    needed = await evaluated(roles);
  });

  async function evaluated(of: RolePolicies): Promise<Needed> {
    const { python } = await ensurePython(createContext());
    const { status, stdout, stderr } = spawnSync(python, ['-m', 'extension.rights.needed'], {
      input: JSON.stringify({ record, roles: of }),
      env: { ...process.env, PYTHONPATH: path.join(repository, 'local') },
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as Needed;
  }

  test('are each needed, or carry the reason why no case asks for them', () => {
    const unasked = printed.filter((statement) => !needed[statement]);
    expect(unasked.toSorted()).toEqual(Object.keys(unaskedStatements).toSorted());
  });

  test('are told apart: one that was not asked for is seen', async () => {
    const [arn = '', given] = Object.entries(roles)[0] ?? [];
    const Sid = 'Nobody';
    const spare = { Sid, Effect: 'Allow' as const, Action: ['ecs:CreateCluster'], Resource: '*' };
    const more = { ...given, spare: { Version: '2012-10-17' as const, Statement: [spare] } };
    expect(await evaluated({ [arn]: more })).toMatchObject({ 'spare/Nobody': null });
  });

  test('are held against requests and handlers alike', () => {
    const questions = readFileSync(record, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { by: string });
    const askers = new Set(questions.map(({ by }) => by));
    expect([...askers]).toEqual(
      expect.arrayContaining([
        'request',
        'parameters',
        'AWS::ECS::Service create',
        'AWS::ECS::Service update',
        'AWS::ECS::Service delete',
        'AWS::ElasticLoadBalancingV2::LoadBalancer delete',
      ]),
    );
  });
});
