export const id = 408;
export const ids = [408];
export const modules = {

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

/***/ 7408:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  run: () => (/* binding */ run),
  scale: () => (/* binding */ scale)
});

// EXTERNAL MODULE: ./build/aws/cloud-map.js
var cloud_map = __webpack_require__(62540);
// EXTERNAL MODULE: ./build/aws/cloudformation.js + 2 modules
var cloudformation = __webpack_require__(54787);
// EXTERNAL MODULE: ./build/aws/ecs-services.js
var ecs_services = __webpack_require__(42768);
// EXTERNAL MODULE: ./build/aws/log-tail.js
var log_tail = __webpack_require__(77243);
// EXTERNAL MODULE: ./build/aws/object-store.js
var object_store = __webpack_require__(53143);
// EXTERNAL MODULE: ./build/kit/errors.js
var errors = __webpack_require__(3844);
// EXTERNAL MODULE: ./build/stack/execute.js + 5 modules
var execute = __webpack_require__(42981);
// EXTERNAL MODULE: ./build/stack/rejoin.js
var rejoin = __webpack_require__(68406);
// EXTERNAL MODULE: ./build/steps/planning.js + 5 modules
var planning = __webpack_require__(1470);
// EXTERNAL MODULE: ./build/collector/model.js
var model = __webpack_require__(46805);
// EXTERNAL MODULE: ./build/collector/timing.js
var timing = __webpack_require__(95676);
// EXTERNAL MODULE: ./build/inputs/topologies.js
var topologies = __webpack_require__(94079);
// EXTERNAL MODULE: ./build/release/hash.js
var hash = __webpack_require__(84016);
// EXTERNAL MODULE: ./build/stack/plan.js
var stack_plan = __webpack_require__(97880);
// EXTERNAL MODULE: ./build/stack/prepare.js
var prepare = __webpack_require__(16320);
;// CONCATENATED MODULE: ./build/steps/scale-plan.js








async function sightStack(settings, ports, waiting) {
    const { stackName, topology, scale } = settings;
    const stack = await (0,prepare/* prepareStack */.e)(stackName, false, ports.cloudFormation, waiting);
    if (!stack)
        throw notFound(stackName);
    const found = (0,topologies/* scalableRoles */.BL)(topology).find(({ role }) => role === scale?.role);
    if (!found)
        throw new Error(`no scalable role ${scale?.role}`);
    const { scaling } = found;
    const now = stack.parameters[scaling.countParameter];
    if (now === undefined)
        throw unfit(stackName, `parameter ${scaling.countParameter}`, 'parameter-missing');
    const service = outputOf(stack, scaling.serviceOutput);
    const cluster = outputOf(stack, 'ClusterName');
    waiting.say(`stack ${stackName} is in ${stack.status}, ${scaling.countParameter} is ${now}`);
    const key = stack.parameters[(0,topologies/* configParameter */.ix)(topology, scaling.routedBy)] ?? '';
    const seconds = await routingSeconds(stack, key, ports);
    return { stack, scaling, service, cluster, routing: { cluster, seconds } };
}
async function routingSeconds({ name, parameters }, key, { objects }) {
    const bucket = parameters['S3ConfigBucket'] ?? '';
    const bytes = key === '' ? undefined : await objects.get({ bucket, key });
    if (bytes !== undefined)
        return (0,timing/* resolverSeconds */.y)((0,model/* readCollectorConfig */.Uw)(key, bytes.toString('utf8')));
    throw new errors/* KitError */.Fb(`stack ${name} reads s3://${bucket}/${key}, which does not exist`, {
        code: 'object-not-found',
        source: 'user',
        hint: 'Its tasks cannot start again without it; deploy the release anew.',
    });
}
function countContent(stackName, { role, count }) {
    return (0,hash/* short */.h0)((0,hash/* sha256 */.sc)(`scale ${stackName} ${role} ${count}`));
}
async function planCount({ stackName, wanted, sight }, deps, cloudFormation, waiting) {
    const { stack, scaling, service } = sight;
    const name = scaling.countParameter;
    const before = stack.parameters[name] ?? '';
    const request = {
        stackName,
        base: stack,
        name: `scale-${wanted.role}-${wanted.count}-${(0,hash/* short */.h0)((0,hash/* sha256 */.sc)(`${stack.id} ${stack.lastUpdated}`))}`,
        content: countContent(stackName, wanted),
        description: `${wanted.role}: ${wanted.count} tasks`,
        template: { previous: true },
        declared: Object.keys(stack.parameters),
        parameters: { [name]: String(wanted.count) },
        tags: {},
    };
    const plan = await (0,stack_plan/* planStack */.q)(request, cloudFormation, waiting);
    deps.reporter.output('stack-id', stack.id);
    deps.reporter.output('has-changes', !plan.isEmpty);
    if (plan.isEmpty)
        waiting.say(`${name} is ${before} already: nothing is executed`);
    else
        (0,planning/* sayPlan */.fo)(deps, plan, [{ name, before, after: String(wanted.count) }]);
    return { plan, changed: !plan.isEmpty, service, before, count: wanted.count };
}
function outputOf({ name, outputs }, output) {
    const value = outputs[output];
    if (value)
        return value;
    throw unfit(name, `output ${output}`, 'stack-outputs-missing');
}
function notFound(stackName) {
    return new errors/* KitError */.Fb(`there is no stack ${stackName} to scale`, {
        code: 'stack-not-found',
        source: 'user',
        hint: 'Deploy it first.',
    });
}
function unfit(stackName, lacks, code) {
    return new errors/* KitError */.Fb(`stack ${stackName} cannot be scaled: it has no ${lacks}`, {
        code,
        source: 'user',
        hint: "Deploy it with the kit's template, or give your template the same names.",
    });
}

// EXTERNAL MODULE: ./build/kit/poll.js
var poll = __webpack_require__(7102);
// EXTERNAL MODULE: ./build/stack/waiting.js
var stack_waiting = __webpack_require__(96132);
// EXTERNAL MODULE: ./build/verify/gateways.js
var gateways = __webpack_require__(57813);
;// CONCATENATED MODULE: ./build/steps/scale-routing.js



async function waitForRouting(service, { cluster, seconds }, { ports, waiting }) {
    const running = await (0,gateways/* runningTasks */.C1)(ports.ecs, cluster, service);
    const target = { cluster, gatewayService: service };
    const changedAt = await (0,gateways/* lastGatewayChange */.RI)(ports.ecs, target, running, waiting.clock);
    const known = changedAt + seconds * 1000;
    await (0,poll/* poll */.w)({ ...(0,stack_waiting/* pollOptions */.O)(waiting), what: 'the routing', intervalSeconds: 1, heartbeat: waiting.say }, async () => waiting.clock.now() >= known
        ? { done: true, value: undefined }
        : { done: false, state: `a change is known to every agent after ${seconds} s` });
}

// EXTERNAL MODULE: ./build/steps/services-in-step.js + 2 modules
var services_in_step = __webpack_require__(57039);
;// CONCATENATED MODULE: ./build/steps/scale-summary.js

function scaleSummary({ settings, planned, wanted, services, seconds }) {
    const { stackName, environment, region } = settings;
    const what = planned.changed
        ? `${wanted.role} scaled from ${planned.before} to ${planned.count}`
        : `${wanted.role} unchanged at ${planned.count}: nothing was executed`;
    return [
        `### Stack \`${stackName}\` (${environment}, ${region}): ${what}`,
        '',
        `Cloud Map lists exactly the running tasks, and the routing knows them · ${seconds} s`,
        '',
        (0,services_in_step/* servicesTable */.lt)(services),
    ].join('\n');
}

;// CONCATENATED MODULE: ./build/steps/scale.js













async function run(settings, deps) {
    const { region } = settings;
    await deps.reporter.group('Prove the AWS identity', () => (0,planning/* proveIdentity */.LU)(settings, deps));
    await scale(settings, deps, {
        cloudFormation: (0,cloudformation/* cloudFormation */.T)(region),
        ecs: (0,ecs_services/* ecsServices */._)(region),
        cloudMap: (0,cloud_map/* cloudMap */.u)(region),
        logTail: (0,log_tail/* logTail */.R)(region),
        objects: (0,object_store/* objectStore */.D)(region),
    });
}
async function scale(settings, deps, ports) {
    const { reporter, clock } = deps;
    const { stackName } = settings;
    const wanted = settings.scale;
    if (!wanted)
        throw new Error('scale runs without its settings');
    const started = clock.now();
    const waiting = {
        clock,
        signal: deps.signal,
        deadline: started + wanted.timeoutSeconds * 1000,
        say: (line) => reporter.info(line),
        ledger: deps.ledger,
    };
    const sight = await reporter.group(`Look at stack ${stackName}`, async () => {
        await (0,rejoin/* rejoin */.A)({ stackName, content: countContent(stackName, wanted) }, ports, waiting);
        return sightStack(settings, ports, waiting);
    });
    const planned = await reporter.group('Plan the change', () => planCount({ stackName, wanted, sight }, deps, ports.cloudFormation, waiting));
    if (planned.changed) {
        await reporter.group('Execute the change set', () => (0,execute/* executePlan */.v)(stackName, planned.plan, ports, waiting));
    }
    const stack = await (0,services_in_step/* currentStack */.YQ)(stackName, sight.stack.id, ports.cloudFormation);
    reporter.output('stack-outputs', JSON.stringify(stack.outputs));
    const services = await reporter.group('Wait for services and Cloud Map', () => countedServices(stack, planned, { since: started, ports, waiting }));
    await reporter.group('Wait for the routing', () => waitForRouting(planned.service, sight.routing, { ports, waiting }));
    reporter.output('task-count', wanted.count);
    const seconds = Math.round((clock.now() - started) / 1000);
    reporter.summary(scaleSummary({ settings, planned, wanted, services, seconds }));
}
async function countedServices(stack, { service, count }, { since, ports, waiting }) {
    const mayBeEmpty = count === 0 ? service : undefined;
    const services = await (0,services_in_step/* servicesInStep */.e)(stack, { since, mayBeEmpty }, ports, waiting);
    const found = services.find(({ name }) => name === service);
    if (found?.desired === count)
        return services;
    const state = found ? `is asked for ${found.desired} tasks` : 'is not of the stack';
    throw new errors/* KitError */.Fb(`service ${service} ${state}, though stack ${stack.name} says ${count}`, {
        code: 'count-not-in-force',
        source: 'user',
        hint: 'Something sets the number past the stack; stop it, then scale to another number and back.',
    });
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


/***/ })

};
