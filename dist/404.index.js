export const id = 404;
export const ids = [404];
export const modules = {

/***/ 48268:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ ecsTasks)
/* harmony export */ });
/* harmony import */ var _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(80212);
/* harmony import */ var _kit_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3844);
/* harmony import */ var _client_config_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(98968);
/* harmony import */ var _ecs_task_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(92585);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(68127);





const describeLimit = 100;
function ecsTasks(region) {
    const client = new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_3__/* .ECSClient */ .Zgc((0,_client_config_js__WEBPACK_IMPORTED_MODULE_1__/* .clientConfig */ .y)(region));
    return {
        instances: (cluster) => instances(client, cluster),
        register: (task) => register(client, task),
        async deregister(taskDefinition) {
            await (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .asking */ .os)(`deregister task definition ${taskDefinition}`, () => client.send(new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_3__/* .DeregisterTaskDefinitionCommand */ .sjB({ taskDefinition })));
        },
        run: (request) => run(client, request),
        describe: (cluster, tasks) => describe(client, cluster, tasks),
        startedBy: (cluster, startedBy) => tasksStartedBy(client, cluster, startedBy),
        async stop(cluster, task, reason) {
            await (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .asking */ .os)(`stop task ${task}`, () => client.send(new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_3__/* .StopTaskCommand */ .PP1({ cluster, task, reason })));
        },
    };
}
async function instances(client, cluster) {
    const arns = await pages(async (nextToken) => {
        const command = new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_3__/* .ListContainerInstancesCommand */ .$lF({ cluster, status: 'ACTIVE', ...nextToken });
        const page = await (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .asking */ .os)(`list the instances of cluster ${cluster}`, () => client.send(command));
        return { items: page.containerInstanceArns ?? [], nextToken: page.nextToken };
    });
    const found = [];
    for (const containerInstances of chunks(arns)) {
        const command = new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_3__/* .DescribeContainerInstancesCommand */ .QUW({ cluster, containerInstances });
        const page = await (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .asking */ .os)(`describe the instances of cluster ${cluster}`, () => client.send(command));
        for (const instance of page.containerInstances ?? []) {
            if (instance.status !== 'ACTIVE' || !instance.containerInstanceArn || !instance.ec2InstanceId)
                continue;
            found.push({
                arn: instance.containerInstanceArn,
                instanceId: instance.ec2InstanceId,
                agentConnected: instance.agentConnected ?? false,
            });
        }
    }
    return found.sort((a, b) => a.instanceId.localeCompare(b.instanceId));
}
async function register(client, task) {
    const command = new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_3__/* .RegisterTaskDefinitionCommand */ .$Hl({
        family: task.family,
        networkMode: task.networkMode,
        requiresCompatibilities: ['EC2'],
        cpu: task.cpu,
        memory: task.memory,
        containerDefinitions: [containerDefinition(task.container)],
        tags: tagList(task.tags),
        ...(task.executionRoleArn === undefined ? {} : { executionRoleArn: task.executionRoleArn }),
    });
    const found = await (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .asking */ .os)(`register task definition ${task.family}`, () => client.send(command));
    return required(found.taskDefinition?.taskDefinitionArn, `the ARN of task definition ${task.family}`);
}
function containerDefinition(container) {
    const { logs } = container;
    return {
        name: container.name,
        image: container.image,
        essential: true,
        command: [...container.command],
        cpu: container.cpu,
        memory: container.memory,
        environment: Object.entries(container.environment ?? {}).map(([name, value]) => ({ name, value })),
        portMappings: container.portMappings.map((mapping) => ({ ...mapping, protocol: 'tcp' })),
        logConfiguration: {
            logDriver: 'awslogs',
            options: {
                'awslogs-group': logs.group,
                'awslogs-region': logs.region,
                'awslogs-stream-prefix': logs.streamPrefix,
                mode: 'blocking',
            },
        },
    };
}
async function run(client, request) {
    const { instanceId, container } = request;
    const command = new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_3__/* .RunTaskCommand */ ._eD({
        cluster: request.cluster,
        taskDefinition: request.taskDefinition,
        launchType: 'EC2',
        count: 1,
        ...(instanceId === undefined
            ? {}
            : { placementConstraints: [{ type: 'memberOf', expression: `ec2InstanceId == ${instanceId}` }] }),
        overrides: { containerOverrides: [{ name: container, command: [...request.command] }] },
        startedBy: request.startedBy,
        clientToken: request.clientToken,
        enableECSManagedTags: true,
        tags: tagList(request.tags),
    });
    const where = instanceId === undefined ? `in cluster ${request.cluster}` : `on instance ${instanceId}`;
    const found = await (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .asking */ .os)(`run a task ${where}`, () => client.send(command));
    const arn = found.tasks?.[0]?.taskArn;
    if (arn !== undefined && (found.failures ?? []).length === 0)
        return arn;
    throw notPlaced(where, found.failures ?? []);
}
function notPlaced(where, failures) {
    const isAny = (prefix) => failures.some(({ reason }) => reason?.startsWith(prefix));
    const reasons = failures.map(failureText).join('; ') || 'ECS started none and gave no reason';
    const code = isAny('RESOURCE')
        ? 'instance-full'
        : isAny('AGENT')
            ? 'instance-disconnected'
            : 'task-not-placed';
    return new _kit_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .KitError */ .Fb(`task not placed ${where}: ${reasons}`, {
        code,
        source: 'aws',
        hint: 'make room (CPU, memory, ports) or check the ECS agents of the instances',
    });
}
function failureText(failure) {
    const parts = [failure.reason, failure.detail].filter((part) => part !== undefined && part !== '');
    return `${parts.join(' – ') || 'no reason given'}${failure.arn ? ` (${failure.arn})` : ''}`;
}
async function describe(client, cluster, arns) {
    const found = [];
    for (const tasks of chunks(arns)) {
        const page = await (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .asking */ .os)(`describe tasks of cluster ${cluster}`, () => client.send(new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_3__/* .DescribeTasksCommand */ .z8X({ cluster, tasks })));
        found.push(...(page.tasks ?? []).map(_ecs_task_js__WEBPACK_IMPORTED_MODULE_4__/* .taskOf */ .X));
    }
    return found;
}
async function tasksStartedBy(client, cluster, startedBy) {
    return pages(async (nextToken) => {
        const command = new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_3__/* .ListTasksCommand */ .MYg({ cluster, startedBy, ...nextToken });
        const page = await (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .asking */ .os)(`list tasks of cluster ${cluster}`, () => client.send(command));
        return { items: page.taskArns ?? [], nextToken: page.nextToken };
    });
}
async function pages(ask) {
    const all = [];
    let token;
    do {
        const page = await ask(token === undefined ? {} : { nextToken: token });
        all.push(...page.items);
        token = page.nextToken;
    } while (token !== undefined && token !== '');
    return all;
}
function chunks(items) {
    const parts = [];
    for (let start = 0; start < items.length; start += describeLimit) {
        parts.push(items.slice(start, start + describeLimit));
    }
    return parts;
}
function tagList(tags) {
    return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
function required(value, what) {
    if (value !== undefined)
        return value;
    throw new _kit_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .KitError */ .Fb(`ECS answered without ${what}`, { code: 'unexpected-answer', source: 'aws' });
}


/***/ }),

/***/ 46805:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Uw: () => (/* binding */ readCollectorConfig),
/* harmony export */   fK: () => (/* binding */ valueAt),
/* harmony export */   gh: () => (/* binding */ isOfType),
/* harmony export */   o8: () => (/* binding */ durationSeconds)
/* harmony export */ });
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(38815);
/* harmony import */ var _kit_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3844);


function readCollectorConfig(name, text) {
    let document;
    try {
        document = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .parse */ .qg)(text);
    }
    catch (error) {
        throw unreadable(name, (0,_kit_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .messageOf */ .bD)(error), error);
    }
    if (!isSection(document))
        throw unreadable(name, 'it is not a YAML map');
    const service = section(document['service']);
    const pipelines = Object.entries(section(service['pipelines']));
    if (pipelines.length === 0)
        throw unreadable(name, 'it has no service.pipelines');
    return {
        name,
        receivers: section(document['receivers']),
        processors: section(document['processors']),
        exporters: section(document['exporters']),
        connectors: section(document['connectors']),
        pipelines: Object.fromEntries(pipelines.map(([key, value]) => [key, pipeline(section(value))])),
        logs: section(section(service['telemetry'])['logs']),
        metrics: section(section(service['telemetry'])['metrics']),
    };
}
function isOfType(id, ...types) {
    return types.includes(id.split('/', 1)[0] ?? '');
}
function valueAt(root, ...path) {
    let value = root;
    for (const key of path)
        value = isSection(value) ? value[key] : undefined;
    return value;
}
function durationSeconds(value) {
    if (typeof value === 'number')
        return value / 1e9;
    if (typeof value !== 'string')
        return undefined;
    const expansion = /^\$\{(?:env:)?\w+:-([^}]*)\}$/.exec(value.trim());
    const text = expansion?.[1] ?? value.trim();
    if (text === '0')
        return 0;
    if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text))
        return undefined;
    let seconds = 0;
    for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
        seconds += Number(amount) * (unitSeconds[unit ?? ''] ?? Number.NaN);
    }
    return seconds;
}
const unitSeconds = {
    ns: 1e-9,
    us: 1e-6,
    µs: 1e-6,
    ms: 1e-3,
    s: 1,
    m: 60,
    h: 3600,
};
function pipeline(value) {
    return {
        receivers: names(value['receivers']),
        processors: names(value['processors']),
        exporters: names(value['exporters']),
    };
}
function names(value) {
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
function section(value) {
    return isSection(value) ? value : {};
}
function isSection(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
function unreadable(name, reason, cause) {
    return new _kit_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .KitError */ .Fb(`the collector config ${name} cannot be read: ${reason}`, {
        code: 'config-unreadable',
        source: 'user',
        cause,
    });
}


/***/ }),

/***/ 95676:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   d: () => (/* binding */ decisionWaitSeconds),
/* harmony export */   y: () => (/* binding */ resolverSeconds)
/* harmony export */ });
/* harmony import */ var _kit_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3844);
/* harmony import */ var _model_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(46805);


const defaultDecisionWait = '30s';
const resolverDefaults = {
    aws_cloud_map: { interval: '30s', timeout: '5s' },
    dns: { interval: '5s', timeout: '1s' },
};
function decisionWaitSeconds(config) {
    const inUse = new Set(Object.values(config.pipelines).flatMap((pipeline) => pipeline.processors));
    const samplers = [...inUse].filter((id) => (0,_model_js__WEBPACK_IMPORTED_MODULE_1__/* .isOfType */ .gh)(id, 'tail_sampling'));
    if (samplers.length === 0)
        throw cannotTell(config, 'no pipeline uses a tail_sampling processor');
    return Math.max(...samplers.map((id) => {
        const value = (0,_model_js__WEBPACK_IMPORTED_MODULE_1__/* .valueAt */ .fK)(config.processors, id, 'decision_wait') ?? defaultDecisionWait;
        return seconds(config, `processors.${id}.decision_wait`, value);
    }));
}
function resolverSeconds(config) {
    const inUse = new Set(Object.values(config.pipelines).flatMap((pipeline) => pipeline.exporters));
    const routers = [...inUse].filter((id) => (0,_model_js__WEBPACK_IMPORTED_MODULE_1__/* .isOfType */ .gh)(id, 'loadbalancing', 'load_balancing'));
    if (routers.length === 0)
        throw cannotTell(config, 'no pipeline uses a loadbalancing exporter');
    return Math.max(...routers.map((id) => resolverOf(config, id)));
}
function resolverOf(config, id) {
    for (const [kind, defaults] of Object.entries(resolverDefaults)) {
        const path = ['exporters', id, 'resolver', kind];
        const resolver = (0,_model_js__WEBPACK_IMPORTED_MODULE_1__/* .valueAt */ .fK)(config, ...path);
        if (resolver === undefined)
            continue;
        const interval = (0,_model_js__WEBPACK_IMPORTED_MODULE_1__/* .valueAt */ .fK)(resolver, 'interval') ?? defaults.interval;
        const timeout = (0,_model_js__WEBPACK_IMPORTED_MODULE_1__/* .valueAt */ .fK)(resolver, 'timeout') ?? defaults.timeout;
        return (seconds(config, `${path.join('.')}.interval`, interval) +
            seconds(config, `${path.join('.')}.timeout`, timeout));
    }
    if ((0,_model_js__WEBPACK_IMPORTED_MODULE_1__/* .valueAt */ .fK)(config.exporters, id, 'resolver', 'static') !== undefined)
        return 0;
    throw cannotTell(config, `exporters.${id}.resolver is of no kind that is known here`);
}
function seconds(config, path, value) {
    const parsed = (0,_model_js__WEBPACK_IMPORTED_MODULE_1__/* .durationSeconds */ .o8)(value);
    if (parsed === undefined)
        throw cannotTell(config, `${path} is no duration: ${String(value)}`);
    return parsed;
}
function cannotTell(config, reason) {
    return new _kit_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .KitError */ .Fb(`the collector config ${config.name} cannot be judged: ${reason}`, {
        code: 'config-unreadable',
        source: 'user',
        hint: 'give durations as 10s or 1m30s',
    });
}


/***/ }),

/***/ 99404:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  run: () => (/* binding */ verify_run),
  verify: () => (/* binding */ verify)
});

// EXTERNAL MODULE: ./build/aws/cloudformation.js + 2 modules
var cloudformation = __webpack_require__(54787);
// EXTERNAL MODULE: ./build/aws/ecs-services.js
var ecs_services = __webpack_require__(42768);
// EXTERNAL MODULE: ./build/aws/ecs-tasks.js
var ecs_tasks = __webpack_require__(48268);
// EXTERNAL MODULE: ./build/aws/logs.js
var logs = __webpack_require__(44367);
// EXTERNAL MODULE: ./build/aws/object-store.js
var object_store = __webpack_require__(53143);
// EXTERNAL MODULE: ./build/verify/crew.js
var verify_crew = __webpack_require__(19059);
;// CONCATENATED MODULE: ./build/verify/destination.js
const bridge = { networkMode: 'bridge', portMappings: [{ containerPort: 8080, hostPort: 0 }] };
function destinationOf(endpoint, { agentGrpcPort, namespace }) {
    if (endpoint === 'agents') {
        return {
            path: 'agents',
            networkMode: 'host',
            portMappings: [],
            endpoint: `localhost:${agentGrpcPort}`,
        };
    }
    const isName = endpoint === 'grpc-sampling' || endpoint === 'grpc-gateway';
    return { path: 'direct', ...bridge, endpoint: isName ? `${endpoint}.${namespace}:4317` : endpoint };
}

// EXTERNAL MODULE: ./build/kit/errors.js
var errors = __webpack_require__(3844);
;// CONCATENATED MODULE: ./build/verify/failed.js

class VerificationFailed extends errors/* KitError */.Fb {
    faults;
    constructor(what, faults) {
        const [first, ...others] = faults.map(({ code, message }) => `${code}: ${message}`);
        const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
        super([`${what} failed with ${first}${more}`, ...others.map((line) => `  ${line}`)].join('\n'), {
            code: 'verification-failed',
            source: 'aws',
        });
        this.name = 'VerificationFailed';
        this.faults = faults;
    }
}

// EXTERNAL MODULE: ./node_modules/@stdlib/stats-base-dists-binomial-quantile/lib/index.js
var lib = __webpack_require__(15490);
;// CONCATENATED MODULE: ./build/sampling/statistics.js

const outside = 0.001;
function shareInterval(count, share) {
    if (!Number.isSafeInteger(count) || count < 0)
        throw new RangeError(`not a count of traces: ${count}`);
    if (!(share >= 0 && share <= 1))
        throw new RangeError(`not a share between 0 and 1: ${share}`);
    if (share === 0 || share === 1)
        return [share, share];
    if (count === 0)
        return [0, 1];
    return [lib(outside / 2, count, share) / count, lib(1 - outside / 2, count, share) / count];
}
function isInside(part, count, [lower, upper]) {
    return part >= Math.round(lower * count) && part <= Math.round(upper * count);
}

;// CONCATENATED MODULE: ./build/verify/judge.js

const faultCodes = [
    'generator-failed',
    'gateways-changed',
    'release-changed',
    'probe-blind',
    'other-traffic',
    'tap-unreadable',
    'split-trace',
    'deadline-exceeded',
    'early-drops',
    'spans-refused',
    'export-failed',
    'traces-lost',
    'traces-surplus',
    'foreign-traces',
    'incomplete-traces',
    'share-out-of-interval',
    'gateway-idle',
    'agent-idle',
];
function judge(seen) {
    const faults = [
        ...seen.generatorFaults,
        ...judgeSurroundings(seen),
        ...seen.failedExports.map(exportFault),
        ...seen.counterFaults,
        ...seen.counts.cohorts.flatMap(judgeCohort),
        ...judgeRouting(seen.counts),
    ];
    return faults.sort((a, b) => faultCodes.indexOf(a.code) - faultCodes.indexOf(b.code));
}
function judgeSurroundings(seen) {
    const faults = seen.unreadable.map((message) => ({ code: 'tap-unreadable', message }));
    const before = [...seen.gatewaysBefore].sort().join(', ');
    const after = [...seen.gatewaysAfter].sort().join(', ');
    if (before !== after) {
        const message = `the gateways changed during the run, from ${before || 'none'} to ${after || 'none'}: inconclusive`;
        faults.push({ code: 'gateways-changed', message });
    }
    if (seen.releaseBefore !== seen.releaseAfter) {
        const message = `the stack went from release ${seen.releaseBefore} to ${seen.releaseAfter} during the run: inconclusive`;
        faults.push({ code: 'release-changed', message });
    }
    if (seen.unsettled !== undefined) {
        faults.push({ code: 'deadline-exceeded', message: `time ran out with ${seen.unsettled}` });
    }
    return faults;
}
function exportFault({ gateway, component, message, error, times }) {
    const words = error === '' ? message : `${message} ${error}`;
    const often = times === 1 ? '' : ` (${times} times in its log)`;
    return {
        code: 'export-failed',
        message: `gateway ${gateway}, ${component || 'collector'}: ${words}${often}`,
    };
}
function judgeCohort(cohort) {
    const { name, generated, arrived, arrivedInPart, kept, incomplete } = cohort;
    const faults = [];
    const add = (code, message) => faults.push({ code, message: `cohort ${name}: ${message}` });
    if (arrived < generated)
        add('traces-lost', `${arrived} of ${generated} traces arrived at the gateways`);
    if (arrived > generated)
        add('traces-surplus', `${arrived} traces arrived of ${generated} that were generated`);
    if (arrivedInPart > 0)
        add('traces-lost', `${arrivedInPart} of ${arrived} traces arrived without all of their spans`);
    if (incomplete > 0)
        add('incomplete-traces', `${incomplete} of ${kept} kept traces lack spans`);
    if (!isInside(kept, arrived, cohort.interval))
        add('share-out-of-interval', shareSentence(cohort));
    return faults;
}
function shareSentence({ arrived, kept, expected, interval: [lower, upper] }) {
    const found = `${kept} of ${arrived} traces kept (${percent(kept / arrived)})`;
    if (lower === upper)
        return `${found}, expected ${percent(expected)}`;
    return `${found}, expected ${percent(expected)}, which allows ${percent(lower)} to ${percent(upper)}`;
}
function percent(share) {
    return Number.isFinite(share) ? `${Number((share * 100).toFixed(2))}%` : 'no share';
}
function judgeRouting({ path, gateways, agents, split, foreign, keptUnseen }) {
    const faults = [];
    const add = (code, message) => faults.push({ code, message });
    if (keptUnseen > 0) {
        add('tap-unreadable', `${keptUnseen} traces were seen after sampling and never before it`);
    }
    if (foreign > 0)
        add('foreign-traces', `${foreign} traces carry the run's id and are none of its cohorts'`);
    if (split.length > 0) {
        add('split-trace', `${split.length} traces were seen on more than one gateway, the first ${split[0]}`);
    }
    if (gateways.length === 0)
        add('gateway-idle', 'no gateway is running');
    for (const { task, arrived } of gateways) {
        if (arrived === 0 && path === 'agents')
            add('gateway-idle', `gateway ${task} got no trace of the run`);
    }
    if (agents?.length === 0)
        add('agent-idle', 'no instance was given traces');
    for (const { instance, arrived } of agents ?? []) {
        if (arrived === 0)
            add('agent-idle', `no trace arrived through the agent of instance ${instance}`);
    }
    return faults;
}

// EXTERNAL MODULE: ./build/collector/model.js
var model = __webpack_require__(46805);
;// CONCATENATED MODULE: ./build/collector/latency.js

function slowMilliseconds(config) {
    const inUse = new Set(Object.values(config.pipelines).flatMap((pipeline) => pipeline.processors));
    const samplers = [...inUse].filter((id) => (0,model/* isOfType */.gh)(id, 'tail_sampling'));
    const policies = samplers.flatMap((id) => {
        const found = (0,model/* valueAt */.fK)(config.processors, id, 'policies');
        return Array.isArray(found) ? found : [];
    });
    const thresholds = policies
        .filter((policy) => (0,model/* valueAt */.fK)(policy, 'type') === 'latency')
        .map((policy) => (0,model/* valueAt */.fK)(policy, 'latency', 'upper_threshold_ms')
        ? undefined
        : (0,model/* valueAt */.fK)(policy, 'latency', 'threshold_ms'));
    if (samplers.length !== 1 || thresholds.length === 0)
        return undefined;
    if (!thresholds.every((threshold) => typeof threshold === 'number'))
        return undefined;
    return Math.max(...thresholds);
}
function sampledExporters(config) {
    const sampling = Object.values(config.pipelines).filter((pipeline) => pipeline.processors.some((id) => (0,model/* isOfType */.gh)(id, 'tail_sampling')));
    return [...new Set(sampling.flatMap((pipeline) => pipeline.exporters))].filter((id) => id in config.exporters);
}

;// CONCATENATED MODULE: ./build/collector/tap.js

const tapNames = {
    filter: 'filter/tap',
    connector: 'forward/tap',
    arrived: 'debug/tap-arrived',
    kept: 'debug/tap-kept',
};
const tapAttributes = {
    run: 'verify.run',
    cohort: 'verify.cohort',
    instance: 'verify.instance',
};
const points = {
    [tapNames.arrived]: 'arrived',
    [tapNames.kept]: 'kept',
};
function readGatewayLine(line) {
    const entry = parseObject(line);
    if (entry === undefined)
        return { kind: 'text' };
    const component = tap_text(entry['otelcol.component.id']);
    const message = tap_text(entry['msg']);
    const point = points[component];
    if (point !== undefined && message.startsWith('ResourceTraces #'))
        return readBatch(point, message);
    if (point !== undefined && message === 'Traces') {
        const spans = entry['spans'];
        if (typeof spans === 'number')
            return { kind: 'count', point, spans };
        return { kind: 'unreadable', reason: 'a batch is announced without its number of spans' };
    }
    return { kind: 'log', level: tap_text(entry['level']), message, error: tap_text(entry['error']), component };
}
function looksLikeTap(piece) {
    return piece.includes('"msg":"ResourceTraces #');
}
function missingFromTap(config) {
    const missing = [];
    const pipelines = Object.entries(config.pipelines).filter(([id]) => (0,model/* isOfType */.gh)(id, 'traces'));
    const all = pipelines.map(([, pipeline]) => pipeline);
    const sampling = all.filter((pipeline) => pipeline.processors.some((id) => (0,model/* isOfType */.gh)(id, 'tail_sampling')));
    if (sampling.length === 0)
        missing.push('no traces pipeline has a tail_sampling processor');
    for (const exporter of [tapNames.arrived, tapNames.kept]) {
        if ((0,model/* valueAt */.fK)(config.exporters, exporter, 'verbosity') !== 'normal') {
            missing.push(`exporter ${exporter} is not there with verbosity normal`);
        }
    }
    missing.push(...missingBefore(all, sampling), ...missingAfter(all, sampling), ...missingLogs(config));
    return missing;
}
function samplesItsLog(config) {
    return (0,model/* valueAt */.fK)(config.logs, 'sampling', 'enabled') !== false;
}
function missingBefore(all, sampling) {
    const tap = all.find((pipeline) => pipeline.exporters.includes(tapNames.arrived));
    if (tap === undefined)
        return [`no pipeline ends in ${tapNames.arrived}`];
    return sampling
        .flatMap((pipeline) => pipeline.receivers)
        .filter((receiver) => !tap.receivers.includes(receiver))
        .map((receiver) => `the pipeline of ${tapNames.arrived} does not read receiver ${receiver}`);
}
function missingAfter(all, sampling) {
    const missing = [];
    const tap = all.find((pipeline) => pipeline.exporters.includes(tapNames.kept));
    if (!tap?.receivers.includes(tapNames.connector)) {
        missing.push(`no pipeline leads from ${tapNames.connector} to ${tapNames.kept}`);
    }
    if (!sampling.every((pipeline) => pipeline.exporters.includes(tapNames.connector))) {
        missing.push(`a sampling pipeline does not export to ${tapNames.connector}`);
    }
    return missing;
}
function missingLogs(config) {
    const missing = [];
    if (config.logs['encoding'] !== 'json')
        missing.push('service.telemetry.logs.encoding is not json');
    const level = tap_text(config.logs['level'] ?? 'info').toLowerCase();
    if (level !== 'info' && level !== 'debug')
        missing.push(`service.telemetry.logs.level is ${level}, not info`);
    return missing;
}
const spanRow = /^.*? ([0-9a-f]{32}) ([0-9a-f]{16})(?: |$)/;
function readBatch(point, message) {
    const blocks = [];
    for (const row of message.split('\n')) {
        if (row === '' || row.startsWith('ScopeTraces #'))
            continue;
        if (row.startsWith('ResourceTraces #')) {
            blocks.push({ ...attributesOf(row), spans: [] });
            continue;
        }
        const [, traceId, spanId] = spanRow.exec(row) ?? [];
        if (traceId === undefined || spanId === undefined) {
            return { kind: 'unreadable', reason: `a row of the tap is no span: ${row.slice(0, 120)}` };
        }
        blocks.at(-1)?.spans.push({ traceId, spanId });
    }
    return { kind: 'spans', point, blocks };
}
function attributesOf(row) {
    const attribute = (key) => new RegExp(`(?:^| )${key.replace('.', '\\.')}=(\\S*)`).exec(row)?.[1] ?? '';
    return {
        run: attribute(tapAttributes.run),
        cohort: attribute(tapAttributes.cohort),
        instance: attribute(tapAttributes.instance),
    };
}
function parseObject(line) {
    if (!line.startsWith('{'))
        return undefined;
    try {
        return JSON.parse(line);
    }
    catch {
        return undefined;
    }
}
function tap_text(value) {
    return typeof value === 'string' ? value : '';
}

;// CONCATENATED MODULE: ./build/verify/plan.js



const marginMilliseconds = 500;
function withDurations(cohorts, gateway) {
    return cohorts.map((cohort) => {
        if (cohort.name !== 'slow' || cohort.spanDuration !== undefined)
            return cohort;
        const threshold = slowMilliseconds(gateway);
        if (threshold !== undefined)
            return { ...cohort, spanDuration: `${threshold + marginMilliseconds}ms` };
        throw new errors/* KitError */.Fb(`cohorts.slow: the gateway config ${gateway.name} has no latency policy that says for certain how slow is slow; accepted: span-duration, such as 3s`, { code: 'invalid-input', source: 'user' });
    });
}
const spansPerTrace = 2;
function planGenerators(request) {
    const plans = request.cohorts.flatMap((cohort, offset) => split(cohort.traces, request.instances, offset).map(({ instance, traces }) => ({
        cohort: cohort.name,
        status: cohort.status,
        spanDuration: cohort.spanDuration,
        instance,
        traces,
        spansPerSecond: 0,
    })));
    for (const instance of request.instances) {
        const own = plans.filter((plan) => plan.instance === instance);
        const total = own.reduce((sum, plan) => sum + plan.traces, 0);
        if (total === 0)
            throw tooFewTraces(request, instance);
        for (const plan of own) {
            const share = plan.traces / total;
            plan.spansPerSecond = Math.max(0.1, round(request.tracesPerSecond * share * spansPerTrace));
        }
    }
    return plans;
}
function split(traces, instances, offset) {
    const base = Math.floor(traces / instances.length);
    const remainder = traces % instances.length;
    return instances
        .map((instance, index) => {
        const turn = (index - offset + instances.length * (offset + 1)) % instances.length;
        return { instance, traces: base + (turn < remainder ? 1 : 0) };
    })
        .filter((part) => part.traces > 0);
}
function round(value) {
    return Math.round(value * 1000) / 1000;
}
function tooFewTraces(request, instance) {
    const total = request.cohorts.reduce((sum, cohort) => sum + cohort.traces, 0);
    return new errors/* KitError */.Fb(`verification sends ${total} traces over ${request.instances.length} instances: ${instance} would send none, ` +
        'and its agent would stay unproven', { code: 'too-few-traces', source: 'user', hint: 'raise the number of traces of a cohort' });
}
function generatorCommand(plan, runId, endpoint) {
    const attributes = {
        [tapAttributes.run]: runId,
        [tapAttributes.cohort]: plan.cohort,
        [tapAttributes.instance]: plan.instance,
    };
    return [
        'traces',
        `--otlp-endpoint=${endpoint}`,
        '--otlp-insecure',
        `--service=verify-${runId}`,
        ...Object.entries(attributes).map(([key, value]) => `--otlp-attributes=${key}="${value}"`),
        `--traces=${plan.traces}`,
        '--workers=1',
        `--rate=${plan.spansPerSecond}`,
        `--child-spans=${spansPerTrace - 1}`,
        ...(plan.status === undefined || plan.status === 'Unset' ? [] : [`--status-code=${plan.status}`]),
        ...(plan.spanDuration === undefined ? [] : [`--span-duration=${plan.spanDuration}`]),
    ];
}

;// CONCATENATED MODULE: ./build/collector/own-metrics.js


const counters = [
    'process_uptime',
    'processor_tail_sampling_sampling_trace_dropped_too_early',
    'processor_tail_sampling_new_trace_id_received',
    'processor_tail_sampling_global_count_traces_sampled',
    'processor_tail_sampling_count_traces_sampled',
    'receiver_accepted_spans',
    'receiver_refused_spans',
    'receiver_failed_spans',
    'exporter_sent_spans',
    'exporter_send_failed_spans',
    'exporter_enqueue_failed_spans',
];
const defaults = { host: 'localhost', port: 8888 };
function metricsPort(config, environment) {
    const expand = (value) => expanded(value, environment);
    if (expand(config.metrics['level']) === 'none')
        throw unreachable(config, 'their level is none');
    const { host, port } = listener(config, expand);
    if (['localhost', '127.0.0.1', '::1', '[::1]'].includes(host)) {
        throw unreachable(config, `they are shown on ${host} only`);
    }
    if (Number.isInteger(port) && port > 0)
        return port;
    throw unreachable(config, 'their port cannot be told');
}
function listener(config, expand) {
    const address = config.metrics['address'];
    if (address !== undefined) {
        const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(expand(address)) ?? [];
        return { host, port: Number(port) };
    }
    const readers = config.metrics['readers'];
    if (readers === undefined)
        return defaults;
    const pulls = Array.isArray(readers)
        ? readers.flatMap((reader) => (0,model/* valueAt */.fK)(reader, 'pull', 'exporter', 'prometheus') ?? [])
        : [];
    if (pulls.length === 0)
        throw unreachable(config, 'no reader lets Prometheus pull them');
    const host = (0,model/* valueAt */.fK)(pulls[0], 'host') ?? defaults.host;
    return { host: expand(host), port: Number(expand((0,model/* valueAt */.fK)(pulls[0], 'port') ?? defaults.port)) };
}
function expanded(value, environment) {
    return String(value ?? '').replace(/\$\{(?:env:)?(\w+)(?::-([^}]*))?\}/g, (_, name, byDefault) => environment[name] ?? byDefault ?? '');
}
function probeConfig(targets, intervalSeconds) {
    const job = {
        job_name: 'gateways',
        scrape_interval: `${intervalSeconds}s`,
        scrape_timeout: `${intervalSeconds}s`,
        static_configs: [{ targets }],
        metric_relabel_configs: [
            { source_labels: ['__name__'], regex: `otelcol_(${counters.join('|')}).*`, action: 'keep' },
        ],
    };
    return JSON.stringify({
        receivers: { prometheus: { config: { scrape_configs: [job] } } },
        exporters: { debug: { verbosity: 'normal' } },
        service: {
            telemetry: {
                logs: { level: 'info', encoding: 'json', sampling: { enabled: false } },
                metrics: { level: 'none' },
            },
            pipelines: { metrics: { receivers: ['prometheus'], exporters: ['debug'] } },
        },
    });
}
function readProbeLine(line) {
    const entry = own_metrics_parseObject(line);
    const message = String(entry?.['msg'] ?? '');
    if (message.startsWith('ResourceMetrics #'))
        return { kind: 'scrape', scrapes: scrapesIn(message) };
    if (message.startsWith('Failed to scrape')) {
        const target = /instance="([^"]+)"/.exec(String(entry?.['target_labels']))?.[1] ?? '';
        return { kind: 'failure', target, error: String(entry?.['error'] ?? '') };
    }
    return { kind: 'other' };
}
const row = /^(?:otelcol_)?(\w+)\{(.*)\} (\S+)$/;
function scrapesIn(message) {
    const scrapes = [];
    for (const line of message.split('\n')) {
        if (line.startsWith('ResourceMetrics #')) {
            const target = /(?:^| )service\.instance\.id=(\S+)/.exec(line)?.[1] ?? '';
            scrapes.push({ target, up: false, samples: [] });
            continue;
        }
        const [, name = '', labels = '', value] = row.exec(line) ?? [];
        const scrape = scrapes.at(-1);
        if (scrape === undefined || value === undefined)
            continue;
        if (name === 'up')
            scrape.up = Number(value) === 1;
        const known = counters.find((counter) => name === counter || name.startsWith(`${counter}_`));
        if (known === undefined || Number.isNaN(Number(value)))
            continue;
        scrape.samples.push({ name: known, labels: labelsIn(labels), value: Number(value) });
    }
    return scrapes;
}
function labelsIn(text) {
    const pairs = text === '' ? [] : text.split(/,\s*(?=[\w.]+=)/);
    return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}
function own_metrics_parseObject(line) {
    if (!line.startsWith('{'))
        return undefined;
    try {
        return JSON.parse(line);
    }
    catch {
        return undefined;
    }
}
function unreachable(config, reason) {
    return new errors/* KitError */.Fb(`the gateways' own metrics cannot be read: ${reason} (config ${config.name})`, {
        code: 'metrics-unreachable',
        source: 'user',
        hint: 'give service.telemetry.metrics a pull reader with prometheus host 0.0.0.0, as configs/sampling-config.yaml does',
    });
}

// EXTERNAL MODULE: ./build/kit/poll.js
var poll = __webpack_require__(7102);
;// CONCATENATED MODULE: ./build/verify/counters.js
function total(samples, name, labels = {}) {
    return (samples ?? [])
        .filter((sample) => sample.name === name)
        .filter((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
        .reduce((sum, { value }) => sum + value, 0);
}
function difference(before, after) {
    return new Map([...after].map(([task, samples]) => {
        const old = new Map((before.get(task) ?? []).map((sample) => [seriesOf(sample), sample.value]));
        return [
            task,
            samples.map((sample) => ({ ...sample, value: sample.value - (old.get(seriesOf(sample)) ?? 0) })),
        ];
    }));
}
function wentBack(before, after) {
    const now = new Map(after.map((sample) => [seriesOf(sample), sample.value]));
    return before.find((sample) => (now.get(seriesOf(sample)) ?? Number.POSITIVE_INFINITY) < sample.value);
}
function failuresIn(change) {
    return [...change].flatMap(([task, samples]) => {
        const faults = [];
        const early = total(samples, 'processor_tail_sampling_sampling_trace_dropped_too_early');
        if (early > 0) {
            const message = `gateway ${task} dropped ${early} traces before their decision: num_traces is too small for the traffic`;
            faults.push({ code: 'early-drops', message });
        }
        const refused = total(samples, 'receiver_refused_spans') + total(samples, 'receiver_failed_spans');
        if (refused > 0)
            faults.push({ code: 'spans-refused', message: `gateway ${task} refused ${refused} spans` });
        return [...faults, ...exportFaults(task, samples)];
    });
}
function exportFaults(task, samples) {
    const exporters = [...new Set(samples.flatMap(({ labels }) => labels['exporter'] ?? []))];
    return exporters.flatMap((exporter) => {
        const failed = total(samples, 'exporter_send_failed_spans', { exporter });
        const turnedAway = total(samples, 'exporter_enqueue_failed_spans', { exporter });
        const faults = [];
        const add = (count, how) => faults.push({
            code: 'export-failed',
            message: `gateway ${task}, ${exporter}: ${count} spans ${how}`,
        });
        if (failed > 0)
            add(failed, 'could not be sent');
        if (turnedAway > 0)
            add(turnedAway, 'found its queue full');
        return faults;
    });
}
function seriesOf({ name, labels }) {
    return JSON.stringify([name, Object.entries(labels).sort(([a], [b]) => a.localeCompare(b))]);
}

;// CONCATENATED MODULE: ./build/verify/line-joiner.js
const mostPieces = 64;
class LineJoiner {
    #pieces = [];
    push(text) {
        if (this.#pieces.length === 0)
            return this.#start(text);
        const joined = [...this.#pieces, text].join('');
        if (isJson(joined)) {
            this.#pieces = [];
            return [{ line: joined }];
        }
        if (isJson(text))
            return [...this.end(), { line: text }];
        this.#pieces.push(text);
        return this.#pieces.length > mostPieces ? this.end() : [];
    }
    end() {
        const broken = this.#pieces.join('');
        this.#pieces = [];
        return broken === '' ? [] : [{ broken }];
    }
    #start(text) {
        if (!text.startsWith('{') || isJson(text))
            return [{ line: text }];
        this.#pieces = [text];
        return [];
    }
}
function isJson(text) {
    if (!text.startsWith('{'))
        return false;
    try {
        JSON.parse(text);
        return true;
    }
    catch {
        return false;
    }
}

// EXTERNAL MODULE: ./build/verify/run.js
var run = __webpack_require__(48537);
;// CONCATENATED MODULE: ./build/verify/probe.js







const size = { cpu: 128, memory: 256 };
const container = 'probe';
const command = ['--config', 'env:PROBE_CONFIG'];
const streamPrefix = 'ecs';
const intervalSeconds = 2;
const startPatienceMilliseconds = 120_000;
const readPatienceMilliseconds = 30_000;
class Probe {
    #options;
    #arn;
    #askedAt;
    #log;
    #joiner = new LineJoiner();
    #bornAt;
    #latest = new Map();
    #errors = new Map();
    #restarts = new Map();
    constructor(options, arn, askedAt) {
        this.#options = options;
        this.#arn = arn;
        this.#askedAt = askedAt;
        const stream = `${streamPrefix}/${container}/${arn.split('/').at(-1)}`;
        this.#log = new logs/* LogStreamReader */.Yw(options.logs, { group: run/* verifyLogGroup */.jB, stream });
    }
    static async start(options) {
        const { crew, clock, signal, voice, gateways } = options;
        const taskDefinition = await crew.register({
            family: 'telemetry-probe',
            networkMode: 'host',
            executionRoleArn: options.executionRoleArn,
            cpu: String(size.cpu),
            memory: String(size.memory),
            container: {
                name: container,
                image: options.image,
                command,
                environment: {
                    PROBE_CONFIG: probeConfig(gateways.map(({ target }) => target), intervalSeconds),
                },
                ...size,
                portMappings: [],
                logs: { group: run/* verifyLogGroup */.jB, region: options.region, streamPrefix },
            },
        });
        signal.throwIfAborted();
        const askedAt = clock.now();
        const arn = await crew.start({ taskDefinition, instanceId: undefined, container, command });
        voice.info(`probe of ${gateways.map(({ target }) => target).join(', ')}: task ${arn.split('/').at(-1)}`);
        return new Probe(options, arn, askedAt);
    }
    async baseline() {
        const { missing, reading, stopped } = await this.#await(this.#askedAt, startPatienceMilliseconds);
        if (stopped !== undefined)
            throw probeFailed(stopped);
        const [first] = missing;
        if (first !== undefined)
            throw unprobed(missing.map((gateway) => this.#whyMissing(gateway)).join('; '));
        return reading;
    }
    async read() {
        const { missing, reading, stopped } = await this.#await(this.#options.clock.now(), readPatienceMilliseconds);
        const blind = (message) => ({ code: 'probe-blind', message: `${message}: inconclusive` });
        const reason = stopped === undefined ? undefined : `the probe ended early, ${endOf(stopped)}`;
        return {
            reading,
            faults: [
                ...[...this.#restarts].map(([, message]) => blind(message)),
                ...missing.map((gateway) => blind(reason ?? this.#whyMissing(gateway))),
            ],
        };
    }
    async #await(moment, patience) {
        const { clock, signal, voice, gateways } = this.#options;
        const deadline = Math.min(this.#options.deadline, clock.now() + patience);
        let stopped;
        const missing = () => gateways.filter((gateway) => !this.#isScrapedAfter(gateway, moment));
        const about = { what: 'probe', deadline, intervalSeconds: 1, clock, signal, heartbeat: voice.debug };
        try {
            await (0,poll/* poll */.w)(about, async () => {
                const [task] = await this.#options.crew.describe([this.#arn]);
                if (task?.lastStatus === 'STOPPED')
                    stopped = task;
                await this.#listen();
                if (missing().length === 0 || stopped !== undefined)
                    return { done: true, value: undefined };
                return { done: false, state: `${missing().length} of ${gateways.length} gateways to be scraped` };
            });
        }
        catch (error) {
            if (!(0,errors/* isKitError */.Jt)(error, 'deadline-exceeded'))
                throw error;
        }
        const scraped = gateways.filter((gateway) => !missing().includes(gateway));
        const reading = new Map(scraped.map(({ task, target }) => [task, this.#latest.get(target)?.samples ?? []]));
        return { missing: missing(), reading, stopped: missing().length === 0 ? undefined : stopped };
    }
    #isScrapedAfter({ target }, moment) {
        const latest = this.#latest.get(target);
        if (latest === undefined || !latest.up || this.#bornAt === undefined)
            return false;
        return latest.at - this.#bornAt >= moment - this.#askedAt;
    }
    async #listen() {
        for (const { timestamp, message } of await this.#log.read(this.#options.signal)) {
            this.#bornAt ??= timestamp;
            for (const joined of this.#joiner.push(message)) {
                if ('line' in joined)
                    this.#take(joined.line, timestamp);
            }
        }
    }
    #take(text, at) {
        const line = readProbeLine(text);
        if (line.kind === 'failure')
            this.#errors.set(line.target, line.error);
        if (line.kind !== 'scrape')
            return;
        for (const { target, up, samples } of line.scrapes) {
            const before = this.#latest.get(target);
            const lower = up && before !== undefined ? wentBack(before.samples, samples) : undefined;
            if (lower !== undefined)
                this.#noteRestart(target, lower.name);
            this.#latest.set(target, { at, up, samples: up ? samples : (before?.samples ?? []) });
        }
    }
    #noteRestart(target, counter) {
        const task = this.#options.gateways.find((gateway) => gateway.target === target)?.task ?? target;
        this.#restarts.set(target, `gateway ${task} was restarted during the run, its ${counter} went back`);
    }
    #whyMissing({ task, target }) {
        const error = this.#errors.get(target);
        const reason = error === undefined ? 'the probe printed no scrape of it' : error;
        return `gateway ${task} could not be scraped at ${target}: ${reason}`;
    }
}
function probeFailed(task) {
    return new errors/* KitError */.Fb(`the probe of the gateways' counters did not run: its task ended, ${endOf(task)}`, {
        code: 'probe-failed',
        source: 'aws',
    });
}
function endOf({ stopCode, stoppedReason, containers }) {
    const exits = containers.map(({ exitCode, reason }) => reason ?? `exit code ${exitCode ?? 'unknown'}`);
    return [stopCode ?? 'no stop code', stoppedReason ?? 'no reason given', ...exits].join(', ');
}
function unprobed(reason) {
    return new errors/* KitError */.Fb(reason, {
        code: 'gateway-unprobed',
        source: 'user',
        hint: "let the instances' security group reach the gateways' metrics port, and show the metrics on 0.0.0.0",
    });
}

;// CONCATENATED MODULE: ./build/verify/summary.js

const mostLines = 20;
function verifySummary(request) {
    const { counts, faults, environment, stack, releaseId } = request;
    const passed = faults.length === 0;
    const parts = [
        `### Verification of \`${environment}\`: ${passed ? 'passed ✅' : 'failed ❌'}`,
        `Stack \`${stack}\`, release \`${releaseId.slice(0, 12)}\`, run \`${request.runId}\`, ${Math.round(request.seconds)} s.`,
        ...(passed ? [] : [faultList(faults)]),
        ...provenance(counts),
        cohortTable(counts),
        shareTable('Gateway (task)', counts.gateways.map(({ task, arrived }) => [task, arrived])),
        ...(counts.agents === undefined
            ? []
            : [
                shareTable('Agent (instance)', counts.agents.map(({ instance, arrived }) => [instance, arrived])),
            ]),
        ...(counts.duplicateSpans === 0
            ? []
            : [`${counts.duplicateSpans} spans were seen more than once (retries) and counted once.`]),
        ...(passed || request.complaints.length === 0 ? [] : [complaintList(request.complaints)]),
    ];
    return `${parts.join('\n\n')}\n`;
}
function provenance({ path, basis }) {
    const direct = '**Agents and routing were bypassed**: traces went to the gateways directly. This proves sampling only, and is not enough for promotion.';
    const counters = "Counted from the gateways' own counters, because their config has no complete tap; no other traffic flowed.";
    return [...(path === 'direct' ? [direct] : []), ...(basis === 'counters' ? [counters] : [])];
}
function faultList(faults) {
    const lines = faults.slice(0, mostLines).map(({ code, message }) => `- \`${code}\` ${inline(message)}`);
    if (faults.length > mostLines)
        lines.push(`- … and ${faults.length - mostLines} more`);
    return lines.join('\n');
}
function cohortTable({ cohorts }) {
    const rows = cohorts.map(({ name, generated, arrived, kept, incomplete, expected, interval }) => {
        const allowed = interval[0] === interval[1] ? 'exactly' : `${percent(interval[0])} – ${percent(interval[1])}`;
        const share = arrived === 0 ? '–' : percent(kept / arrived);
        return `| ${name} | ${generated} | ${arrived} | ${kept} | ${share} | ${percent(expected)} | ${allowed} | ${incomplete} |`;
    });
    return [
        '| cohort | generated | arrived | kept | share | expected | allowed | incomplete |',
        '|---|--:|--:|--:|--:|--:|--:|--:|',
        ...rows,
    ].join('\n');
}
function shareTable(title, rows) {
    const lines = rows.map(([name, arrived]) => `| \`${name}\` | ${arrived} |`);
    return [`| ${title} | arrived |`, '|---|--:|', ...lines].join('\n');
}
function complaintList(complaints) {
    const lines = complaints
        .slice(0, mostLines)
        .map(({ gateway, message, error, times }) => `- ${times} × gateway ${gateway}: ${inline(`${message} ${error}`)}`);
    return ['What the gateways said meanwhile:', ...lines].join('\n');
}
function inline(text) {
    return text.replace(/\s+/g, ' ').trim().slice(0, 500);
}

;// CONCATENATED MODULE: ./build/verify/count-counters.js





const quietSeconds = 6;
const patienceSeconds = 30;
async function requireQuiet(before, options) {
    const { clock, signal, voice } = options;
    voice.info(`waiting ${quietSeconds} s, to see that no other traffic flows`);
    await clock.sleep(quietSeconds * 1000, signal);
    const { reading, faults } = await options.read();
    const [blind] = faults;
    if (blind !== undefined)
        throw new errors/* KitError */.Fb(blind.message, { code: 'gateway-unprobed', source: 'aws' });
    const spans = sum(difference(before, reading), 'receiver_accepted_spans');
    if (spans === 0)
        return reading;
    throw new errors/* KitError */.Fb(`the gateways took ${spans} spans in ${quietSeconds} s before anything was sent: inconclusive, their config has no tap and counters do not tell whose traces they count`, {
        code: 'other-traffic',
        source: 'user',
        hint: 'copy the tap from configs/sampling-config.yaml, or stop the other traffic',
    });
}
async function countCohort(cohort, before, options) {
    const { clock, signal, voice, deadline } = options;
    let account = { reading: before, faults: [] };
    let change = difference(before, before);
    let changedAt = clock.now();
    let unsettled;
    const patience = (options.decisionWaitSeconds + patienceSeconds) * 1000;
    try {
        const about = {
            what: `cohort ${cohort.name}`,
            deadline,
            intervalSeconds: 1,
            clock,
            signal,
            heartbeat: voice.info,
        };
        await (0,poll/* poll */.w)(about, async () => {
            account = await options.read();
            const latest = difference(before, account.reading);
            const isSame = gained(latest) === gained(change);
            change = latest;
            if (!isSame)
                changedAt = clock.now();
            const open = awaited(cohort, change, options.exporters);
            const isOver = open === undefined ? isSame : clock.now() - changedAt >= patience;
            if (isOver || account.faults.length > 0) {
                unsettled = account.faults.length > 0 ? undefined : open;
                return { done: true, value: undefined };
            }
            return { done: false, state: open ?? 'all decided and exported' };
        });
    }
    catch (error) {
        if (!(0,errors/* isKitError */.Jt)(error, 'deadline-exceeded'))
            throw error;
        unsettled = error.message;
    }
    return { result: { cohort, change, faults: account.faults, unsettled }, after: account.reading };
}
function awaited(cohort, change, exporters) {
    const arrived = arrivedIn(change);
    if (arrived < cohort.traces)
        return `${arrived} of ${cohort.traces} traces have arrived`;
    const decided = sum(change, global, { sampled: 'true' }) + sum(change, global, { sampled: 'false' });
    if (decided < arrived)
        return `${decided} of ${arrived} traces are decided`;
    const kept = sum(change, global, { sampled: 'true' }) * spansPerTrace;
    const late = exporters.find((exporter) => sum(change, 'exporter_sent_spans', { exporter }) < kept);
    if (late === undefined)
        return undefined;
    return `${sum(change, 'exporter_sent_spans', { exporter: late })} of ${kept} kept spans are sent by ${late}`;
}
function countsOfChanges(changes, { path, gateways, exporters, }) {
    return {
        basis: 'counters',
        path,
        cohorts: changes.map(({ cohort, change }) => cohortCounts(cohort, change, exporters)),
        gateways: gateways.map((task) => ({
            task,
            arrived: changes.reduce((all, { change }) => all + newTraces(change.get(task)), 0),
        })),
        agents: undefined,
        split: [],
        foreign: 0,
        keptUnseen: 0,
        duplicateSpans: 0,
    };
}
function cohortCounts(cohort, change, exporters) {
    const arrived = arrivedIn(change);
    const kept = sum(change, global, { sampled: 'true' });
    const sent = exporters.map((exporter) => sum(change, 'exporter_sent_spans', { exporter }));
    return {
        name: cohort.name,
        generated: cohort.traces,
        arrived,
        arrivedInPart: Math.max(0, arrived * spansPerTrace - sum(change, 'receiver_accepted_spans')),
        kept,
        incomplete: Math.max(0, ...sent.map((spans) => kept * spansPerTrace - spans)),
        expected: cohort.expected,
        interval: shareInterval(arrived, cohort.expected),
    };
}
function doubtsOf(changes) {
    return changes.flatMap(({ cohort, change, faults }) => {
        const found = [...faults];
        const spans = sum(change, 'receiver_accepted_spans');
        const sent = cohort.traces * spansPerTrace;
        const name = `cohort ${cohort.name}`;
        if (spans > sent) {
            const message = `${name}: the gateways took ${spans} spans while ${sent} were sent: inconclusive, other traffic or retries are in the counts`;
            found.push({ code: 'other-traffic', message });
        }
        else if (arrivedIn(change) > cohort.traces) {
            const message = `${name}: ${arrivedIn(change)} traces began at the gateways of ${cohort.traces} that were sent: some went to more than one`;
            found.push({ code: 'split-trace', message });
        }
        return found;
    });
}
const global = 'processor_tail_sampling_global_count_traces_sampled';
function arrivedIn(change) {
    return [...change.values()].reduce((all, samples) => all + newTraces(samples), 0);
}
function newTraces(samples) {
    return total(samples, 'processor_tail_sampling_new_trace_id_received');
}
function sum(change, name, labels = {}) {
    return [...change.values()].reduce((all, samples) => all + total(samples, name, labels), 0);
}
function gained(change) {
    const counted = (samples) => samples
        .filter(({ name, value }) => name !== 'process_uptime' && value !== 0)
        .map(({ name, labels, value }) => JSON.stringify([name, labels, value]))
        .sort();
    return JSON.stringify([...change].map(([task, samples]) => [task, counted(samples)]));
}

// EXTERNAL MODULE: ./build/verify/gateways.js
var verify_gateways = __webpack_require__(57813);
;// CONCATENATED MODULE: ./build/verify/generator-log.js
const lastLine = /\bstopping the exporter\b/;
const failedExport = /\btraces export: /;
const errorLevel = /^\S+\t(?:ERROR|FATAL|PANIC)\t/;
const generatedCount = /\btraces generated\b.*?(\{.*\})/;
function isCompleteLog(lines) {
    return lines.some((line) => lastLine.test(line));
}
function isNoteworthy(line) {
    return failedExport.test(line) || errorLevel.test(line) || generatedCount.test(line);
}
function isDoomed(task, lines) {
    return wasCutOff(task) || lines.some((line) => failedExport.test(line));
}
function wasCutOff(task) {
    return task?.lastStatus === 'STOPPED' && task.stopCode !== 'EssentialContainerExited';
}
function judgeGenerator(plan, task, lines, expectations) {
    const messages = messagesOf(plan, task, lines, expectations);
    const name = `generator of cohort ${plan.cohort} on ${plan.instance}`;
    return messages.map((message) => ({ code: 'generator-failed', message: `${name}: ${message}` }));
}
function messagesOf(plan, task, lines, expectations) {
    if (wasCutOff(task))
        return exitFaults(task).slice(0, 1);
    if (task?.lastStatus !== 'STOPPED' && isDoomed(task, lines))
        return generator_log_exportFaults(lines);
    return [
        ...exitFaults(task),
        ...countFaults(plan, lines),
        ...generator_log_exportFaults(lines),
        ...patternFaults(lines, expectations),
    ];
}
function exitFaults(task) {
    if (task === undefined)
        return ['ECS no longer knows its task'];
    if (task.lastStatus !== 'STOPPED')
        return [`its task is ${task.lastStatus}, not STOPPED`];
    const faults = [];
    if (task.stopCode !== 'EssentialContainerExited') {
        faults.push(`its task ended with ${task.stopCode ?? 'no stop code'}: ${task.stoppedReason ?? 'no reason given'}`);
    }
    if (task.containers.length === 0)
        faults.push('its task names no container');
    for (const { name, exitCode, reason } of task.containers) {
        if (exitCode === 0)
            continue;
        faults.push(`container ${name} exited with ${exitCode ?? 'no code'}${reason ? `: ${reason}` : ''}`);
    }
    return faults;
}
function countFaults(plan, lines) {
    if (!isCompleteLog(lines))
        return [`its log ends early, after ${lines.length} lines`];
    const counts = lines.flatMap((line) => countIn(line) ?? []);
    const generated = counts.reduce((sum, count) => sum + count, 0);
    if (generated === plan.traces)
        return [];
    return [`it reports ${counts.length === 0 ? 'no count' : generated} of ${plan.traces} traces generated`];
}
function countIn(line) {
    const fields = generatedCount.exec(line)?.[1];
    if (fields === undefined)
        return undefined;
    try {
        const { traces } = JSON.parse(fields);
        return typeof traces === 'number' ? traces : undefined;
    }
    catch {
        return undefined;
    }
}
function generator_log_exportFaults(lines) {
    const failed = lines.filter((line) => failedExport.test(line) || errorLevel.test(line));
    const [first] = failed;
    if (first === undefined)
        return [];
    return [`${first.trim()}${failed.length > 1 ? ` (${failed.length} such lines)` : ''}`];
}
function patternFaults(lines, { assertLogs, forbidLogs }) {
    const missing = assertLogs
        .filter((pattern) => !lines.some((line) => matches(pattern, line)))
        .map((pattern) => `no line of its log matches ${pattern}`);
    const forbidden = forbidLogs.flatMap((pattern) => {
        const line = lines.find((each) => matches(pattern, each));
        return line === undefined
            ? []
            : [`a line of its log matches ${pattern}, which is forbidden: ${line.trim()}`];
    });
    return [...missing, ...forbidden];
}
function matches(pattern, line) {
    pattern.lastIndex = 0;
    return pattern.test(line);
}

;// CONCATENATED MODULE: ./build/verify/generators.js






const generators_size = { cpu: 256, memory: 512 };
const generators_container = 'telemetrygen';
const family = 'telemetrygen-task';
const generators_streamPrefix = 'ecs';
const logLagMilliseconds = 30_000;
const reconnectMilliseconds = 60_000;
async function runGenerators(options) {
    const { crew, voice, clock, signal, deadline } = options;
    const taskDefinition = await crew.register(taskDefinitionOf(options));
    const generators = options.plans.map(waiting);
    const about = { what: 'generators', deadline, intervalSeconds: 2, clock, signal, heartbeat: voice.info };
    await (0,poll/* poll */.w)(about, async () => {
        await startWaiting(options, generators, taskDefinition);
        return follow(options, generators);
    });
    const doomed = generators.filter(({ task, lines }) => isDoomed(task, lines));
    return (doomed.length > 0 ? doomed : generators).flatMap(({ plan, task, lines }) => judgeGenerator(plan, task, lines, options.expectations));
}
function waiting(plan) {
    return {
        plan,
        arn: undefined,
        reader: undefined,
        lines: [],
        task: undefined,
        triedAt: undefined,
        stoppedAt: undefined,
    };
}
function taskDefinitionOf(options) {
    return {
        family,
        networkMode: options.destination.networkMode,
        executionRoleArn: options.executionRoleArn,
        cpu: String(generators_size.cpu),
        memory: String(generators_size.memory),
        container: {
            name: generators_container,
            image: options.image,
            command: ['traces', '--help'],
            ...generators_size,
            portMappings: options.destination.portMappings,
            logs: { group: run/* verifyLogGroup */.jB, region: options.region, streamPrefix: generators_streamPrefix },
        },
    };
}
async function startWaiting(options, generators, taskDefinition) {
    for (const generator of generators.filter(({ arn }) => arn === undefined)) {
        const isBusy = generators.some((other) => other.plan.instance === generator.plan.instance && isRunning(other));
        if (generator.triedAt !== undefined && isBusy)
            continue;
        const now = options.clock.now();
        generator.triedAt ??= now;
        try {
            await start(options, generator, taskDefinition);
        }
        catch (error) {
            const mayPass = ((0,errors/* isKitError */.Jt)(error, 'instance-full') && isBusy) ||
                ((0,errors/* isKitError */.Jt)(error, 'instance-disconnected') && now - generator.triedAt < reconnectMilliseconds);
            if (!mayPass)
                throw error;
            options.voice.debug(`${generator.plan.cohort} waits: ${(0,errors/* messageOf */.bD)(error)}`);
        }
    }
}
function isRunning({ arn, stoppedAt }) {
    return arn !== undefined && stoppedAt === undefined;
}
async function start(options, generator, taskDefinition) {
    options.signal.throwIfAborted();
    const { plan } = generator;
    const arn = await options.crew.start({
        taskDefinition,
        instanceId: plan.instance,
        container: generators_container,
        command: generatorCommand(plan, options.runId, options.destination.endpoint),
    });
    const stream = `${generators_streamPrefix}/${generators_container}/${arn.split('/').at(-1)}`;
    generator.arn = arn;
    generator.reader = new logs/* LogStreamReader */.Yw(options.logs, { group: run/* verifyLogGroup */.jB, stream });
    options.voice.info(`${plan.cohort} on ${plan.instance}: ${plan.traces} traces, task ${arn.split('/').at(-1)}`);
}
async function follow(options, generators) {
    const described = await options.crew.describe(generators.flatMap(({ arn }) => arn ?? []));
    const now = options.clock.now();
    for (const generator of generators) {
        const task = described.find(({ arn }) => arn === generator.arn);
        if (task !== undefined)
            generator.task = task;
        if (task?.lastStatus === 'STOPPED')
            generator.stoppedAt ??= now;
        await listen(options, generator);
    }
    if (generators.some(({ task, lines }) => isDoomed(task, lines)))
        return { done: true, value: undefined };
    const open = generators.filter((generator) => !isOver(generator, now));
    if (open.length === 0)
        return { done: true, value: undefined };
    return { done: false, state: stateOf(open, generators.length) };
}
async function listen({ voice, signal }, generator) {
    const { cohort, instance } = generator.plan;
    for (const { message } of (await generator.reader?.read(signal)) ?? []) {
        generator.lines.push(message);
        const say = isNoteworthy(message) ? voice.info : voice.debug;
        say(`[${cohort} ${instance}] ${message.trimEnd()}`);
    }
}
function isOver({ stoppedAt, lines }, now) {
    if (stoppedAt === undefined)
        return false;
    return isCompleteLog(lines) || now - stoppedAt >= logLagMilliseconds;
}
function stateOf(open, all) {
    const counts = new Map();
    for (const { arn, task, stoppedAt } of open) {
        const running = arn === undefined ? 'waiting for room' : (task?.lastStatus ?? 'not described yet');
        const state = stoppedAt === undefined ? running : 'STOPPED, log incomplete';
        counts.set(state, (counts.get(state) ?? 0) + 1);
    }
    const parts = [...counts].map(([state, count]) => `${count} ${state}`);
    return `${all - open.length} of ${all} over, ${parts.join(', ')}`;
}

;// CONCATENATED MODULE: ./build/verify/counts.js


function countsOf(tally, { cohorts, plans, gateways, path }) {
    const sent = new Set(plans.map(({ cohort, instance }) => JSON.stringify([cohort, instance])));
    const all = [...tally.traces];
    const isOurs = (trace) => sent.has(JSON.stringify([trace.cohort, trace.instance]));
    const ours = all.map(([, trace]) => trace).filter(isOurs);
    const arrived = ours.filter((trace) => trace.arrived.size > 0);
    const instances = [...new Set(plans.map((plan) => plan.instance))];
    const agents = instances.map((instance) => ({
        instance,
        arrived: arrived.filter((trace) => trace.instance === instance).length,
    }));
    return {
        basis: 'tap',
        path,
        cohorts: cohorts.map((cohort) => counts_cohortCounts(cohort, ours)),
        gateways: gateways.map((task) => ({
            task,
            arrived: arrived.filter((trace) => trace.gateways.has(task)).length,
        })),
        agents: path === 'agents' ? agents : undefined,
        split: all.filter(([, trace]) => trace.gateways.size > 1).map(([id]) => id),
        foreign: all.length - ours.length,
        keptUnseen: ours.filter((trace) => trace.kept.size > 0 && trace.arrived.size === 0).length,
        duplicateSpans: tally.duplicateSpans,
    };
}
function counts_cohortCounts(cohort, ours) {
    const traces = ours.filter((trace) => trace.cohort === cohort.name);
    const arrived = traces.filter((trace) => trace.arrived.size > 0);
    const kept = traces.filter((trace) => trace.kept.size > 0);
    return {
        name: cohort.name,
        generated: cohort.traces,
        arrived: arrived.length,
        arrivedInPart: arrived.filter((trace) => trace.arrived.size !== spansPerTrace).length,
        kept: kept.length,
        incomplete: kept.filter((trace) => !isComplete(trace)).length,
        expected: cohort.expected,
        interval: shareInterval(arrived.length, cohort.expected),
    };
}
function isComplete(trace) {
    return trace.kept.size === spansPerTrace && [...trace.arrived].every((span) => trace.kept.has(span));
}

;// CONCATENATED MODULE: ./build/verify/tally.js
class Tally {
    traces = new Map();
    #runId;
    #ledgers = new Map();
    #arrivals = 0;
    #keeps = 0;
    #duplicates = 0;
    constructor(runId) {
        this.#runId = runId;
    }
    get arrivedSpans() {
        return this.#arrivals;
    }
    get keptSpans() {
        return this.#keeps;
    }
    get duplicateSpans() {
        return this.#duplicates;
    }
    get arrivedTraces() {
        return [...this.traces.values()].filter((trace) => trace.arrived.size > 0).length;
    }
    add(gateway, line) {
        if (line.kind === 'count')
            this.#ledger(gateway).announced[line.point] += line.spans;
        if (line.kind !== 'spans')
            return;
        for (const block of line.blocks) {
            this.#ledger(gateway).named[line.point] += block.spans.length;
            if (block.run !== this.#runId)
                continue;
            for (const span of block.spans) {
                const trace = this.#trace(span.traceId, block.cohort, block.instance);
                trace.gateways.add(gateway);
                this.#count(trace[line.point], span.spanId, line.point);
            }
        }
    }
    gaps(samplesLog) {
        return [...this.#ledgers].flatMap(([gateway, { announced, named }]) => ['arrived', 'kept']
            .filter((point) => (samplesLog ? announced[point] > named[point] : announced[point] !== named[point]))
            .map((point) => `gateway ${gateway} announced ${announced[point]} ${point} spans and its log names ${named[point]}: lines are missing`));
    }
    #count(spans, spanId, point) {
        if (spans.has(spanId)) {
            this.#duplicates += 1;
            return;
        }
        spans.add(spanId);
        if (point === 'arrived')
            this.#arrivals += 1;
        else
            this.#keeps += 1;
    }
    #trace(traceId, cohort, instance) {
        const known = this.traces.get(traceId);
        if (known !== undefined)
            return known;
        const trace = {
            cohort,
            instance,
            arrived: new Set(),
            kept: new Set(),
            gateways: new Set(),
        };
        this.traces.set(traceId, trace);
        return trace;
    }
    #ledger(gateway) {
        const known = this.#ledgers.get(gateway);
        if (known !== undefined)
            return known;
        const ledger = { announced: { arrived: 0, kept: 0 }, named: { arrived: 0, kept: 0 } };
        this.#ledgers.set(gateway, ledger);
        return ledger;
    }
}

;// CONCATENATED MODULE: ./build/verify/tap-reader.js




const tap_reader_failedExport = /^Exporting failed|sending queue is full|Dropping data|Sending spans to destination/i;
class TapReader {
    tally;
    unreadable = [];
    #sources;
    #failures = new Map();
    #complaints = new Map();
    lastArrivalAt = 0;
    constructor(options) {
        this.tally = new Tally(options.runId);
        this.#sources = options.gateways.map((gateway) => ({
            ...gateway,
            reader: new logs/* LogStreamReader */.Yw(options.logs, gateway.where, gateway.mark),
            joiner: new LineJoiner(),
        }));
    }
    get failedExports() {
        return [...this.#failures.values()];
    }
    get complaints() {
        return [...this.#complaints.values()];
    }
    get silent() {
        return this.#sources.filter(({ reader }) => !reader.found).map(({ task }) => task);
    }
    async read(signal) {
        for (const { task, mark, reader, joiner } of this.#sources) {
            for (const { timestamp, message } of await reader.read(signal)) {
                if (mark !== undefined && timestamp <= mark)
                    continue;
                for (const joined of joiner.push(message))
                    this.#take(task, joined, timestamp);
            }
        }
    }
    end() {
        for (const { task, joiner } of this.#sources) {
            for (const joined of joiner.end())
                this.#take(task, joined, 0);
        }
    }
    #take(task, joined, timestamp) {
        if ('broken' in joined) {
            if (looksLikeTap(joined.broken))
                this.#unreadable(task, `a line is cut: ${joined.broken.slice(-80)}`);
            return;
        }
        const line = readGatewayLine(joined.line);
        const before = this.tally.arrivedSpans;
        this.tally.add(task, line);
        if (this.tally.arrivedSpans > before)
            this.lastArrivalAt = Math.max(this.lastArrivalAt, timestamp);
        if (line.kind === 'unreadable')
            this.#unreadable(task, line.reason);
        if (line.kind === 'text' && looksLikeTap(joined.line))
            this.#unreadable(task, 'a line is cut at its start');
        if (line.kind === 'log')
            this.#listen(task, line);
    }
    #unreadable(task, reason) {
        this.unreadable.push(`gateway ${task}: ${reason}`);
    }
    #listen(gateway, line) {
        const failed = tap_reader_failedExport.test(line.message) || tap_reader_failedExport.test(line.error);
        if (!failed && line.level !== 'warn' && line.level !== 'error')
            return;
        const words = failed ? this.#failures : this.#complaints;
        const key = JSON.stringify([gateway, line.component, line.message, line.error]);
        const known = words.get(key);
        if (known !== undefined)
            known.times += 1;
        else {
            const { component, message, error } = line;
            words.set(key, { gateway, component, message, error, times: 1 });
        }
    }
}

;// CONCATENATED MODULE: ./build/verify/watch.js



const logLagSeconds = 10;
const decisionTailSeconds = 2;
const watch_quietSeconds = 7;
const arrivalPatienceSeconds = 60;
const lossPatienceSeconds = 12;
const decisionPatienceSeconds = 30;
async function watchTap(options) {
    const watch = new Watch(options);
    const { clock, signal, voice, deadline } = options;
    let unsettled;
    try {
        const about = { what: 'tap', deadline, intervalSeconds: 2, clock, signal, heartbeat: voice.info };
        await (0,poll/* poll */.w)(about, () => watch.look());
    }
    catch (error) {
        if (!(0,errors/* isKitError */.Jt)(error, 'deadline-exceeded'))
            throw error;
        unsettled = watch.state;
    }
    watch.reader.end();
    return { reader: watch.reader, unsettled };
}
class Watch {
    reader;
    state = 'nothing read yet';
    #options;
    #generated;
    #changedAt;
    #arrivalSeenAt = 0;
    #arrived = 0;
    #spans = 0;
    constructor(options) {
        this.#options = options;
        this.#generated = options.cohorts.reduce((sum, cohort) => sum + cohort.traces, 0);
        this.reader = new TapReader(options);
        this.#changedAt = options.clock.now();
    }
    async look() {
        const { signal } = this.#options;
        await this.reader.read(signal);
        this.#notice();
        this.state = this.#awaited() ?? '';
        if (this.state !== '')
            return { done: false, state: this.state };
        const spans = this.#spans;
        this.reader = new TapReader(this.#options);
        await this.reader.read(signal);
        this.#notice();
        if (this.#spans === spans)
            return { done: true, value: undefined };
        this.state = `two readings of the gateways' logs differ: ${spans} and ${this.#spans} spans`;
        return { done: false, state: this.state };
    }
    #notice() {
        const { arrivedSpans, keptSpans } = this.reader.tally;
        const now = this.#options.clock.now();
        if (arrivedSpans !== this.#arrived)
            this.#arrivalSeenAt = now;
        if (arrivedSpans + keptSpans !== this.#spans)
            this.#changedAt = now;
        this.#arrived = arrivedSpans;
        this.#spans = arrivedSpans + keptSpans;
    }
    #awaited() {
        const now = this.#options.clock.now();
        const { tally, lastArrivalAt } = this.reader;
        const arrived = tally.arrivedTraces;
        const quiet = (now - this.#changedAt) / 1000;
        const patience = this.#options.expectsLoss ? lossPatienceSeconds : arrivalPatienceSeconds;
        if (arrived < this.#generated && quiet < patience) {
            return `${arrived} of ${this.#generated} traces have arrived`;
        }
        const seen = `${arrived} traces have arrived, ${tally.keptSpans} spans are kept`;
        const printedAt = Math.min(lastArrivalAt, this.#arrivalSeenAt);
        const readable = Math.max(printedAt + logLagSeconds * 1000, this.#arrivalSeenAt);
        const due = readable + (this.#options.decisionWaitSeconds + decisionTailSeconds) * 1000;
        if (arrived > 0 && now < due)
            return `${seen}, decisions are open`;
        if (quiet < watch_quietSeconds)
            return `${seen}, the last ones just now`;
        const overdue = (now - Math.max(this.#changedAt, due)) / 1000;
        if (overdue < decisionPatienceSeconds && this.#lacksSomething())
            return `${seen}, some are missing`;
        return undefined;
    }
    #lacksSomething() {
        const { cohorts } = this.#options;
        const mustBeKept = new Set(cohorts.filter(({ expected }) => expected === 1).map(({ name }) => name));
        return [...this.reader.tally.traces.values()].some(({ cohort, arrived, kept }) => kept.size < arrived.size && (kept.size > 0 || mustBeKept.has(cohort)));
    }
}

;// CONCATENATED MODULE: ./build/verify/observe.js




async function observe(options) {
    const { gatewaysBefore, services, target } = options;
    const { reader, unsettled } = await watchTap({ ...options, gateways: options.gatewayLogs });
    const after = await (0,verify_gateways/* runningTasks */.C1)(services, target.cluster, target.gatewayService);
    const added = after.filter(({ id }) => !gatewaysBefore.some((task) => task.id === id));
    const account = added.length === 0 ? reader : await readAll(options, added);
    const counts = countsOf(account.tally, {
        cohorts: options.cohorts,
        plans: options.plans,
        path: options.path,
        gateways: [...gatewaysBefore, ...added].map(({ id }) => id),
    });
    return {
        counts,
        gatewaysAfter: after.map(({ id }) => id),
        unreadable: [
            ...account.unreadable,
            ...account.tally.gaps(options.samplesLog),
            ...account.silent.map((task) => `gateway ${task} has no log stream`),
        ],
        failedExports: account.failedExports,
        complaints: account.complaints,
        unsettled,
    };
}
async function readAll(options, added) {
    const gateways = [...options.gatewayLogs, ...(await (0,verify_gateways/* gatewayLogs */.q5)(options.services, added))];
    const reader = new TapReader({ ...options, gateways });
    await reader.read(options.signal);
    reader.end();
    return reader;
}

;// CONCATENATED MODULE: ./build/steps/verify-measure.js





async function measureByTap(run, baseline) {
    const { reporter, scene, plans, probe, clock, deadline } = run;
    const gatewayLogs = await scene.markLogs();
    const generatorFaults = await reporter.group('Send traces', () => send(run, plans));
    const observed = await reporter.group('Read the tap', () => observe({
        ...run,
        ...scene,
        voice: reporter,
        gatewayLogs,
        gatewaysBefore: scene.gateways,
        plans,
        path: run.destination.path,
        expectsLoss: generatorFaults.length > 0,
    }));
    const last = await reporter.group("Read the gateways' counters", () => probe.read());
    return {
        ...observed,
        generatorFaults,
        counterFaults: [...last.faults, ...counted(run, baseline, last.reading)],
        unsettled: observed.unsettled ?? (clock.now() >= deadline ? 'the last counters unread' : undefined),
    };
}
async function measureByCounters(run, baseline) {
    const { reporter, scene, plans, probe, services } = run;
    const { exporters, decisionWaitSeconds } = scene;
    reporter.warning(`the gateway config has no complete tap (${scene.missingFromTap.join('; ')}): traces are counted by the gateways' counters, one cohort after the other`);
    const options = { ...run, voice: reporter, exporters, decisionWaitSeconds, read: () => probe.read() };
    const generatorFaults = [];
    const changes = [];
    let before = await reporter.group('Look for other traffic', () => requireQuiet(baseline, options));
    for (const cohort of scene.cohorts) {
        const own = plans.filter((plan) => plan.cohort === cohort.name);
        generatorFaults.push(...(await reporter.group(`Send ${cohort.name}`, () => send(run, own))));
        const counting = await reporter.group(`Count ${cohort.name}`, () => countCohort(cohort, before, options));
        changes.push(counting.result);
        before = counting.after;
    }
    const after = await (0,verify_gateways/* runningTasks */.C1)(services, scene.target.cluster, scene.target.gatewayService);
    const gateways = scene.gateways.map(({ id }) => id);
    const open = changes.flatMap(({ unsettled }) => unsettled ?? []);
    return {
        counts: countsOfChanges(changes, { path: run.destination.path, gateways, exporters }),
        gatewaysAfter: after.map(({ id }) => id),
        generatorFaults,
        counterFaults: [...doubtsOf(changes), ...counted(run, baseline, before)],
        unreadable: [],
        failedExports: [],
        complaints: [],
        unsettled: open.length === 0 ? undefined : open.join('; '),
    };
}
function send(run, plans) {
    const { settings, scene, reporter } = run;
    return runGenerators({
        ...run,
        voice: reporter,
        region: settings.region,
        image: settings.verify.image,
        executionRoleArn: scene.target.executionRoleArn,
        plans,
        expectations: settings.verify,
    });
}
function counted({ reporter }, before, after) {
    const change = difference(before, after);
    for (const [task, samples] of change) {
        const gained = samples.filter(({ name, value }) => name !== 'process_uptime' && value > 0);
        for (const { name, labels, value } of gained) {
            reporter.debug(`gateway ${task}: ${name} ${JSON.stringify(labels)} +${value}`);
        }
    }
    return failuresIn(change);
}

// EXTERNAL MODULE: ./build/release/hash.js
var release_hash = __webpack_require__(84016);
// EXTERNAL MODULE: ./build/release/release.js
var release_release = __webpack_require__(43007);
;// CONCATENATED MODULE: ./build/verify/evidence.js
function evidenceOf(request) {
    const { counts } = request;
    return {
        version: 1,
        run: request.runId,
        environment: request.environment,
        release: request.releaseId,
        stack: request.stack,
        path: counts.path,
        basis: counts.basis,
        cohorts: cohortRecords(counts),
        gateways: counts.gateways,
        agents: counts.agents ?? null,
        duplicateSpans: counts.duplicateSpans,
        decisionWaitSeconds: request.decisionWaitSeconds,
        startedAt: new Date(request.startedAt).toISOString(),
        endedAt: new Date(request.endedAt).toISOString(),
    };
}
function cohortRecords(counts) {
    return counts.cohorts.map(({ name, generated, arrived, kept, incomplete, expected, interval }) => ({
        name,
        generated,
        arrived,
        kept,
        incomplete,
        expected,
        interval,
    }));
}

;// CONCATENATED MODULE: ./build/steps/verify-results.js




function outputCounts(reporter, counts) {
    const total = (of) => counts.cohorts.reduce((sum, cohort) => sum + cohort[of], 0);
    reporter.output('arrived', total('arrived'));
    reporter.output('kept', total('kept'));
    reporter.output('cohorts', JSON.stringify(cohortRecords(counts)));
    reporter.output('gateways', JSON.stringify(counts.gateways));
    if (counts.agents !== undefined)
        reporter.output('agents', JSON.stringify(counts.agents));
}
async function writeEvidence(settings, { reporter }, { objects }, request) {
    const body = `${(0,release_hash/* canonicalJson */.dj)(evidenceOf(request))}\n`;
    const hash = (0,release_hash/* sha256 */.sc)(body);
    const folder = (0,release_release/* manifestKey */.Rn)(settings.prefix, request.releaseId).replace(/\.json$/, '');
    const key = `${folder}/verified/${settings.environment}.${(0,release_hash/* short */.h0)(hash)}.json`;
    const at = { bucket: settings.bucket, key };
    await objects.putIfAbsent(at, body, 'application/json');
    reporter.info(`evidence ${(0,object_store/* uri */.H)(at)}, sha256 ${hash}`);
    reporter.output('evidence-key', at.key);
    reporter.output('evidence-hash', hash);
}

// EXTERNAL MODULE: ./build/collector/timing.js
var timing = __webpack_require__(95676);
// EXTERNAL MODULE: ./build/inputs/topologies.js
var topologies = __webpack_require__(94079);
// EXTERNAL MODULE: ./build/release/image.js
var release_image = __webpack_require__(77535);
// EXTERNAL MODULE: ./build/release/parameters.js
var parameters = __webpack_require__(83848);
// EXTERNAL MODULE: ./build/release/template.js
var release_template = __webpack_require__(72418);
;// CONCATENATED MODULE: ./build/release/running.js







async function runningRelease(stackName, ports) {
    const stack = await ports.cloudFormation.find(stackName);
    if (!stack)
        throw new errors/* KitError */.Fb(`there is no stack ${stackName}`, { code: 'stack-not-found', source: 'user' });
    const template = await ports.cloudFormation.originalTemplate(stack.id);
    const values = (0,parameters/* effectiveParameters */.k)((0,release_template/* declaredParameters */.v)(template), {}, stack.parameters);
    const bucket = values['S3ConfigBucket'] ?? '';
    const keys = Object.entries(values).filter(([name, key]) => name.endsWith('S3ConfigKey') && key !== '');
    const configs = await Promise.all(keys.map(async ([parameter, key]) => {
        const bytes = await ports.objects.get({ bucket, key });
        if (bytes === undefined)
            throw missing(stackName, parameter, (0,object_store/* uri */.H)({ bucket, key }));
        return { parameter, key, sha256: (0,release_hash/* sha256 */.sc)(bytes) };
    }));
    const release = (0,release_release/* identified */.AR)({
        template: { key: '', sha256: (0,release_hash/* sha256 */.sc)(template) },
        configs,
        image: (0,release_image/* imageReference */.r)(values),
    });
    return { ...release, bucket };
}
function missing(stackName, parameter, address) {
    return new errors/* KitError */.Fb(`stack ${stackName} reads ${address} (${parameter}), which does not exist`, {
        code: 'object-not-found',
        source: 'user',
        hint: 'Its tasks cannot start again without it; deploy the release anew.',
    });
}

;// CONCATENATED MODULE: ./build/verify/target.js

function targetOf(stack, outputs) {
    const absent = [];
    const output = (name) => {
        const value = outputs[name] ?? '';
        if (value === '')
            absent.push(name);
        return value;
    };
    const target = {
        cluster: output('ClusterName'),
        gatewayService: output('GatewayServiceName'),
        agentService: output('AgentServiceName'),
        executionRoleArn: output('TaskExecutionRoleArn'),
        agentGrpcPort: Number(output('AgentGrpcPort')),
        namespace: output('NamespaceName'),
    };
    if (absent.length === 0 && !Number.isInteger(target.agentGrpcPort))
        absent.push('AgentGrpcPort');
    if (absent.length === 0)
        return target;
    throw new errors/* KitError */.Fb(`stack ${stack} cannot be verified: it has no output ${absent.join(', ')}`, {
        code: 'stack-outputs-missing',
        source: 'user',
        hint: "deploy it with the kit's template, or give your template these outputs",
    });
}

;// CONCATENATED MODULE: ./build/steps/verify-scene.js











async function surveyStack(settings, { reporter, clock, signal, deadline }, ports) {
    const { stackName } = settings;
    const release = await runningRelease(stackName, ports);
    reporter.output('release-id', release.id);
    const stack = await ports.cloudFormation.find(stackName);
    const target = targetOf(stackName, stack?.outputs ?? {});
    const gatewayConfig = await configOf('gateway', settings, release, ports);
    const agentConfig = await configOf('agent', settings, release, ports);
    const cohorts = withDurations(settings.verify.cohorts, gatewayConfig);
    const instances = await connectedInstances(target, ports);
    const patience = { clock, signal, deadline, say: reporter.info };
    const gateways = await (0,verify_gateways/* allGateways */.$c)(ports.services, target, patience);
    reporter.info(`release ${release.id}, cluster ${target.cluster}: ${instances.length} instances, ${gateways.length} gateways`);
    const agents = await (0,verify_gateways/* runningTasks */.C1)(ports.services, target.cluster, target.agentService);
    const resources = await ports.cloudFormation.resources(stackName);
    const revisions = resources.filter(({ type }) => type === 'AWS::ECS::TaskDefinition');
    (0,verify_gateways/* requireRevision */.nf)([...gateways, ...agents], revisions.flatMap(({ physicalId }) => physicalId ?? []));
    const changedAt = await (0,verify_gateways/* lastGatewayChange */.RI)(ports.services, target, gateways, clock);
    const resolvers = (0,timing/* resolverSeconds */.y)(agentConfig);
    return {
        target,
        releaseId: release.id,
        instances,
        gateways,
        ...(await reachable(gateways, gatewayConfig, ports)),
        cohorts,
        missingFromTap: missingFromTap(gatewayConfig),
        decisionWaitSeconds: (0,timing/* decisionWaitSeconds */.d)(gatewayConfig),
        samplesLog: samplesItsLog(gatewayConfig),
        exporters: sampledExporters(gatewayConfig),
        agentsReady: () => (0,verify_gateways/* waitForResolvers */.Iy)(changedAt, resolvers, patience),
        markLogs: async () => (0,verify_gateways/* marked */.xI)(await (0,verify_gateways/* gatewayLogs */.q5)(ports.services, gateways), ports.logs),
        currentRelease: async () => (await runningRelease(stackName, ports)).id,
    };
}
async function configOf(role, { topology, stackName }, release, { objects }) {
    const parameter = topologies/* topologies */.qy[topology].roles.find((each) => each.role === role)?.configParameter;
    const key = release.configs.find((config) => config.parameter === parameter)?.key;
    const bytes = key === undefined ? undefined : await objects.get({ bucket: release.bucket, key });
    if (key !== undefined && bytes !== undefined)
        return (0,model/* readCollectorConfig */.Uw)(key, bytes.toString('utf8'));
    throw new errors/* KitError */.Fb(`stack ${stackName} has no config of its ${role}: parameter ${parameter ?? '?'} names none`, {
        code: 'config-unreadable',
        source: 'user',
    });
}
async function connectedInstances({ cluster }, { tasks }) {
    const instances = await tasks.instances(cluster);
    const lost = instances.filter((instance) => !instance.agentConnected);
    if (instances.length > 0 && lost.length === 0)
        return instances.map(({ instanceId }) => instanceId);
    const reason = instances.length === 0
        ? 'it has no ACTIVE instance'
        : `the ECS agent of ${lost.map(({ instanceId }) => instanceId).join(', ')} is not connected`;
    throw new errors/* KitError */.Fb(`cluster ${cluster} cannot run the generators: ${reason}`, {
        code: 'instances-unavailable',
        source: 'aws',
        hint: 'every instance runs an agent to be verified; drain or repair those that cannot take tasks',
    });
}
async function reachable(gateways, config, { services }) {
    const revisions = new Map();
    const probed = [];
    for (const { id, address, taskDefinition } of gateways) {
        const known = revisions.get(taskDefinition) ?? (await collectorOf(taskDefinition, config, services));
        revisions.set(taskDefinition, known);
        if (address === undefined)
            throw addressless(id);
        probed.push({ task: id, target: `${address}:${known.port}` });
    }
    return { probed, collectorImage: [...revisions.values()][0]?.image ?? '' };
}
async function collectorOf(taskDefinition, config, services) {
    const { containers } = await services.taskDefinition(taskDefinition);
    const collector = containers.find(({ name }) => name === 'otel-collector') ?? containers[0];
    return { image: collector?.image ?? '', port: metricsPort(config, collector?.environment ?? {}) };
}
function addressless(task) {
    return new errors/* KitError */.Fb(`gateway ${task} has no address of its own, so its counters cannot be read`, {
        code: 'metrics-unreachable',
        source: 'user',
        hint: 'run the gateways in awsvpc network mode, as the shipped template does',
    });
}

;// CONCATENATED MODULE: ./build/steps/verify.js
















async function verify_run(settings, deps) {
    const { region } = settings;
    await verify(settings, deps, {
        cloudFormation: (0,cloudformation/* cloudFormation */.T)(region),
        services: (0,ecs_services/* ecsServices */._)(region),
        tasks: (0,ecs_tasks/* ecsTasks */.Q)(region),
        logs: (0,logs/* cloudWatchLogs */.Cv)(region),
        objects: (0,object_store/* objectStore */.D)(region),
    });
}
async function verify(settings, deps, ports) {
    const { reporter, clock } = deps;
    const startedAt = clock.now();
    const deadline = startedAt + settings.verify.timeoutSeconds * 1000;
    const runId = (0,run/* newRunId */.F$)(startedAt);
    reporter.output('run-id', runId);
    const scene = await reporter.group('Look at the stack', () => surveyStack(settings, { ...deps, deadline }, ports));
    const { cluster } = scene.target;
    const crew = new verify_crew/* Crew */.u({ tasks: ports.tasks, voice: reporter, runId, cluster, ledger: deps.ledger });
    try {
        const start = { ...ports, ...deps, settings, scene, crew, runId, deadline, startedAt };
        await conclude(start, await measure(start));
    }
    finally {
        await crew.dismiss();
    }
}
async function measure(start) {
    const { settings, scene, reporter } = start;
    const plans = planGenerators({
        cohorts: scene.cohorts,
        instances: scene.instances,
        tracesPerSecond: settings.verify.tracesPerSecond,
    });
    const destination = destinationOf(settings.verify.endpoint, scene.target);
    if (destination.path === 'direct') {
        reporter.warning(`traces go to ${destination.endpoint} directly: agents and routing are not verified`);
    }
    reporter.output('generated', plans.reduce((sum, plan) => sum + plan.traces, 0));
    const { probe, baseline } = await reporter.group("Read the gateways' counters", () => probing(start));
    const run = { ...start, probe, destination, plans };
    return scene.missingFromTap.length === 0 ? measureByTap(run, baseline) : measureByCounters(run, baseline);
}
async function probing(start) {
    const { settings, scene, reporter, logs, runId } = start;
    await (0,run/* ensureLogGroup */.Ai)(logs, runId);
    const probe = await Probe.start({
        ...start,
        voice: reporter,
        region: settings.region,
        image: scene.collectorImage,
        executionRoleArn: scene.target.executionRoleArn,
        gateways: scene.probed,
    });
    await scene.agentsReady();
    return { probe, baseline: await probe.baseline() };
}
async function conclude(start, measured) {
    const { settings, scene, reporter, clock, runId, startedAt } = start;
    outputCounts(reporter, measured.counts);
    const faults = judge({
        ...measured,
        gatewaysBefore: scene.gateways.map(({ id }) => id),
        releaseBefore: scene.releaseId,
        releaseAfter: await scene.currentRelease(),
    });
    const endedAt = clock.now();
    const account = {
        environment: settings.environment,
        stack: settings.stackName,
        releaseId: scene.releaseId,
        runId,
        counts: measured.counts,
    };
    const seconds = (endedAt - startedAt) / 1000;
    reporter.summary(verifySummary({ ...account, faults, complaints: measured.complaints, seconds }));
    if (faults.length > 0)
        throw new VerificationFailed(`verification of stack ${settings.stackName}`, faults);
    const { decisionWaitSeconds } = scene;
    await writeEvidence(settings, start, start, { ...account, decisionWaitSeconds, startedAt, endedAt });
}


/***/ }),

/***/ 19059:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ isAnswered),
/* harmony export */   u: () => (/* binding */ Crew)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var _kit_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3844);
/* harmony import */ var _kit_limits_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(13455);
/* harmony import */ var _run_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(48537);




class Crew {
    #options;
    #open = new Set();
    #stopped = new Set();
    #entry;
    constructor(options) {
        this.#options = options;
        const { runId, cluster } = options;
        this.#entry = options.ledger.open({
            ...{ kind: 'run', cluster, runId, startedBy: this.#startedBy },
            ...{ definitions: [], registering: [], starting: 0 },
        });
    }
    async register(definition) {
        const { tasks, runId } = this.#options;
        const { thing } = this.#entry;
        this.#entry.note({ registering: [...thing.registering, definition.family] });
        const answered = () => this.#entry.note({ registering: without(thing.registering, definition.family) });
        const asked = tasks.register({ ...definition, tags: (0,_run_js__WEBPACK_IMPORTED_MODULE_3__/* .verifyTags */ .vl)(runId) });
        const arn = await untilAnswered(asked, answered);
        this.#entry.note({ definitions: [...thing.definitions, arn] });
        return arn;
    }
    async start(request) {
        const { tasks, runId, cluster } = this.#options;
        const { thing } = this.#entry;
        this.#entry.note({ starting: thing.starting + 1 });
        const answered = () => this.#entry.note({ starting: thing.starting - 1 });
        const asked = tasks.run({
            ...request,
            cluster,
            startedBy: this.#startedBy,
            clientToken: (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUID)(),
            tags: (0,_run_js__WEBPACK_IMPORTED_MODULE_3__/* .verifyTags */ .vl)(runId),
        });
        const arn = await untilAnswered(asked, answered);
        this.#open.add(arn);
        return arn;
    }
    async describe(arns) {
        if (arns.length === 0)
            return [];
        const found = await this.#options.tasks.describe(this.#options.cluster, arns);
        for (const { arn, lastStatus } of found) {
            if (lastStatus !== 'STOPPED')
                continue;
            this.#open.delete(arn);
            this.#stopped.add(arn);
        }
        return found;
    }
    async dismiss() {
        await (0,_kit_limits_js__WEBPACK_IMPORTED_MODULE_2__/* .closing */ .ET)(() => this.#dismiss());
    }
    async #dismiss() {
        const { tasks, voice, runId, cluster } = this.#options;
        try {
            for (const arn of await tasks.startedBy(cluster, this.#startedBy))
                this.#open.add(arn);
        }
        catch (error) {
            voice.warning(`clean-up: ${(0,_kit_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .messageOf */ .bD)(error)}`);
            return;
        }
        const { thing } = this.#entry;
        const left = [...this.#open].filter((arn) => !this.#stopped.has(arn));
        const endings = [
            ...left.map((arn) => tasks.stop(cluster, arn, `verification ${runId} is over`)),
            ...thing.definitions.map(async (arn) => {
                await tasks.deregister(arn);
                this.#entry.note({ definitions: without(thing.definitions, arn) });
            }),
        ];
        const failed = (await Promise.allSettled(endings)).filter((outcome) => outcome.status === 'rejected');
        for (const { reason } of failed)
            voice.warning(`clean-up: ${(0,_kit_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .messageOf */ .bD)(reason)}`);
        if (failed.length === 0 && isAnswered(thing))
            this.#entry.close();
    }
    get #startedBy() {
        return `verify-${this.#options.runId}`;
    }
}
function isAnswered({ registering, starting }) {
    return registering.length === 0 && starting === 0;
}
const open = ['cancelled', 'deadline-exceeded', 'endpoint-unreachable', 'aws-error'];
async function untilAnswered(request, answered) {
    try {
        const answer = await request;
        answered();
        return answer;
    }
    catch (error) {
        if ((0,_kit_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .isKitError */ .Jt)(error) && !(0,_kit_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .isKitError */ .Jt)(error, ...open))
            answered();
        throw error;
    }
}
function without(list, item) {
    const index = list.indexOf(item);
    return list.filter((_, at) => at !== index);
}


/***/ }),

/***/ 57813:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $c: () => (/* binding */ allGateways),
/* harmony export */   C1: () => (/* binding */ runningTasks),
/* harmony export */   Iy: () => (/* binding */ waitForResolvers),
/* harmony export */   RI: () => (/* binding */ lastGatewayChange),
/* harmony export */   nf: () => (/* binding */ requireRevision),
/* harmony export */   q5: () => (/* binding */ gatewayLogs),
/* harmony export */   xI: () => (/* binding */ marked)
/* harmony export */ });
/* harmony import */ var _aws_task_definition_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(80015);
/* harmony import */ var _kit_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3844);
/* harmony import */ var _kit_poll_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7102);



const convergenceMilliseconds = 120_000;
async function runningTasks(services, cluster, service) {
    const tasks = await services.tasks({ cluster, service, desiredStatus: 'RUNNING' });
    return tasks.filter((task) => task.lastStatus === 'RUNNING').sort((a, b) => a.id.localeCompare(b.id));
}
async function allGateways(services, target, { clock, signal, deadline, say }) {
    const what = `gateway service ${target.gatewayService}`;
    const soon = Math.min(deadline, clock.now() + convergenceMilliseconds);
    const about = { what, deadline: soon, intervalSeconds: 3, clock, signal, heartbeat: say };
    return (0,_kit_poll_js__WEBPACK_IMPORTED_MODULE_1__/* .poll */ .w)(about, async () => {
        const desired = (await services.service(target.cluster, target.gatewayService))?.desired ?? 0;
        if (desired === 0)
            throw noGateway(target);
        const running = await runningTasks(services, target.cluster, target.gatewayService);
        if (running.length === desired)
            return { done: true, value: running };
        return { done: false, state: `${running.length} of ${desired} tasks running` };
    });
}
function requireRevision(tasks, taskDefinitions) {
    const other = tasks.find((task) => !taskDefinitions.includes(task.taskDefinition));
    if (other === undefined)
        return;
    throw new _kit_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .KitError */ .Fb(`task ${other.id} runs ${other.taskDefinition}, which is not of the stack`, {
        code: 'release-not-running',
        source: 'aws',
        hint: 'deploy the stack again, and find out who changed its services past it',
    });
}
async function gatewayLogs(services, gateways) {
    const found = [];
    for (const task of gateways) {
        const { containers } = await services.taskDefinition(task.taskDefinition);
        const streams = containers.flatMap((container) => {
            const stream = (0,_aws_task_definition_js__WEBPACK_IMPORTED_MODULE_2__/* .logStream */ .V)(container, task.id);
            return container.log === undefined || stream === undefined
                ? []
                : [{ group: container.log.group, stream }];
        });
        if (streams.length === 0)
            throw noLog(task);
        found.push(...streams.map((where) => ({ task: task.id, where, mark: undefined })));
    }
    return found;
}
async function marked(gateways, logs) {
    return Promise.all(gateways.map(async (gateway) => {
        const page = await logs.page({ ...gateway.where, newest: 1 });
        if (page === undefined)
            throw logGone(gateway);
        return { ...gateway, mark: page.events.at(-1)?.timestamp };
    }));
}
async function lastGatewayChange(services, { cluster, gatewayService: service }, running, clock) {
    const stopped = await services.tasks({ cluster, service, desiredStatus: 'STOPPED' });
    const times = [
        ...running.map((task) => task.startedAt ?? task.createdAt),
        ...stopped.map((task) => task.stoppedAt ?? clock.now()),
    ];
    return Math.max(0, ...times.filter((time) => time !== undefined));
}
async function waitForResolvers(changedAt, resolverSeconds, { clock, signal, say }) {
    const milliseconds = changedAt + resolverSeconds * 1000 - clock.now();
    if (milliseconds <= 0)
        return;
    say(`waiting ${Math.ceil(milliseconds / 1000)} s, so that every agent has resolved the gateways again`);
    await clock.sleep(milliseconds, signal);
}
function noLog(task) {
    return new _kit_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .KitError */ .Fb(`the log of gateway ${task.id} cannot be read: its collector does not use awslogs with a prefix`, {
        code: 'tap-unreadable',
        source: 'user',
        hint: 'the tap is read from CloudWatch Logs; set logDriver awslogs and awslogs-stream-prefix',
    });
}
function logGone({ task, where }) {
    return new _kit_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .KitError */ .Fb(`gateway ${task} has no log stream ${where.stream} in ${where.group}`, {
        code: 'tap-unreadable',
        source: 'user',
        hint: 'somebody removed it; without it the tap cannot be read: deploy the stack again, or replace its gateways',
    });
}
function noGateway({ cluster, gatewayService }) {
    return new _kit_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .KitError */ .Fb(`service ${gatewayService} of cluster ${cluster} is asked for no gateway`, {
        code: 'gateways-unavailable',
        source: 'user',
        hint: 'deploy the stack, or raise its number of gateways',
    });
}


/***/ }),

/***/ 48537:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ai: () => (/* binding */ ensureLogGroup),
/* harmony export */   F$: () => (/* binding */ newRunId),
/* harmony export */   eZ: () => (/* binding */ runTag),
/* harmony export */   jB: () => (/* binding */ verifyLogGroup),
/* harmony export */   vl: () => (/* binding */ verifyTags)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);

function newRunId(now) {
    const stamp = new Date(now).toISOString().replace(/[-:]/g, '').slice(0, 15).toLowerCase();
    return `${stamp}-${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(4).toString('hex')}`;
}
function verifyTags(runId) {
    const { key, value } = runTag(runId);
    return { 'ecs-tail-sampling': 'verify', [key]: value };
}
function runTag(runId) {
    return { key: 'ecs-tail-sampling:run', value: runId };
}
const verifyLogGroup = '/ecs/telemetrygen';
const logRetentionDays = 14;
async function ensureLogGroup(logs, runId) {
    await logs.ensureGroup(verifyLogGroup, { retentionDays: logRetentionDays, tags: verifyTags(runId) });
}


/***/ })

};
