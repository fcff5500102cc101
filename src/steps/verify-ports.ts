import type { CloudMap } from '../aws/cloud-map.ts';
import type { CloudFormation } from '../aws/cloudformation.ts';
import type { EcsServices } from '../aws/ecs-services.ts';
import type { EcsTasks } from '../aws/ecs-tasks.ts';
import type { Logs } from '../aws/logs.ts';
import type { ObjectStore } from '../aws/object-store.ts';

/** The parts of AWS that the step talks to. */
export interface VerifyPorts {
  cloudFormation: Pick<CloudFormation, 'find' | 'originalTemplate' | 'resources'>;
  services: Pick<EcsServices, 'service' | 'tasks' | 'taskDefinition'>;
  cloudMap: Pick<CloudMap, 'dnsName'>;
  tasks: EcsTasks;
  logs: Logs;
  objects: ObjectStore;
}
