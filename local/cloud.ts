/** The local cloud, for scripts and tests. `local/up.ts` and `local/down.ts` are its commands. */
import type { CloudPace } from './lifecycle/options.ts';

export { type CloudOptions, defaultStateDir, paceOf } from './lifecycle/options.ts';
export { startCloud } from './lifecycle/start.ts';
export { stopCloud } from './lifecycle/stop.ts';

/** A running local cloud. */
export interface Cloud {
  /** Value of the label on all its containers; also the name of its ECS cluster. */
  name: string;
  /** Holds everything it writes: `env`, the logs, the instances' folders. */
  stateDir: string;
  /** `http://127.0.0.1:<port>` */
  endpoint: string;
  region: string;
  /** How long things take in it. */
  pace: CloudPace;
  cluster: string;
  vpc: string;
  subnets: string[];
  securityGroup: string;
  bucket: string;
  /** EC2 instance ids, both in the cluster. */
  instances: string[];
  /** The Docker network that stands for the VPC. */
  vpcNetwork: string;
  /** References by digest into the cloud's own registry. */
  collectorImage: string;
  telemetrygenImage: string;
  appImage: string;
  /** Where the backend stand-in writes; read it with `local/backend.ts`. */
  backendDirectory: string;
  /** The variables of `.local/env`: endpoint, region, credentials, and all of the above. */
  environment: Record<string, string>;
}
