import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { connect } from 'node:tls';
import { repository, type SetupContext } from '../../scripts/setup/context.ts';
import { backendFiles } from '../backend.ts';
import { docker, labelArguments, type Ownership } from './docker.ts';
import { addressOf } from './network.ts';
import { ingressNames, type Pki } from './pki.ts';
import { asThisUser } from './registry.ts';
import { waitFor } from './wait.ts';

/** Starts the stand-in of the Coralogix ingress. @returns the folder its files are in */
export async function startBackend(
  context: SetupContext,
  owner: Ownership,
  options: { image: string; network: string; pki: Pki },
): Promise<string> {
  const folder = path.join(owner.stateDir, 'backend');
  mkdirSync(folder, { recursive: true });
  for (const file of Object.values(backendFiles)) {
    writeFileSync(path.join(folder, file), '');
    chmodSync(path.join(folder, file), 0o644);
  }
  const container = `${owner.name}-backend`;
  const aliases = ingressNames.flatMap((name) => ['--network-alias', name]);
  const mounts = [
    ...[
      '--volume',
      `${path.join(repository, 'local', 'backend', 'config.yaml')}:/etc/otelcol/config.yaml:ro`,
    ],
    ...['--volume', `${options.pki.dir}:/pki:ro`],
    ...['--volume', `${folder}:/data`],
  ];
  const identity = [
    '--name',
    container,
    '--network',
    options.network,
    ...labelArguments(owner),
    ...asThisUser(),
  ];
  await docker(['run', '--detach', ...identity, ...aliases, ...mounts, options.image]);
  const host = await addressOf(container, options.network);
  const ca = readFileSync(options.pki.ca);
  const answers = async () =>
    (await Promise.all(ingressNames.map((name) => acceptsTls(host, name, ca)))).every(Boolean);
  await waitFor(async () => ((await answers()) ? true : undefined), {
    what: 'the backend stand-in accepts TLS connections under each of its names',
    deadlineSeconds: 30,
    signal: context.signal,
  });
  return folder;
}

/** A whole handshake: a certificate that the collectors would refuse is refused here. */
function acceptsTls(host: string, name: string, ca: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: 443, ca, servername: name, ALPNProtocols: ['h2'] });
    const end = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.setTimeout(2_000, () => end(false));
    socket.once('secureConnect', () => end(socket.authorized));
    socket.once('error', () => end(false));
  });
}
