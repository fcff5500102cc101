import type { CloudMap } from '../aws/cloud-map.ts';
import type { Identity } from '../aws/identity.ts';
import type { Logs } from '../aws/logs.ts';
import type { ObjectStore } from '../aws/object-store.ts';
import type { Secrets } from '../aws/secrets.ts';
import type { Settings, StackSettings } from '../inputs/settings.ts';
import type { ExecutePorts } from '../stack/execute.ts';
import type { Waiting } from '../stack/waiting.ts';
import type { Outcomes } from './outcomes.ts';
import type { StepDeps } from './step.ts';

/** The parts of AWS that a deployment talks to. */
export interface DeployPorts extends ExecutePorts {
  cloudMap: CloudMap;
  logs: Pick<Logs, 'page'>;
  objects: ObjectStore;
  secrets: Secrets;
}

/** One stack that is being deployed, and all that this takes. */
export interface Deployment {
  settings: Settings;
  stack: StackSettings;
  identity: Identity;
  deps: StepDeps;
  ports: DeployPorts;
  waiting: Waiting;
  outcomes: Outcomes;
  /** Runs `work` in a group of the log whose title tells this stack from the others. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
}
