import { mkdirSync } from 'node:fs';
import { withLock } from '../../scripts/setup/cache.ts';
import { type SetupContext, SetupError } from '../../scripts/setup/context.ts';
import { acquireEngine } from '../../scripts/setup/engine.ts';
import { stillRuns } from '../../scripts/setup/process-identity.ts';
import { ensurePython, type PythonEnvironment } from '../../scripts/setup/python.ts';
import { together } from '../../scripts/setup/together.ts';
import type { Cloud } from '../cloud.ts';
import { startBackend } from './backend-stand-in.ts';
import { cleanUp } from './clean-up.ts';
import { type Ownership, runningContainers } from './docker.ts';
import { emulatorAnswers, region, startEmulator, usualEmulatorPort } from './emulator.ts';
import { ensureImages, type LocalImages } from './images.ts';
import { createNetwork, freeName, type VpcNetwork } from './network.ts';
import {
  type CloudOptions,
  type CloudPace,
  contextOf,
  defaultName,
  lockName,
  paceOf,
  stateDirOf,
} from './options.ts';
import { freePort } from './ports.ts';
import { publish, startRegistry } from './registry.ts';
import { credentials, type Seed, seed } from './seed.ts';
import { type CloudState, readState, writeEnv, writeState } from './state.ts';

/**
 * Starts a local cloud with everything it needs, or gives the one that runs in this state folder already.
 * A cloud that runs only in part is removed and started anew.
 * @throws SetupError when one runs at another pace
 */
export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  const context = contextOf(options);
  const stateDir = stateDirOf(options);
  const pace = paceOf(options);
  return withLock(context, lockName(stateDir), async () => {
    const state = readState(stateDir);
    if (state?.cloud && (await isWhole(state, state.cloud))) {
      requirePace(state.cloud, pace);
      context.progress.note(`the local cloud runs already: ${state.cloud.endpoint}`);
      return state.cloud;
    }
    if (state) {
      context.progress.note('parts of an earlier local cloud are left: removing them first');
      await cleanUp(context, stateDir);
    }
    try {
      return await build(context, { stateDir, pace, wantedName: options.name ?? defaultName });
    } catch (error) {
      context.progress.note(context.signal?.aborted ? 'interrupted: cleaning up' : 'failed: cleaning up');
      await cleanUp({ ...context, signal: undefined }, stateDir);
      throw error;
    }
  });
}

/** What is in it would be lost with it. */
function requirePace({ pace = 'local' }: Partial<Cloud>, wanted: CloudPace): void {
  if (pace === wanted) return;
  throw new SetupError(`a local cloud runs at the pace ${pace}, not ${wanted}: npm run local:down first`);
}

async function isWhole(state: CloudState, cloud: Cloud): Promise<boolean> {
  if (!state.emulator || !(await stillRuns(state.emulator))) return false;
  if (!(await emulatorAnswers(Number(new URL(cloud.endpoint).port)))) return false;
  const names = await runningContainers(cloud.name).catch(() => []);
  const wanted = ['registry', 'backend', ...cloud.instances];
  return wanted.every((part) => names.some((name) => name.endsWith(part)));
}

interface Wanted {
  stateDir: string;
  wantedName: string;
  pace: CloudPace;
}

async function build(context: SetupContext, { stateDir, wantedName, pace }: Wanted): Promise<Cloud> {
  mkdirSync(stateDir, { recursive: true });
  writeState(stateDir, { name: wantedName });
  await acquireEngine(context, stateDir);
  const { owner, network } = await claim(context, stateDir, wantedName);
  const state: CloudState = { name: owner.name };
  const save = (more: Partial<CloudState>) => writeState(stateDir, Object.assign(state, more));
  const [images, { python }] = await together<[LocalImages, PythonEnvironment]>(context, [
    ensureImages,
    ensurePython,
  ]);
  const parts = await startParts(context, { owner, network, images, python, pace, save });
  const title = 'making a VPC, a cluster with two EC2 instances and a bucket';
  const seeded = await context.progress.step(title, () =>
    seed(owner.name, parts.endpoint, network.cidr, context.signal),
  );
  const described = { name: owner.name, stateDir, region, pace, vpcNetwork: network.name };
  const cloud = withEnvironment({ ...described, ...parts, ...seeded });
  writeEnv(stateDir, cloud.environment);
  save({ cloud });
  return cloud;
}

interface Prepared {
  owner: Ownership;
  network: VpcNetwork;
  images: LocalImages;
  python: string;
  pace: CloudPace;
  save: (more: Partial<CloudState>) => void;
}

type Parts = Pick<
  Cloud,
  'endpoint' | 'backendDirectory' | 'collectorImage' | 'telemetrygenImage' | 'appImage'
>;

/** Starts the three things that do not wait for each other. */
async function startParts(context: SetupContext, prepared: Prepared): Promise<Parts> {
  const { owner, network, images } = prepared;
  const [backendDirectory, references, endpoint] = await together<[string, string[], string]>(context, [
    (each) =>
      each.progress.step('starting the backend stand-in', () =>
        startBackend(each, owner, { image: images.collector, network: network.name, pki: images.pki }),
      ),
    (each) =>
      each.progress.step('starting the registry and filling it', async () => {
        const registry = await startRegistry(each, owner, { image: images.registry, network: network.name });
        const wanted = [images.collector, images.telemetrygen, images.app];
        return Promise.all(wanted.map((image) => publish(each, image, registry)));
      }),
    (each) => startOnFreePort(each, prepared),
  ]);
  const [collectorImage = '', telemetrygenImage = '', appImage = ''] = references;
  return { endpoint, backendDirectory, collectorImage, telemetrygenImage, appImage };
}

/**
 * One emulator at a time, until it answers: of two clouds that start at once both would find the same port free, and the
 * one that came too late would take the other's answers for its own.
 */
function startOnFreePort(context: SetupContext, prepared: Prepared): Promise<string> {
  const { owner, network, images, python, pace, save } = prepared;
  return withLock(context, 'emulator-port', async () => {
    const port = await freePort(usualEmulatorPort);
    const { app: instanceImage, forwarder: forwarderImage } = images;
    const options = { python, port, network, pace, instanceImage, forwarderImage };
    return context.progress.step(`starting the AWS emulator on port ${port}`, () =>
      startEmulator(context, owner, options, (emulator) => save({ emulator })),
    );
  });
}

/** Takes a free name and address range for the cloud: the network that carries both is made at once. */
function claim(
  context: SetupContext,
  stateDir: string,
  wantedName: string,
): Promise<{ owner: Ownership; network: VpcNetwork }> {
  return withLock(context, 'cloud-names', async () => {
    const owner = { name: await freeName(wantedName, stateDir), stateDir };
    return { owner, network: await createNetwork(owner) };
  });
}

function withEnvironment(cloud: Omit<Cloud, 'environment'> & Seed): Cloud {
  const environment = {
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_REGION: cloud.region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    LOCAL_NAME: cloud.name,
    LOCAL_PACE: cloud.pace,
    LOCAL_CLUSTER: cloud.cluster,
    LOCAL_VPC: cloud.vpc,
    LOCAL_SUBNETS: cloud.subnets.join(','),
    LOCAL_SECURITY_GROUP: cloud.securityGroup,
    LOCAL_BUCKET: cloud.bucket,
    LOCAL_INSTANCES: cloud.instances.join(','),
    LOCAL_VPC_NETWORK: cloud.vpcNetwork,
    LOCAL_COLLECTOR_IMAGE: cloud.collectorImage,
    LOCAL_TELEMETRYGEN_IMAGE: cloud.telemetrygenImage,
    LOCAL_APP_IMAGE: cloud.appImage,
    LOCAL_BACKEND_DIR: cloud.backendDirectory,
  };
  return { ...cloud, environment };
}
