export const id = 230;
export const ids = [230];
export const modules = {

/***/ 86230:
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
// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-ecs/dist-cjs/index.js
var dist_cjs = __webpack_require__(80212);
// EXTERNAL MODULE: ./build/kit/errors.js
var errors = __webpack_require__(3844);
// EXTERNAL MODULE: ./build/aws/client-config.js + 1 modules
var client_config = __webpack_require__(98968);
// EXTERNAL MODULE: ./build/aws/ecs-task.js
var ecs_task = __webpack_require__(92585);
// EXTERNAL MODULE: ./build/aws/errors.js
var aws_errors = __webpack_require__(68127);
;// CONCATENATED MODULE: ./build/aws/ecs-tasks.js





const describeLimit = 100;
function ecsTasks(region) {
    const client = new dist_cjs/* ECSClient */.Zgc((0,client_config/* clientConfig */.y)(region));
    return {
        instances: (cluster) => instances(client, cluster),
        register: (task) => register(client, task),
        async deregister(taskDefinition) {
            await (0,aws_errors/* asking */.os)(`deregister task definition ${taskDefinition}`, () => client.send(new dist_cjs/* DeregisterTaskDefinitionCommand */.sjB({ taskDefinition })));
        },
        run: (request) => run(client, request),
        describe: (cluster, tasks) => describe(client, cluster, tasks),
        startedBy: (cluster, startedBy) => tasksStartedBy(client, cluster, startedBy),
        async stop(cluster, task, reason) {
            await (0,aws_errors/* asking */.os)(`stop task ${task}`, () => client.send(new dist_cjs/* StopTaskCommand */.PP1({ cluster, task, reason })));
        },
    };
}
async function instances(client, cluster) {
    const arns = await pages(async (nextToken) => {
        const command = new dist_cjs/* ListContainerInstancesCommand */.$lF({ cluster, status: 'ACTIVE', ...nextToken });
        const page = await (0,aws_errors/* asking */.os)(`list the instances of cluster ${cluster}`, () => client.send(command));
        return { items: page.containerInstanceArns ?? [], nextToken: page.nextToken };
    });
    const found = [];
    for (const containerInstances of chunks(arns)) {
        const command = new dist_cjs/* DescribeContainerInstancesCommand */.QUW({ cluster, containerInstances });
        const page = await (0,aws_errors/* asking */.os)(`describe the instances of cluster ${cluster}`, () => client.send(command));
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
    const command = new dist_cjs/* RegisterTaskDefinitionCommand */.$Hl({
        family: task.family,
        networkMode: task.networkMode,
        requiresCompatibilities: ['EC2'],
        cpu: task.cpu,
        memory: task.memory,
        containerDefinitions: [containerDefinition(task.container)],
        tags: tagList(task.tags),
        ...(task.executionRoleArn === undefined ? {} : { executionRoleArn: task.executionRoleArn }),
    });
    const found = await (0,aws_errors/* asking */.os)(`register task definition ${task.family}`, () => client.send(command));
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
    const command = new dist_cjs/* RunTaskCommand */._eD({
        cluster: request.cluster,
        taskDefinition: request.taskDefinition,
        launchType: 'EC2',
        count: 1,
        placementConstraints: [{ type: 'memberOf', expression: `ec2InstanceId == ${request.instanceId}` }],
        overrides: { containerOverrides: [{ name: request.container, command: [...request.command] }] },
        startedBy: request.startedBy,
        clientToken: request.clientToken,
        enableECSManagedTags: true,
        tags: tagList(request.tags),
    });
    const found = await (0,aws_errors/* asking */.os)(`run a task on instance ${request.instanceId}`, () => client.send(command));
    const arn = found.tasks?.[0]?.taskArn;
    if (arn !== undefined && (found.failures ?? []).length === 0)
        return arn;
    throw notPlaced(request.instanceId, found.failures ?? []);
}
function notPlaced(instanceId, failures) {
    const isAny = (prefix) => failures.some(({ reason }) => reason?.startsWith(prefix));
    const reasons = failures.map(failureText).join('; ') || 'ECS started none and gave no reason';
    const code = isAny('RESOURCE')
        ? 'instance-full'
        : isAny('AGENT')
            ? 'instance-disconnected'
            : 'task-not-placed';
    return new errors/* KitError */.Fb(`task not placed on instance ${instanceId}: ${reasons}`, {
        code,
        source: 'aws',
        hint: 'make room on the instance (CPU, memory, ports) or check its ECS agent',
    });
}
function failureText(failure) {
    const parts = [failure.reason, failure.detail].filter((part) => part !== undefined && part !== '');
    return `${parts.join(' – ') || 'no reason given'}${failure.arn ? ` (${failure.arn})` : ''}`;
}
async function describe(client, cluster, arns) {
    const found = [];
    for (const tasks of chunks(arns)) {
        const page = await (0,aws_errors/* asking */.os)(`describe tasks of cluster ${cluster}`, () => client.send(new dist_cjs/* DescribeTasksCommand */.z8X({ cluster, tasks })));
        found.push(...(page.tasks ?? []).map(ecs_task/* taskOf */.X));
    }
    return found;
}
async function tasksStartedBy(client, cluster, startedBy) {
    return pages(async (nextToken) => {
        const command = new dist_cjs/* ListTasksCommand */.MYg({ cluster, startedBy, ...nextToken });
        const page = await (0,aws_errors/* asking */.os)(`list tasks of cluster ${cluster}`, () => client.send(command));
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
    throw new errors/* KitError */.Fb(`ECS answered without ${what}`, { code: 'unexpected-answer', source: 'aws' });
}

// EXTERNAL MODULE: ./build/aws/logs.js
var aws_logs = __webpack_require__(44367);
// EXTERNAL MODULE: ./build/aws/object-store.js
var object_store = __webpack_require__(53143);
;// CONCATENATED MODULE: ./build/verify/destination.js
const destinations = {
    'tail-sampling': {
        networkMode: 'host',
        portMappings: [],
        endpoint: ({ agentGrpcPort }) => `localhost:${agentGrpcPort}`,
    },
};

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

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: ./build/kit/poll.js
var poll = __webpack_require__(7102);
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
function judgeGenerator(plan, task, lines, expectations) {
    const messages = [
        ...exitFaults(task),
        ...countFaults(plan, lines),
        ...exportFaults(lines),
        ...patternFaults(lines, expectations),
    ];
    const name = `generator of cohort ${plan.cohort} on ${plan.instance}`;
    return messages.map((message) => ({ code: 'generator-failed', message: `${name}: ${message}` }));
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
function exportFaults(lines) {
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

// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(38815);
;// CONCATENATED MODULE: ./build/collector/model.js


function readCollectorConfig(name, text) {
    let document;
    try {
        document = (0,dist/* parse */.qg)(text);
    }
    catch (error) {
        throw unreadable(name, (0,errors/* messageOf */.bD)(error), error);
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
    return new errors/* KitError */.Fb(`the collector config ${name} cannot be read: ${reason}`, {
        code: 'config-unreadable',
        source: 'user',
        cause,
    });
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
    const pipelines = Object.entries(config.pipelines).filter(([id]) => isOfType(id, 'traces'));
    const all = pipelines.map(([, pipeline]) => pipeline);
    const sampling = all.filter((pipeline) => pipeline.processors.some((id) => isOfType(id, 'tail_sampling')));
    if (sampling.length === 0)
        missing.push('no traces pipeline has a tail_sampling processor');
    for (const exporter of [tapNames.arrived, tapNames.kept]) {
        if (valueAt(config.exporters, exporter, 'verbosity') !== 'normal') {
            missing.push(`exporter ${exporter} is not there with verbosity normal`);
        }
    }
    missing.push(...missingBefore(all, sampling), ...missingAfter(all, sampling), ...missingLogs(config));
    return missing;
}
function samplesItsLog(config) {
    return valueAt(config.logs, 'sampling', 'enabled') !== false;
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


const spansPerTrace = 2;
function planGenerators(request) {
    const plans = request.cohorts.flatMap((cohort, offset) => split(cohort.traces, request.instances, offset).map(({ instance, traces }) => ({
        cohort: cohort.name,
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
        ...(plan.cohort === 'errors' ? ['--status-code=Error'] : []),
    ];
}

;// CONCATENATED MODULE: ./build/verify/run.js

function newRunId(now) {
    const stamp = new Date(now).toISOString().replace(/[-:]/g, '').slice(0, 15).toLowerCase();
    return `${stamp}-${(0,external_node_crypto_.randomBytes)(4).toString('hex')}`;
}
function verifyTags(runId) {
    return { 'ecs-tail-sampling': 'verify', 'ecs-tail-sampling:run': runId };
}

;// CONCATENATED MODULE: ./build/verify/generators.js







const size = { cpu: 256, memory: 512 };
const container = 'telemetrygen';
const family = 'telemetrygen-task';
const streamPrefix = 'ecs';
const generatorLogGroup = '/ecs/telemetrygen';
const logRetentionDays = 14;
const logLagMilliseconds = 30_000;
const reconnectMilliseconds = 60_000;
async function runGenerators(options) {
    const { tasks, logs, voice, clock, signal, deadline } = options;
    const log = { retentionDays: logRetentionDays, tags: verifyTags(options.runId) };
    await logs.ensureGroup(generatorLogGroup, log);
    const taskDefinition = await tasks.register(taskDefinitionOf(options));
    const generators = options.plans.map(waiting);
    try {
        const about = { what: 'generators', deadline, intervalSeconds: 2, clock, signal, heartbeat: voice.info };
        await (0,poll/* poll */.w)(about, async () => {
            await startWaiting(options, generators, taskDefinition);
            return follow(options, generators);
        });
    }
    finally {
        await cleanUp(options, generators, taskDefinition);
    }
    return generators.flatMap(({ plan, task, lines }) => judgeGenerator(plan, task, lines, options.expectations));
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
        cpu: String(size.cpu),
        memory: String(size.memory),
        tags: verifyTags(options.runId),
        container: {
            name: container,
            image: options.image,
            command: ['traces', '--help'],
            ...size,
            portMappings: options.destination.portMappings,
            logs: { group: generatorLogGroup, region: options.region, streamPrefix },
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
    const arn = await options.tasks.run({
        cluster: options.cluster,
        taskDefinition,
        instanceId: plan.instance,
        container,
        command: generatorCommand(plan, options.runId, options.endpoint),
        startedBy: startedBy(options.runId),
        clientToken: (0,external_node_crypto_.randomUUID)(),
        tags: verifyTags(options.runId),
    });
    const stream = `${streamPrefix}/${container}/${arn.split('/').at(-1)}`;
    generator.arn = arn;
    generator.reader = new aws_logs/* LogStreamReader */.Yw(options.logs, { group: generatorLogGroup, stream });
    options.voice.info(`${plan.cohort} on ${plan.instance}: ${plan.traces} traces, task ${arn.split('/').at(-1)}`);
}
function startedBy(runId) {
    return `verify-${runId}`;
}
async function follow(options, generators) {
    const arns = generators.flatMap(({ arn }) => arn ?? []);
    const described = arns.length === 0 ? [] : await options.tasks.describe(options.cluster, arns);
    const now = options.clock.now();
    for (const generator of generators) {
        const task = described.find(({ arn }) => arn === generator.arn);
        if (task !== undefined)
            generator.task = task;
        if (task?.lastStatus === 'STOPPED')
            generator.stoppedAt ??= now;
        await listen(options, generator);
    }
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
async function cleanUp({ tasks, cluster, runId, voice }, generators, taskDefinition) {
    const left = new Set(generators.filter(isRunning).flatMap(({ arn }) => arn ?? []));
    try {
        for (const arn of await tasks.startedBy(cluster, startedBy(runId)))
            left.add(arn);
    }
    catch (error) {
        voice.warning(`clean-up: ${(0,errors/* messageOf */.bD)(error)}`);
    }
    for (const { arn, stoppedAt } of generators) {
        if (arn !== undefined && stoppedAt !== undefined)
            left.delete(arn);
    }
    const stops = [...left].map((arn) => tasks.stop(cluster, arn, `verification ${runId} is over`));
    for (const outcome of await Promise.allSettled([...stops, tasks.deregister(taskDefinition)])) {
        if (outcome.status === 'rejected')
            voice.warning(`clean-up: ${(0,errors/* messageOf */.bD)(outcome.reason)}`);
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
    'tap-unreadable',
    'deadline-exceeded',
    'export-failed',
    'traces-lost',
    'traces-surplus',
    'foreign-traces',
    'split-trace',
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
function judgeRouting({ gateways, agents, split, foreign, keptUnseen }) {
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
        if (arrived === 0)
            add('gateway-idle', `gateway ${task} got no trace of the run`);
    }
    if (agents.length === 0)
        add('agent-idle', 'no instance was given traces');
    for (const { instance, arrived } of agents) {
        if (arrived === 0)
            add('agent-idle', `no trace arrived through the agent of instance ${instance}`);
    }
    return faults;
}

;// CONCATENATED MODULE: ./build/verify/counts.js


function countsOf(tally, { cohorts, plans, gateways }) {
    const sent = new Set(plans.map(({ cohort, instance }) => JSON.stringify([cohort, instance])));
    const all = [...tally.traces];
    const isOurs = (trace) => sent.has(JSON.stringify([trace.cohort, trace.instance]));
    const ours = all.map(([, trace]) => trace).filter(isOurs);
    const arrived = ours.filter((trace) => trace.arrived.size > 0);
    const instances = [...new Set(plans.map((plan) => plan.instance))];
    return {
        cohorts: cohorts.map((cohort) => cohortCounts(cohort, ours)),
        gateways: gateways.map((task) => ({
            task,
            arrived: arrived.filter((trace) => trace.gateways.has(task)).length,
        })),
        agents: instances.map((instance) => ({
            instance,
            arrived: arrived.filter((trace) => trace.instance === instance).length,
        })),
        split: all.filter(([, trace]) => trace.gateways.size > 1).map(([id]) => id),
        foreign: all.length - ours.length,
        keptUnseen: ours.filter((trace) => trace.kept.size > 0 && trace.arrived.size === 0).length,
        duplicateSpans: tally.duplicateSpans,
    };
}
function cohortCounts(cohort, ours) {
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

// EXTERNAL MODULE: ./build/aws/task-definition.js
var task_definition = __webpack_require__(80015);
;// CONCATENATED MODULE: ./build/verify/gateways.js




const convergenceMilliseconds = 120_000;
async function runningTasks(services, cluster, service) {
    const tasks = await services.tasks({ cluster, service, desiredStatus: 'RUNNING' });
    return tasks.filter((task) => task.lastStatus === 'RUNNING').sort((a, b) => a.id.localeCompare(b.id));
}
async function allGateways(services, target, { clock, signal, deadline, say }) {
    const what = `gateway service ${target.gatewayService}`;
    const soon = Math.min(deadline, clock.now() + convergenceMilliseconds);
    const about = { what, deadline: soon, intervalSeconds: 3, clock, signal, heartbeat: say };
    return (0,poll/* poll */.w)(about, async () => {
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
    throw new errors/* KitError */.Fb(`task ${other.id} runs ${other.taskDefinition}, which is not of the stack`, {
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
            const stream = (0,task_definition/* logStream */.V)(container, task.id);
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
        const [last] = await (0,aws_logs/* tailOf */.Cj)(logs, gateway.where, 1);
        return { ...gateway, mark: last?.timestamp };
    }));
}
async function lastGatewayChange(services, target, running) {
    const { cluster, gatewayService: service } = target;
    const stopped = await services.tasks({ cluster, service, desiredStatus: 'STOPPED' });
    const times = [
        ...running.map((task) => task.startedAt ?? task.createdAt),
        ...stopped.map((task) => task.stoppedAt),
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
    return new errors/* KitError */.Fb(`the log of gateway ${task.id} cannot be read: its collector does not use awslogs with a prefix`, {
        code: 'tap-unreadable',
        source: 'user',
        hint: 'the tap is read from CloudWatch Logs; set logDriver awslogs and awslogs-stream-prefix',
    });
}
function noGateway({ cluster, gatewayService }) {
    return new errors/* KitError */.Fb(`service ${gatewayService} of cluster ${cluster} is asked for no gateway`, {
        code: 'gateways-unavailable',
        source: 'user',
        hint: 'deploy the stack, or raise its number of gateways',
    });
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
            reader: new aws_logs/* LogStreamReader */.Yw(options.logs, gateway.where, gateway.mark),
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
const quietSeconds = 7;
const arrivalPatienceSeconds = 60;
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
        if (arrived < this.#generated && quiet < arrivalPatienceSeconds) {
            return `${arrived} of ${this.#generated} traces have arrived`;
        }
        const seen = `${arrived} traces have arrived, ${tally.keptSpans} spans are kept`;
        const printedAt = Math.min(lastArrivalAt, this.#arrivalSeenAt);
        const readable = Math.max(printedAt + logLagSeconds * 1000, this.#arrivalSeenAt);
        const due = readable + (this.#options.decisionWaitSeconds + decisionTailSeconds) * 1000;
        if (arrived > 0 && now < due)
            return `${seen}, decisions are open`;
        if (quiet < quietSeconds)
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
    const after = await runningTasks(services, target.cluster, target.gatewayService);
    const added = after.filter(({ id }) => !gatewaysBefore.some((task) => task.id === id));
    const account = added.length === 0 ? reader : await readAll(options, added);
    const counts = countsOf(account.tally, {
        cohorts: options.cohorts,
        plans: options.plans,
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
    const gateways = [...options.gatewayLogs, ...(await gatewayLogs(options.services, added))];
    const reader = new TapReader({ ...options, gateways });
    await reader.read(options.signal);
    reader.end();
    return reader;
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
        cohortTable(counts),
        shareTable('Gateway (task)', counts.gateways.map(({ task, arrived }) => [task, arrived])),
        shareTable('Agent (instance)', counts.agents.map(({ instance, arrived }) => [instance, arrived])),
        ...(counts.duplicateSpans === 0
            ? []
            : [`${counts.duplicateSpans} spans were seen more than once (retries) and counted once.`]),
        ...(passed || request.complaints.length === 0 ? [] : [complaintList(request.complaints)]),
    ];
    return `${parts.join('\n\n')}\n`;
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
        cohorts: cohortRecords(counts),
        gateways: counts.gateways,
        agents: counts.agents,
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

;// CONCATENATED MODULE: ./build/collector/timing.js


const defaultDecisionWait = '30s';
const resolverDefaults = {
    aws_cloud_map: { interval: '30s', timeout: '5s' },
    dns: { interval: '5s', timeout: '1s' },
};
function decisionWaitSeconds(config) {
    const inUse = new Set(Object.values(config.pipelines).flatMap((pipeline) => pipeline.processors));
    const samplers = [...inUse].filter((id) => isOfType(id, 'tail_sampling'));
    if (samplers.length === 0)
        throw cannotTell(config, 'no pipeline uses a tail_sampling processor');
    return Math.max(...samplers.map((id) => {
        const value = valueAt(config.processors, id, 'decision_wait') ?? defaultDecisionWait;
        return seconds(config, `processors.${id}.decision_wait`, value);
    }));
}
function resolverSeconds(config) {
    const inUse = new Set(Object.values(config.pipelines).flatMap((pipeline) => pipeline.exporters));
    const routers = [...inUse].filter((id) => isOfType(id, 'loadbalancing', 'load_balancing'));
    if (routers.length === 0)
        throw cannotTell(config, 'no pipeline uses a loadbalancing exporter');
    return Math.max(...routers.map((id) => resolverOf(config, id)));
}
function resolverOf(config, id) {
    for (const [kind, defaults] of Object.entries(resolverDefaults)) {
        const path = ['exporters', id, 'resolver', kind];
        const resolver = valueAt(config, ...path);
        if (resolver === undefined)
            continue;
        const interval = valueAt(resolver, 'interval') ?? defaults.interval;
        const timeout = valueAt(resolver, 'timeout') ?? defaults.timeout;
        return (seconds(config, `${path.join('.')}.interval`, interval) +
            seconds(config, `${path.join('.')}.timeout`, timeout));
    }
    if (valueAt(config.exporters, id, 'resolver', 'static') !== undefined)
        return 0;
    throw cannotTell(config, `exporters.${id}.resolver is of no kind that is known here`);
}
function seconds(config, path, value) {
    const parsed = durationSeconds(value);
    if (parsed === undefined)
        throw cannotTell(config, `${path} is no duration: ${String(value)}`);
    return parsed;
}
function cannotTell(config, reason) {
    return new errors/* KitError */.Fb(`the collector config ${config.name} cannot be judged: ${reason}`, {
        code: 'config-unreadable',
        source: 'user',
        hint: 'give durations as 10s or 1m30s',
    });
}

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
    const missing = missingFromTap(gatewayConfig);
    if (missing.length > 0)
        throw tapMissing(gatewayConfig, missing);
    const instances = await connectedInstances(target, ports);
    const patience = { clock, signal, deadline, say: reporter.info };
    const gateways = await allGateways(ports.services, target, patience);
    reporter.info(`release ${release.id}, cluster ${target.cluster}: ${instances.length} instances, ${gateways.length} gateways`);
    const agents = await runningTasks(ports.services, target.cluster, target.agentService);
    const resources = await ports.cloudFormation.resources(stackName);
    const revisions = resources.filter(({ type }) => type === 'AWS::ECS::TaskDefinition');
    requireRevision([...gateways, ...agents], revisions.flatMap(({ physicalId }) => physicalId ?? []));
    const changedAt = await lastGatewayChange(ports.services, target, gateways);
    await waitForResolvers(changedAt, resolverSeconds(agentConfig), patience);
    return {
        target,
        releaseId: release.id,
        instances,
        gateways,
        gatewayLogs: await marked(await gatewayLogs(ports.services, gateways), ports.logs),
        decisionWaitSeconds: decisionWaitSeconds(gatewayConfig),
        samplesLog: samplesItsLog(gatewayConfig),
        currentRelease: async () => (await runningRelease(stackName, ports)).id,
    };
}
async function configOf(role, { topology, stackName }, release, { objects }) {
    const parameter = topologies/* topologies */.q[topology].roles.find((each) => each.role === role)?.configParameter;
    const key = release.configs.find((config) => config.parameter === parameter)?.key;
    const bytes = key === undefined ? undefined : await objects.get({ bucket: release.bucket, key });
    if (key !== undefined && bytes !== undefined)
        return readCollectorConfig(key, bytes.toString('utf8'));
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
function tapMissing(config, missing) {
    return new errors/* KitError */.Fb(`the gateway config ${config.name} has no complete tap: ${missing.join('; ')}`, {
        code: 'tap-missing',
        source: 'user',
        hint: 'copy the tap from configs/sampling-config.yaml; without it what was kept cannot be counted',
    });
}

;// CONCATENATED MODULE: ./build/steps/verify.js















async function verify_run(settings, deps) {
    const { region } = settings;
    await verify(settings, deps, {
        cloudFormation: (0,cloudformation/* cloudFormation */.T)(region),
        services: (0,ecs_services/* ecsServices */._)(region),
        tasks: ecsTasks(region),
        logs: (0,aws_logs/* cloudWatchLogs */.Cv)(region),
        objects: (0,object_store/* objectStore */.D)(region),
    });
}
async function verify(settings, deps, ports) {
    const { reporter, clock, signal } = deps;
    const startedAt = clock.now();
    const deadline = startedAt + settings.verify.timeoutSeconds * 1000;
    const runId = newRunId(startedAt);
    reporter.output('run-id', runId);
    const scene = await reporter.group('Look at the stack', () => surveyStack(settings, { ...deps, deadline }, ports));
    const run = { ...ports, clock, signal, voice: reporter, deadline, startedAt, runId };
    const plans = planGenerators({
        cohorts: settings.verify.cohorts,
        instances: scene.instances,
        tracesPerSecond: settings.verify.tracesPerSecond,
    });
    reporter.output('generated', plans.reduce((sum, plan) => sum + plan.traces, 0));
    const generatorFaults = await reporter.group('Send traces', () => runGenerators({ ...run, ...generatorSettings(settings, scene), plans }));
    const observed = await reporter.group('Read the tap', () => observe({
        ...run,
        ...scene,
        gatewaysBefore: scene.gateways,
        cohorts: settings.verify.cohorts,
        plans,
    }));
    outputCounts(reporter, observed.counts);
    const faults = judge({
        ...observed,
        generatorFaults,
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
        counts: observed.counts,
    };
    reporter.summary(verifySummary({
        ...account,
        faults,
        complaints: observed.complaints,
        seconds: (endedAt - startedAt) / 1000,
    }));
    if (faults.length > 0)
        throw new VerificationFailed(`verification of stack ${settings.stackName}`, faults);
    const { decisionWaitSeconds } = scene;
    await writeEvidence(settings, deps, ports, { ...account, decisionWaitSeconds, startedAt, endedAt });
}
function generatorSettings({ topology, region, verify }, { target }) {
    const destination = destinations[topology];
    return {
        region,
        image: verify.image,
        cluster: target.cluster,
        executionRoleArn: target.executionRoleArn,
        destination,
        endpoint: destination.endpoint(target),
        expectations: verify,
    };
}


/***/ })

};
