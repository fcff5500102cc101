export const id = 502;
export const ids = [502];
export const modules = {

/***/ 79502:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  run: () => (/* binding */ run)
});

// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-servicediscovery/dist-cjs/index.js
var dist_cjs = __webpack_require__(80948);
// EXTERNAL MODULE: ./build/aws/client-config.js + 1 modules
var client_config = __webpack_require__(98968);
// EXTERNAL MODULE: ./build/aws/errors.js
var errors = __webpack_require__(68127);
;// CONCATENATED MODULE: ./build/aws/cloud-map.js



function cloudMap(region) {
    const client = new dist_cjs/* ServiceDiscoveryClient */.rjH((0,client_config/* clientConfig */.y)(region));
    return {
        async registeredInstances(serviceId) {
            const found = [];
            let NextToken;
            do {
                const page = await (0,errors/* asking */.os)(`list the instances of Cloud Map service ${serviceId}`, () => client.send(new dist_cjs/* ListInstancesCommand */._SW({
                    ServiceId: serviceId,
                    MaxResults: 100,
                    ...(NextToken ? { NextToken } : {}),
                })));
                for (const { Id, Attributes } of page.Instances ?? []) {
                    const port = Attributes?.['AWS_INSTANCE_PORT'];
                    found.push({
                        id: Id ?? '',
                        address: Attributes?.['AWS_INSTANCE_IPV4'],
                        port: port === undefined ? undefined : Number(port),
                    });
                }
                NextToken = page.NextToken;
            } while (NextToken);
            return found;
        },
    };
}

// EXTERNAL MODULE: ./build/aws/cloudformation.js + 2 modules
var cloudformation = __webpack_require__(54787);
// EXTERNAL MODULE: ./build/aws/ecs-services.js
var ecs_services = __webpack_require__(42768);
// EXTERNAL MODULE: ./build/aws/logs.js
var aws_logs = __webpack_require__(44367);
;// CONCATENATED MODULE: ./build/aws/log-tail.js

function logTail(region) {
    const logs = (0,aws_logs/* cloudWatchLogs */.Cv)(region);
    return async (group, stream, lines) => (await (0,aws_logs/* tailOf */.Cj)(logs, { group, stream }, lines)).map(({ message }) => message.trimEnd());
}

// EXTERNAL MODULE: ./build/kit/errors.js
var kit_errors = __webpack_require__(3844);
// EXTERNAL MODULE: ./build/aws/task-definition.js
var task_definition = __webpack_require__(80015);
;// CONCATENATED MODULE: ./build/stack/diagnosis.js



const logLines = 20;
const telling = /\b(error|fatal|panic|cannot|failed|invalid)\b/i;
const complaint = /unable|failed|unhealthy|error|cannot|could not/i;
async function diagnoseService(service, since, ports) {
    const links = [];
    try {
        await deploymentLinks(service, since, links, ports.ecs);
        const [task] = await failedTasksOf(service, since, ports.ecs);
        if (!task)
            return links;
        links.push({
            what: 'task',
            text: taskText(task),
        });
        const container = blamed(task);
        if (!container)
            return links;
        links.push({ what: 'container', text: containerText(container) });
        const definition = await ports.ecs.taskDefinition(task.taskDefinition);
        links.push(...(await logLinks(definition, container, task.id, ports.logTail)));
    }
    catch (error) {
        links.push({ what: 'diagnosis', text: `ends here: ${(0,kit_errors/* messageOf */.bD)(error)}` });
    }
    return links;
}
async function deploymentLinks({ cluster, name }, since, links, ecs) {
    const found = await ecs.service(cluster, name);
    if (!found)
        return;
    const failed = found.deployments.find((each) => each.createdAt >= since && (each.rolloutState === 'FAILED' || each.failedTasks > 0));
    const shown = failed ?? found.deployments.find((each) => each.status === 'PRIMARY');
    if (shown) {
        const reason = shown.rolloutStateReason ? `: ${shown.rolloutStateReason}` : '';
        links.push({
            what: 'deployment',
            text: `${shown.id} of service ${name} is ${shown.rolloutState}, ${shown.failedTasks} failed tasks${reason}`,
        });
    }
    const event = found.events.find(({ at, message }) => at >= since && complaint.test(message));
    if (event)
        links.push({ what: 'service event', text: event.message });
}
async function failedTasksOf({ cluster, name }, since, ecs) {
    const endOf = (task) => task.stoppedAt ?? task.createdAt ?? 0;
    return (await ecs.tasks({ cluster, service: name, desiredStatus: 'STOPPED' }))
        .filter((task) => !(0,ecs_services/* wasWanted */.l)(task) && endOf(task) >= since)
        .sort((a, b) => endOf(b) - endOf(a));
}
function blamed({ containers }) {
    return (containers.find(({ exitCode }) => exitCode !== undefined && exitCode !== 0) ??
        containers.find(({ reason }) => reason !== undefined) ??
        containers[0]);
}
function taskText({ id, stoppedReason, stopCode, lastStatus }) {
    return `${id}: ${stoppedReason ?? stopCode ?? lastStatus}`;
}
function hasLog(links) {
    return links.some(({ what }) => what === 'log');
}
function containerText({ name, exitCode, reason }) {
    const code = exitCode === undefined ? 'did not start' : `exit code ${exitCode}`;
    return reason ? `${name}: ${code}, ${reason}` : `${name}: ${code}`;
}
async function logLinks(definition, container, taskId, logTail) {
    const declared = definition.containers.find((each) => each.name === container.name);
    const stream = declared && (0,task_definition/* logStream */.V)(declared, taskId);
    if (!declared?.log || !stream)
        return [];
    const lines = await logTail(declared.log.group, stream, logLines);
    if (lines.length === 0)
        return [{ what: 'no log', text: `${declared.log.group}:${stream} is empty` }];
    return lines.map((line) => ({ what: 'log', text: readable(line) }));
}
function readable(line) {
    try {
        const { level, msg, error } = JSON.parse(line);
        if (typeof msg === 'string')
            return [level, msg, error].filter((each) => typeof each === 'string').join(' | ');
    }
    catch {
    }
    return line;
}
function withChain(error, links) {
    if (links.length === 0)
        return error;
    const deeper = headline(links);
    const first = deeper === undefined || error.message.includes(deeper) ? error.message : `${error.message} | ${deeper}`;
    const lines = links.map(({ what, text }) => `  ${what.padEnd(13)} ${text}`);
    return new kit_errors/* KitError */.Fb([first, ...lines].join('\n'), {
        code: error.code,
        source: error.source,
        cause: error.cause,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
}
function headline(links) {
    const line = links.findLast(({ what, text }) => what === 'log' && telling.test(text));
    const deepest = line ?? links.findLast(({ what }) => !['log', 'no log', 'deployment'].includes(what));
    return deepest?.text;
}

// EXTERNAL MODULE: ./build/kit/poll.js
var poll = __webpack_require__(7102);
;// CONCATENATED MODULE: ./build/stack/poller.js
const knownRun = 20;
function eventPoller(read) {
    const known = new Set();
    async function collect() {
        const found = [];
        let run = 0;
        for await (const event of read()) {
            if (known.has(event.id)) {
                run += 1;
                if (run >= knownRun)
                    break;
                continue;
            }
            run = 0;
            known.add(event.id);
            found.push(event);
        }
        return found.reverse();
    }
    return {
        async prime() {
            await collect();
        },
        fresh: collect,
    };
}

;// CONCATENATED MODULE: ./build/stack/status.js
const successes = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE', 'DELETE_COMPLETE'];
const rolledBack = ['ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_ROLLBACK_COMPLETE'];
const stillborn = ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'CREATE_FAILED'];
const updatable = [
    'CREATE_COMPLETE',
    'UPDATE_COMPLETE',
    'UPDATE_ROLLBACK_COMPLETE',
    'UPDATE_FAILED',
    'IMPORT_COMPLETE',
    'IMPORT_ROLLBACK_COMPLETE',
];
function stackStatus(raw) {
    return {
        raw,
        isInProgress: raw.endsWith('_IN_PROGRESS') && raw !== 'REVIEW_IN_PROGRESS',
        isInReview: raw === 'REVIEW_IN_PROGRESS',
        isDeleted: raw === 'DELETE_COMPLETE',
        isStillborn: stillborn.includes(raw),
        isSuccess: successes.includes(raw),
        isRolledBack: rolledBack.includes(raw),
        canUpdate: updatable.includes(raw),
    };
}
function isTerminal(raw) {
    return raw.endsWith('_COMPLETE') || raw.endsWith('_FAILED');
}
const emptyReasons = ["The submitted information didn't contain changes.", 'No updates are to be performed.'];
function isEmptyChangeSet(status, reason) {
    return status === 'FAILED' && emptyReasons.some((each) => reason?.startsWith(each) ?? false);
}

;// CONCATENATED MODULE: ./build/stack/waiting.js
const defaultIntervalSeconds = 2;
const quietMilliseconds = 30_000;
function pollOptions({ clock, deadline, signal, intervalSeconds }) {
    return { clock, deadline, signal, intervalSeconds: intervalSeconds ?? defaultIntervalSeconds };
}
function quietHeartbeat({ clock, say }) {
    let last = clock.now();
    const noted = () => {
        last = clock.now();
    };
    const heartbeat = (line) => {
        if (clock.now() - last < quietMilliseconds)
            return;
        say(line);
        noted();
    };
    return { heartbeat, noted };
}

;// CONCATENATED MODULE: ./build/stack/monitor.js




async function followOperation(operation, start, ports, waiting) {
    const poller = eventPoller(() => ports.cloudFormation.events(operation.stackId));
    await poller.prime();
    await start();
    const events = [];
    const { heartbeat, noted } = quietHeartbeat(waiting);
    const look = async () => {
        const known = events.length;
        const status = await drain(operation, poller, events, ports.onEvent);
        if (events.length > known)
            noted();
        return status;
    };
    try {
        return await (0,poll/* poll */.w)({
            ...pollOptions(waiting),
            what: 'the stack operation',
            heartbeat,
            hint: 'CloudFormation goes on without us; run the step again once the stack is at rest.',
        }, async () => {
            const status = await look();
            if (status !== undefined)
                return { done: true, value: { status, events } };
            const more = await ports.onLook();
            const state = pendingState(events);
            return { done: false, state: more === undefined ? state : `${state}; ${more}` };
        });
    }
    catch (error) {
        await look().catch(() => undefined);
        throw error;
    }
}
async function drain(operation, poller, events, onEvent) {
    for (const event of await poller.fresh()) {
        if (!belongs(operation, events, event))
            continue;
        events.push(event);
        await onEvent(event);
    }
    return events.find((event) => isStack(event) && isTerminal(event.status))?.status;
}
function belongs(operation, before, event) {
    if (before.some((each) => isStack(each) && isTerminal(each.status)))
        return false;
    return before.length > 0 || event.token === undefined || event.token === operation.token;
}
function isStack({ physicalId, stackId }) {
    return physicalId === stackId;
}
function pendingState(events) {
    if (events.length === 0)
        return 'not started';
    const latest = new Map(events.filter((event) => !isStack(event)).map((event) => [event.logicalId, event.status]));
    const pending = [...latest].filter(([, status]) => status.endsWith('_IN_PROGRESS')).map(([id]) => id);
    return pending.length > 0 ? `in progress: ${pending.join(', ')}` : 'between two resources';
}

;// CONCATENATED MODULE: ./build/stack/printer.js
function eventLine({ at, status, logicalId, type, reason }) {
    const time = new Date(at).toISOString().slice(11, 19);
    const line = `${time}  ${status.padEnd(35)} ${logicalId} (${type})`;
    return reason ? `${line}: ${reason.replaceAll(/\s+/g, ' ')}` : line;
}

;// CONCATENATED MODULE: ./build/stack/root-cause.js
const cancelled = /^Resource (creation|update|import) cancelled/i;
function isFailure({ status, reason }) {
    return status.endsWith('_FAILED') && !cancelled.test(reason ?? '');
}
function rootCause(events) {
    const resource = events.find((event) => isFailure(event) && event.physicalId !== event.stackId);
    if (resource)
        return resource;
    return (events.find(isFailure) ??
        events.find(({ status, reason }) => reason !== undefined && /ROLLBACK|FAILED/.test(status)));
}

;// CONCATENATED MODULE: ./build/stack/services.js
async function declaredServices(stack, cloudFormation) {
    const resources = await cloudFormation.resources(stack.id);
    const cluster = stack.outputs['ClusterName'] ?? stack.parameters['ClusterName'] ?? 'default';
    return {
        services: resources
            .filter(({ type, physicalId }) => type === 'AWS::ECS::Service' && physicalId)
            .map(({ logicalId, physicalId }) => stackService(logicalId, physicalId ?? '', cluster)),
        taskDefinitions: new Set(resources.flatMap(({ type, physicalId }) => type === 'AWS::ECS::TaskDefinition' && physicalId ? [physicalId] : [])),
    };
}
function stackService(logicalId, physicalId, fallbackCluster) {
    const [, ...path] = physicalId.split('/');
    const [first, second] = path;
    if (second !== undefined)
        return { logicalId, cluster: first ?? fallbackCluster, name: second };
    return { logicalId, cluster: fallbackCluster, name: first ?? physicalId };
}

;// CONCATENATED MODULE: ./build/stack/service-watch.js




const serviceType = 'AWS::ECS::Service';
const skewMilliseconds = 5_000;
function serviceWatch(ports, waiting) {
    const since = waiting.clock.now() - skewMilliseconds;
    const inWork = new Map();
    const news = newsReader(ports, waiting, since);
    let links = [];
    let blind = false;
    async function diagnose(service) {
        const found = await diagnoseService(service, since, ports);
        if (hasLog(found) || !hasLog(links))
            links = found;
    }
    return {
        async onEvent(event) {
            if (event.type !== serviceType || !event.physicalId)
                return;
            const service = stackService(event.logicalId, event.physicalId, await clusterOf(event, ports));
            if (event.status.endsWith('_IN_PROGRESS'))
                inWork.set(event.logicalId, service);
            else
                inWork.delete(event.logicalId);
            if (isFailure(event))
                await diagnose(service);
        },
        async onLook() {
            if (blind || inWork.size === 0)
                return undefined;
            try {
                for (const service of inWork.values()) {
                    if (await news.ofService(service))
                        await diagnose(service);
                }
            }
            catch (error) {
                blind = true;
                waiting.say(`what the services say is not shown: ${(0,kit_errors/* messageOf */.bD)(error)}`);
            }
            return news.newest();
        },
        async chain() {
            const [service] = inWork.values();
            if (links.length === 0 && service)
                await diagnose(service);
            return links;
        },
    };
}
function newsReader({ ecs }, { say }, since) {
    const said = new Set();
    let newest;
    const tell = (at, text) => {
        const line = `${new Date(at ?? since).toISOString().slice(11, 19)}  ${text}`;
        if (said.has(line))
            return false;
        said.add(line);
        say(line);
        newest = text;
        return true;
    };
    return {
        newest: () => newest,
        async ofService(service) {
            const found = await ecs.service(service.cluster, service.name);
            const events = (found?.events ?? []).filter(({ at }) => at >= since).reverse();
            for (const { at, message } of events)
                tell(at, message);
            const failed = (await failedTasksOf(service, since, ecs)).reverse();
            return failed.filter((task) => tell(task.stoppedAt, `task ${taskText(task)}`)).length > 0;
        },
    };
}
async function clusterOf({ physicalId, stackId }, { cloudFormation }) {
    if ((physicalId?.split('/').length ?? 0) > 2)
        return 'default';
    const stack = await cloudFormation.find(stackId).catch(() => undefined);
    return stack?.parameters['ClusterName'] ?? 'default';
}

;// CONCATENATED MODULE: ./build/stack/execute.js







const requestToken = / \(RequestToken: [^)]*\)/;
async function executePlan(stackName, { changeSet, kind }, ports, waiting) {
    const { cloudFormation } = ports;
    const operation = { stackId: changeSet.stackId, token: `execute-${changeSet.id.split('/').at(-1)}` };
    const watch = serviceWatch(ports, waiting);
    const onEvent = async (event) => {
        waiting.say(eventLine(event));
        await watch.onEvent(event);
    };
    const start = () => cloudFormation.executeChangeSet(changeSet.id, operation.token);
    try {
        const end = await followOperation(operation, start, { cloudFormation, onEvent, onLook: watch.onLook }, waiting);
        if (!stackStatus(end.status).isSuccess)
            throw stackFailed(stackName, end, await watch.chain());
        return end;
    }
    catch (error) {
        if (waiting.signal.aborted)
            await withdraw(stackName, operation, kind, ports, waiting);
        if ((0,kit_errors/* isKitError */.Jt)(error, 'deadline-exceeded'))
            throw withChain(error, await watch.chain());
        throw error;
    }
}
async function withdraw(stackName, { stackId, token }, kind, { cloudFormation }, waiting) {
    if (kind === 'create') {
        waiting.say(`stack ${stackName} goes on being created: delete it if it is not wanted`);
        return;
    }
    try {
        await cloudFormation.cancelUpdate(stackId, `cancel-${token}`);
        waiting.say(`the update of stack ${stackName} is cancelled; CloudFormation rolls it back`);
    }
    catch (error) {
        waiting.say(`the update of stack ${stackName} could not be cancelled: ${(0,kit_errors/* messageOf */.bD)(error)}`);
    }
}
function stackFailed(stackName, { status, events }, links) {
    const cause = rootCause(events);
    const reason = cause
        ? `${cause.logicalId} (${cause.type}): ${(cause.reason ?? cause.status).replace(requestToken, '')}`
        : 'CloudFormation gives no reason';
    const error = new kit_errors/* KitError */.Fb(`stack ${stackName} ended in ${status}: ${reason}`, {
        code: stackStatus(status).isRolledBack ? 'deployment-rolled-back' : 'deployment-failed',
        source: 'aws',
    });
    return withChain(error, links);
}

;// CONCATENATED MODULE: ./build/stack/service-health.js

const provenMilliseconds = 10_000;
const failureLimit = 3;
function serviceHealth(sight, question) {
    return failure(sight, question) ?? waitingFor(sight, question) ?? steady(sight);
}
function failure({ service, stopped }, question) {
    const primary = primaryOf(service);
    if (primary?.rolloutState === 'FAILED') {
        const reason = primary.rolloutStateReason ?? 'ECS gives no reason';
        return { verdict: 'failed', code: 'rollout-failed', state: `its deployment failed: ${reason}` };
    }
    if (service.scheduling !== 'DAEMON' && service.desired === 0) {
        return { verdict: 'failed', code: 'service-empty', state: 'it wants no tasks at all' };
    }
    const failed = failedTasks(stopped, question);
    if (failed.length < Math.max(failureLimit, Math.ceil(service.desired / 2)))
        return undefined;
    const newest = failed.at(-1);
    return {
        verdict: 'failed',
        code: 'tasks-failing',
        state: `${failed.length} tasks of the new revision stopped, the last with: ${newest?.stoppedReason ?? 'no reason'}`,
    };
}
function waitingFor(sight, question) {
    const { service } = sight;
    const primary = primaryOf(service);
    const state = service.status !== 'ACTIVE'
        ? `it is ${service.status || 'gone'}`
        : !question.taskDefinitions.has(service.taskDefinition)
            ? `it runs ${lastPart(service.taskDefinition)}, not the revision of the stack`
            : primary && service.deployments.length === 1 && primary.rolloutState === 'COMPLETED'
                ? (countProblem(sight) ?? taskProblem(sight, question) ?? registrationProblem(sight, question))
                : `deployment ${primary?.rolloutState ?? 'missing'}, ${counts(service)}, ${service.deployments.length} deployments`;
    return state === undefined ? undefined : { verdict: 'waiting', state };
}
function countProblem({ service, instances }) {
    if (service.desired === 0 || service.running !== service.desired || service.pending > 0)
        return counts(service);
    if (instances === undefined || service.hasPlacementConstraints || service.desired === instances)
        return undefined;
    return `${counts(service)}, but the cluster has ${instances} active instances`;
}
function taskProblem(sight, question) {
    const ours = runningTasks(sight, question);
    if (ours.length !== sight.service.running) {
        return `${ours.length} of ${sight.service.running} running tasks are of the revision of the stack`;
    }
    const young = ours.filter((task) => question.now - (task.startedAt ?? question.now) < provenMilliseconds);
    return young.length > 0 ? `${young.length} tasks have just started` : undefined;
}
function registrationProblem(sight, question) {
    if (sight.registered === undefined)
        return undefined;
    const tasks = runningTasks(sight, question);
    const own = tasks.every((task) => task.address !== undefined);
    const expected = tasks.map((task) => (own ? (task.address ?? '') : task.id)).sort();
    const found = sight.registered
        .map(({ id, address }) => (own ? (address ?? `${id} without address`) : id))
        .sort();
    if (expected.join() === found.join())
        return undefined;
    return `Cloud Map lists [${found.join(', ')}], running are [${expected.join(', ')}]`;
}
function steady({ service, registered }) {
    const cloudMap = registered ? `, ${registered.length} in Cloud Map` : '';
    return { verdict: 'steady', state: `${counts(service)} on ${lastPart(service.taskDefinition)}${cloudMap}` };
}
function failedTasks(stopped, question) {
    return stopped
        .filter((task) => question.taskDefinitions.has(task.taskDefinition))
        .filter((task) => (task.stoppedAt ?? 0) >= question.since && !(0,ecs_services/* wasWanted */.l)(task))
        .sort((a, b) => (a.stoppedAt ?? 0) - (b.stoppedAt ?? 0));
}
function runningTasks({ running }, question) {
    return running.filter((task) => task.lastStatus === 'RUNNING' && question.taskDefinitions.has(task.taskDefinition));
}
function primaryOf(service) {
    return service.deployments.find((each) => each.status === 'PRIMARY');
}
function counts({ running, desired, pending }) {
    return `${running} of ${desired} tasks running${pending > 0 ? `, ${pending} pending` : ''}`;
}
function lastPart(arn) {
    return arn.split('/').at(-1) ?? arn;
}

;// CONCATENATED MODULE: ./build/stack/rollout.js





class RolloutError extends kit_errors/* KitError */.Fb {
    service;
    constructor(service, state, code) {
        super(`service ${service.name}: ${state}`, { code, source: 'aws' });
        this.service = service;
    }
}
async function steadyServices(stack, since, ports, waiting) {
    const declared = await declaredServices(stack, ports.cloudFormation);
    let looks = [];
    let before = '';
    const look = async () => {
        looks = await Promise.all(declared.services.map(async (service) => {
            const sight = await sightOf(service, ports);
            return { service, sight, health: judge(sight, declared, since, waiting) };
        }));
        for (const { service, health } of looks) {
            if (health.verdict === 'failed')
                throw new RolloutError(service, health.state, health.code);
        }
        const seen = steadyTasks(looks);
        if (seen !== undefined && seen === before)
            return { done: true, value: looks.map(steadyService) };
        before = seen ?? '';
        return {
            done: false,
            state: looks.map(({ service, health }) => `${service.name}: ${health.state}`).join('; '),
        };
    };
    if (declared.services.length === 0)
        return [];
    try {
        return await (0,poll/* poll */.w)({ ...pollOptions(waiting), what: 'services', heartbeat: waiting.say }, look);
    }
    catch (error) {
        const late = looks.find(({ health }) => health.verdict !== 'steady');
        if (!late || !(0,kit_errors/* isKitError */.Jt)(error, 'deadline-exceeded'))
            throw error;
        throw new RolloutError(late.service, `not steady by the deadline: ${late.health.state}`, error.code);
    }
}
function steadyTasks(looks) {
    if (looks.some(({ health }) => health.verdict !== 'steady'))
        return undefined;
    return looks
        .flatMap(({ sight }) => sight?.running.map((task) => task.arn) ?? [])
        .sort()
        .join();
}
function judge(sight, declared, since, waiting) {
    if (!sight)
        return { verdict: 'waiting', state: 'ECS does not know it yet' };
    return serviceHealth(sight, { taskDefinitions: declared.taskDefinitions, since, now: waiting.clock.now() });
}
async function sightOf({ cluster, name }, { ecs, cloudMap }) {
    const service = await ecs.service(cluster, name);
    if (!service)
        return undefined;
    const [running, stopped, instances, registered] = await Promise.all([
        ecs.tasks({ cluster, service: name, desiredStatus: 'RUNNING' }),
        ecs.tasks({ cluster, service: name, desiredStatus: 'STOPPED' }),
        service.scheduling === 'DAEMON' ? ecs.activeInstances(cluster) : undefined,
        service.discoveryServiceIds.length > 0
            ? Promise.all(service.discoveryServiceIds.map((id) => cloudMap.registeredInstances(id)))
            : undefined,
    ]);
    return { service, running, stopped, instances, registered: registered?.flat() };
}
function steadyService({ service, sight }) {
    return {
        ...service,
        desired: sight?.service.desired ?? 0,
        taskDefinition: sight?.service.taskDefinition ?? '',
        addresses: sight?.registered?.map(({ id, address }) => address ?? id),
    };
}

;// CONCATENATED MODULE: ./build/steps/deploy-summary.js
function deploySummary({ settings, published, changed, services, seconds }) {
    const { release, made, present } = published;
    const what = changed ? 'deployed' : 'unchanged: nothing was executed';
    const title = `### Stack \`${settings.stackName}\` (${settings.environment}, ${settings.region}) ${what}`;
    const facts = [
        `Release \`${release.id}\``,
        `image \`${release.image}\``,
        `${made.length} objects written, ${present.length} there already`,
        `${seconds} s`,
    ].join(' · ');
    if (services.length === 0)
        return `${title}\n\n${facts}\n\nThe stack has no ECS services.`;
    const rows = services.map(({ name, desired, taskDefinition, addresses }) => {
        const revision = taskDefinition.split('/').at(-1) ?? '';
        return `| \`${name}\` | ${desired} | \`${revision}\` | ${addresses?.join(', ') ?? 'not registered'} |`;
    });
    return [
        title,
        '',
        facts,
        '',
        '| service | tasks | task definition | Cloud Map |',
        '|---|---|---|---|',
        ...rows,
    ].join('\n');
}

// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-sts/dist-cjs/index.js
var client_sts_dist_cjs = __webpack_require__(71695);
;// CONCATENATED MODULE: ./build/aws/identity.js




async function callerIdentity(region) {
    const client = new client_sts_dist_cjs/* STSClient */.iM((0,client_config/* clientConfig */.y)(region));
    const answer = await (0,errors/* asking */.os)('prove the AWS identity', () => client.send(new client_sts_dist_cjs/* GetCallerIdentityCommand */.zI({})));
    const { Account: account, Arn: arn } = answer;
    if (!account || !arn) {
        throw new kit_errors/* KitError */.Fb('could not prove the AWS identity: the answer names no account', {
            code: 'credentials-invalid',
            source: 'aws',
        });
    }
    return { account, arn, partition: arn.split(':')[1] ?? 'aws' };
}

// EXTERNAL MODULE: ./build/aws/object-store.js
var object_store = __webpack_require__(53143);
// EXTERNAL MODULE: ./build/release/hash.js
var hash = __webpack_require__(84016);
// EXTERNAL MODULE: ./build/release/image.js
var release_image = __webpack_require__(77535);
// EXTERNAL MODULE: ./build/release/parameters.js
var parameters = __webpack_require__(83848);
// EXTERNAL MODULE: ./build/release/release.js
var release_release = __webpack_require__(43007);
;// CONCATENATED MODULE: ./build/release/publish.js




async function publish(sources, bucket, store) {
    const release = (0,release_release/* releaseOf */.l7)(sources);
    const keys = new Map([[release.template.key, sources.template.bytes]]);
    for (const config of sources.configs) {
        const { key } = fileFor(release, config.parameter);
        keys.set(key, config.bytes);
    }
    const made = [];
    const present = [];
    for (const [key, bytes] of keys) {
        const outcome = await putVerified(store, { bucket, key }, bytes);
        (outcome === 'made' ? made : present).push((0,object_store/* uri */.H)({ bucket, key }));
    }
    const at = { bucket, key: (0,release_release/* manifestKey */.Rn)(sources.prefix, release.id) };
    const outcome = await store.putIfAbsent(at, (0,release_release/* manifest */.eu)(release), 'application/json');
    if (outcome === 'present')
        await verifyManifest(store, at, release.id);
    (outcome === 'made' ? made : present).push((0,object_store/* uri */.H)(at));
    return { release, made, present };
}
function fileFor(release, parameter) {
    const found = release.configs.find((config) => config.parameter === parameter);
    if (!found)
        throw new Error(`no config for parameter ${parameter}`);
    return found;
}
async function putVerified(store, at, bytes) {
    const outcome = await store.putIfAbsent(at, bytes, 'application/yaml');
    if (outcome === 'made')
        return outcome;
    const found = await store.get(at);
    if (found === undefined || (0,hash/* sha256 */.sc)(found) !== (0,hash/* sha256 */.sc)(bytes))
        throw altered((0,object_store/* uri */.H)(at));
    return outcome;
}
async function verifyManifest(store, at, id) {
    const bytes = await store.get(at);
    try {
        const found = JSON.parse(bytes?.toString('utf8') ?? '');
        if (found.id === id && (0,release_release/* identified */.AR)(found).id === id)
            return;
    }
    catch {
    }
    throw altered((0,object_store/* uri */.H)(at));
}
function altered(address) {
    return new kit_errors/* KitError */.Fb(`${address} exists with other content than its name says`, {
        code: 'release-altered',
        source: 'user',
        hint: 'Objects of a release are never changed; find out who wrote this one, then delete it.',
    });
}

// EXTERNAL MODULE: ./build/release/template.js
var release_template = __webpack_require__(72418);
;// CONCATENATED MODULE: ./build/stack/changes.js
const order = [
    'removed',
    'replaced',
    'possibly replaced',
    'undecided',
    'changed',
    'added',
    'imported',
];
function plannedChanges(changes) {
    return changes
        .map((change) => ({
        kind: kindOf(change),
        resource: change.logicalId,
        type: change.type,
        detail: [
            change.properties.join(', '),
            change.causes.length > 0 ? `because of ${change.causes.join(', ')}` : '',
        ]
            .filter(Boolean)
            .join(' '),
    }))
        .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || (a.resource < b.resource ? -1 : 1));
}
function kindOf({ action, replacement }) {
    if (action === 'Add')
        return 'added';
    if (action === 'Remove')
        return 'removed';
    if (action === 'Import')
        return 'imported';
    if (action !== 'Modify')
        return 'undecided';
    if (replacement === 'True')
        return 'replaced';
    return replacement === 'Conditional' ? 'possibly replaced' : 'changed';
}
function parameterChanges(declared, before, after) {
    return declared.flatMap(({ name, noEcho }) => {
        const value = after[name];
        if (noEcho || value === undefined || before === undefined || value === before[name])
            return [];
        return [{ name, before: before[name], after: value }];
    });
}
function countsOf(changes) {
    const counts = order.flatMap((kind) => {
        const count = changes.filter((change) => change.kind === kind).length;
        return count > 0 ? [`${count} ${kind}`] : [];
    });
    return counts.join(', ') || 'outputs only';
}
function changesMarkdown(changes, parameters) {
    const rows = changes.map(({ kind, resource, type, detail }) => row(kind === 'replaced' || kind === 'removed' ? `**${kind}**` : kind, code(resource), type, detail));
    const tables = [['| change | resource | type | what |', '|---|---|---|---|', ...rows].join('\n')];
    if (parameters.length > 0) {
        const values = parameters.map(({ name, before, after }) => row(code(name), code(before ?? ''), code(after)));
        tables.push(['| parameter | before | after |', '|---|---|---|', ...values].join('\n'));
    }
    return tables.join('\n\n');
}
function row(...cells) {
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}
function code(text) {
    return text === '' ? '' : `\`${text.replaceAll('`', "'")}\``;
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
;// CONCATENATED MODULE: ./build/stack/plan.js





async function planStack(request, cloudFormation, waiting) {
    const kind = request.base ? 'update' : 'create';
    const made = await create(request, cloudFormation, waiting);
    try {
        const changeSet = await completed(made.id, cloudFormation, waiting);
        if (changeSet.status !== 'FAILED')
            return { kind, changeSet, isEmpty: false };
        if (!isEmptyChangeSet(changeSet.status, changeSet.reason))
            throw failed(request.stackName, changeSet);
        await discardPlan(changeSet, cloudFormation);
        return { kind, changeSet, isEmpty: true };
    }
    catch (error) {
        if (!(0,kit_errors/* isKitError */.Jt)(error, 'change-set-failed'))
            throw error;
        await discardPlan({ id: made.id, stackId: made.stackId }, cloudFormation).catch((left) => {
            waiting.say(`left behind: change set ${made.id} (${(0,kit_errors/* messageOf */.bD)(left)})`);
        });
        throw error;
    }
}
async function discardPlan({ id, stackId }, cloudFormation) {
    await cloudFormation.deleteChangeSet(id, stackId);
    const stack = await cloudFormation.find(stackId);
    if (!stack || !stackStatus(stack.status).isInReview)
        return;
    const others = (await cloudFormation.changeSetNames(stackId)).filter((name) => !id.includes(`/${name}/`));
    if (others.length === 0)
        await cloudFormation.deleteStack(stackId, `shell-${(0,external_node_crypto_.randomUUID)()}`);
}
async function create(request, cloudFormation, waiting) {
    const { stackName, base, name, declared, parameters } = request;
    const submit = () => cloudFormation.createChangeSet({
        stackName,
        name,
        type: base ? 'UPDATE' : 'CREATE',
        description: request.description,
        template: request.template,
        tags: request.tags,
        token: `plan-${(0,external_node_crypto_.randomUUID)()}`,
        parameters: declared.flatMap((parameter) => {
            const value = parameters[parameter];
            if (value !== undefined)
                return [{ name: parameter, value }];
            return base && parameter in base.parameters ? [{ name: parameter }] : [];
        }),
    });
    try {
        return await submit();
    }
    catch (error) {
        if (!(0,kit_errors/* isKitError */.Jt)(error, 'already-exists'))
            throw error;
        waiting.say(`change set ${name} exists: replacing it`);
        await cloudFormation.deleteChangeSet(name, base?.id ?? stackName);
        return await submit();
    }
}
async function completed(id, cloudFormation, waiting) {
    return (0,poll/* poll */.w)({ ...pollOptions(waiting), what: 'the change set', heartbeat: quietHeartbeat(waiting).heartbeat }, async () => {
        const changeSet = await cloudFormation.changeSet(id);
        if (!changeSet)
            return { done: false, state: 'not visible yet' };
        const { status } = changeSet;
        if (status === 'CREATE_COMPLETE' || status === 'FAILED')
            return { done: true, value: changeSet };
        if (!status.startsWith('CREATE_'))
            throw failed(changeSet.stackId, changeSet);
        return { done: false, state: status };
    });
}
function failed(stackName, { status, reason }) {
    return new kit_errors/* KitError */.Fb(`the change set for stack ${stackName} failed: ${reason ?? status}`, {
        code: 'change-set-failed',
        source: 'user',
    });
}

;// CONCATENATED MODULE: ./build/stack/prepare.js





async function prepareStack(stackName, replaceRolledBack, cloudFormation, waiting) {
    const stack = await cloudFormation.find(stackName);
    if (!stack)
        return undefined;
    const status = stackStatus(stack.status);
    if (status.isDeleted || status.isInReview)
        return undefined;
    if (status.canUpdate)
        return stack;
    if (status.isInProgress)
        throw busy(stack);
    if (!status.isStillborn)
        throw unusable(stack);
    if (!replaceRolledBack)
        throw neverCreated(stack);
    waiting.say(`stack ${stackName} is in ${stack.status}: deleting it to create it anew`);
    await deleteAndWait(stack.id, cloudFormation, waiting);
    return undefined;
}
async function deleteAndWait(stackId, cloudFormation, waiting) {
    await cloudFormation.deleteStack(stackId, `delete-${(0,external_node_crypto_.randomUUID)()}`);
    const failed = await (0,poll/* poll */.w)({ ...pollOptions(waiting), what: 'the deletion', heartbeat: waiting.say }, async () => {
        const stack = await cloudFormation.find(stackId);
        if (!stack || stackStatus(stack.status).isDeleted)
            return { done: true, value: undefined };
        return stack.status === 'DELETE_FAILED'
            ? { done: true, value: stack }
            : { done: false, state: stack.status };
    });
    if (failed)
        throw unusable(failed);
}
function busy({ name, status }) {
    return new kit_errors/* KitError */.Fb(`stack ${name} is in ${status}: another operation is running`, {
        code: 'stack-busy',
        source: 'aws',
        hint: 'Wait for it to end, then run this step again; one concurrency group per stack keeps runs apart.',
    });
}
function neverCreated({ name, status, statusReason }) {
    return new kit_errors/* KitError */.Fb(`stack ${name} is in ${status}: its creation failed${because(statusReason)}`, {
        code: 'stack-rolled-back',
        source: 'user',
        hint: 'CloudFormation can only delete it: set replace-rolled-back-stack, or delete it yourself.',
    });
}
function unusable({ name, status, statusReason }) {
    return new kit_errors/* KitError */.Fb(`stack ${name} is in ${status} and cannot be updated${because(statusReason)}`, {
        code: 'stack-unusable',
        source: 'aws',
        hint: status === 'UPDATE_ROLLBACK_FAILED'
            ? 'Continue its rollback in CloudFormation, skipping the resources that cannot be restored.'
            : 'Bring the stack into order in CloudFormation first.',
    });
}
function because(reason) {
    return reason ? ` (${reason})` : '';
}

;// CONCATENATED MODULE: ./build/stack/template-source.js
const inlineBytes = 51_200;
function templateSource({ bytes, bucket, key, region, partition }) {
    if (bytes.length <= inlineBytes)
        return { body: bytes.toString('utf8') };
    const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
    const path = key.split('/').map(encodeURIComponent).join('/');
    return { url: `https://s3.${region}.${suffix}/${bucket}/${path}` };
}

;// CONCATENATED MODULE: ./build/steps/planning.js












async function planRelease(settings, deps, waiting) {
    const { reporter } = deps;
    const { region, stackName } = settings;
    const identity = await reporter.group('Prove the AWS identity', () => proveIdentity(settings, deps));
    const planning = {
        settings,
        deps,
        waiting,
        identity,
        cloudFormation: (0,cloudformation/* cloudFormation */.T)(region),
        declared: (0,release_template/* declaredParameters */.v)(settings.template.bytes.toString('utf8')),
    };
    const base = await reporter.group(`Look at stack ${stackName}`, () => lookAtStack(planning));
    const published = await reporter.group('Publish the release', () => publishRelease(planning, base));
    const plan = await reporter.group('Plan the change', () => planChange(planning, base, published.release));
    return { published, plan };
}
async function proveIdentity({ region }, { reporter }) {
    const identity = await callerIdentity(region);
    reporter.info(`account ${identity.account}, region ${region}, as ${identity.arn}`);
    return identity;
}
async function lookAtStack({ settings, cloudFormation, waiting }) {
    const { stackName, deploy } = settings;
    const base = await prepareStack(stackName, deploy.replaceRolledBackStack, cloudFormation, waiting);
    waiting.say(base ? `stack ${stackName} is in ${base.status}` : `stack ${stackName} is going to be created`);
    return base;
}
async function publishRelease({ settings, deps, declared }, base) {
    const { template, configs, bucket, prefix } = settings;
    (0,release_template/* requireAscii */.z)(template.path, template.bytes.toString('utf8'));
    const values = (0,parameters/* effectiveParameters */.k)(declared, settings.parameters, base?.parameters ?? {});
    const sources = { prefix, template, configs, image: (0,release_image/* imageReference */.r)(values) };
    const published = await publish(sources, bucket, (0,object_store/* objectStore */.D)(settings.region));
    for (const address of published.made)
        deps.reporter.info(`written   ${address}`);
    for (const address of published.present)
        deps.reporter.info(`unchanged ${address}`);
    deps.reporter.info(`release ${published.release.id}, image ${published.release.image}`);
    deps.reporter.output('release-id', published.release.id);
    return published;
}
async function planChange(planning, base, release) {
    const { deps, cloudFormation, waiting } = planning;
    const request = planRequest(planning, base, release);
    const plan = await planStack(request, cloudFormation, waiting);
    deps.reporter.output('stack-id', plan.changeSet.stackId);
    deps.reporter.output('has-changes', !plan.isEmpty);
    if (plan.isEmpty) {
        deps.reporter.info('no changes: nothing is executed, the empty change set is deleted');
    }
    else {
        sayPlan(deps, plan, parameterChanges(planning.declared, base?.parameters, request.parameters));
    }
    return plan;
}
function sayPlan({ reporter }, plan, parameters) {
    const changes = plannedChanges(plan.changeSet.changes);
    for (const { kind, resource, type, detail } of changes) {
        reporter.info(`${kind.padEnd(17)} ${resource} (${type})${detail ? `: ${detail}` : ''}`);
    }
    for (const { name, before, after } of parameters) {
        reporter.info(`parameter         ${name}: ${before ?? ''} -> ${after}`);
    }
    reporter.summary(`### Changes: ${countsOf(changes)}\n\n${changesMarkdown(changes, parameters)}`);
}
function planRequest(planning, base, release) {
    const { settings, identity, declared } = planning;
    const { stackName, region, bucket, tags, template } = settings;
    const parameters = parametersOf(planning, release);
    return {
        stackName,
        base,
        name: planName({ release, base, tags, parameters, declared }),
        description: `release ${release.id}`,
        template: templateSource({
            bytes: template.bytes,
            bucket,
            key: release.template.key,
            region,
            partition: identity.partition,
        }),
        declared: declared.map(({ name }) => name),
        parameters,
        tags,
    };
}
function parametersOf({ settings, identity, declared }, release) {
    const values = {
        ...keyRevision(settings, identity),
        ...settings.parameters,
        S3ConfigBucket: settings.bucket,
        S3ConfigPrefix: settings.prefix,
        ...Object.fromEntries(release.configs.map(({ parameter, key }) => [parameter, key])),
    };
    return Object.fromEntries(Object.entries(values).filter(([name]) => declared.some((each) => each.name === name)));
}
function keyRevision({ parameters, region, stackName }, { account }) {
    const key = parameters['CoralogixApiKey'];
    if (!key)
        return {};
    return { ApiKeyRevision: (0,hash/* short */.h0)((0,hash/* hmacSha256 */.TR)(`${account}/${region}/${stackName}`, key)) };
}
function planName(plan) {
    const hidden = new Set(plan.declared.filter(({ noEcho }) => noEcho).map(({ name }) => name));
    const shown = Object.fromEntries(Object.entries(plan.parameters).filter(([name]) => !hidden.has(name)));
    const stack = plan.base ? [plan.base.id, plan.base.lastUpdated] : [];
    return `release-${(0,hash/* short */.h0)(plan.release.id)}-${(0,hash/* short */.h0)((0,hash/* sha256 */.sc)((0,hash/* canonicalJson */.dj)({ shown, tags: plan.tags, stack })))}`;
}

;// CONCATENATED MODULE: ./build/steps/deploy.js










async function run(settings, deps) {
    const { reporter, clock } = deps;
    const { region, stackName } = settings;
    const started = clock.now();
    const waiting = {
        clock,
        signal: deps.signal,
        deadline: started + settings.deploy.timeoutSeconds * 1000,
        say: (line) => reporter.info(line),
    };
    const { published, plan } = await planRelease(settings, deps, waiting);
    const ports = {
        cloudFormation: (0,cloudformation/* cloudFormation */.T)(region),
        ecs: (0,ecs_services/* ecsServices */._)(region),
        cloudMap: cloudMap(region),
        logTail: logTail(region),
    };
    const changed = !plan.isEmpty;
    if (changed) {
        await reporter.group('Execute the change set', () => executePlan(stackName, plan, ports, waiting));
    }
    const stack = await currentStack(stackName, plan.changeSet.stackId, ports);
    reporter.output('stack-outputs', JSON.stringify(stack.outputs));
    const services = await reporter.group('Wait for services and Cloud Map', () => servicesInStep(stack, started, ports, waiting));
    const seconds = Math.round((clock.now() - started) / 1000);
    reporter.summary(deploySummary({ settings, published, changed, services, seconds }));
}
async function currentStack(stackName, stackId, { cloudFormation }) {
    const stack = await cloudFormation.find(stackId);
    if (stack)
        return stack;
    throw new kit_errors/* KitError */.Fb(`stack ${stackName} is gone`, { code: 'stack-not-found', source: 'aws' });
}
async function servicesInStep(stack, since, ports, waiting) {
    try {
        const services = await steadyServices(stack, since, ports, waiting);
        if (services.length === 0)
            waiting.say('the stack has no ECS services');
        for (const { name, desired, taskDefinition } of services) {
            waiting.say(`${name}: ${desired} tasks on ${taskDefinition.split('/').at(-1)}`);
        }
        return services;
    }
    catch (error) {
        if (!(error instanceof RolloutError))
            throw error;
        throw withChain(error, await diagnoseService(error.service, since, ports));
    }
}


/***/ })

};
