export const id = 225;
export const ids = [225];
export const modules = {

/***/ 62540:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   u: () => (/* binding */ cloudMap)
/* harmony export */ });
/* harmony import */ var _aws_sdk_client_servicediscovery__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(80948);
/* harmony import */ var _client_config_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(98968);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(68127);



function cloudMap(region) {
    const client = new _aws_sdk_client_servicediscovery__WEBPACK_IMPORTED_MODULE_2__/* .ServiceDiscoveryClient */ .rjH((0,_client_config_js__WEBPACK_IMPORTED_MODULE_0__/* .clientConfig */ .y)(region));
    return {
        async registeredInstances(serviceId) {
            const found = [];
            let NextToken;
            do {
                const page = await (0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .asking */ .os)(`list the instances of Cloud Map service ${serviceId}`, () => client.send(new _aws_sdk_client_servicediscovery__WEBPACK_IMPORTED_MODULE_2__/* .ListInstancesCommand */ ._SW({
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


/***/ }),

/***/ 77243:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R: () => (/* binding */ logTail)
/* harmony export */ });
/* harmony import */ var _logs_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(44367);

function logTail(region) {
    const logs = (0,_logs_js__WEBPACK_IMPORTED_MODULE_0__/* .cloudWatchLogs */ .Cv)(region);
    return async (group, stream, lines) => (await (0,_logs_js__WEBPACK_IMPORTED_MODULE_0__/* .tailOf */ .Cj)(logs, { group, stream }, lines)).map(({ message }) => message.trimEnd());
}


/***/ }),

/***/ 97942:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   HG: () => (/* binding */ taskText),
/* harmony export */   Vr: () => (/* binding */ failedTasksOf),
/* harmony export */   Xu: () => (/* binding */ hasLog),
/* harmony export */   e3: () => (/* binding */ withChain),
/* harmony export */   qE: () => (/* binding */ diagnoseService),
/* harmony export */   xB: () => (/* binding */ DiagnosedError)
/* harmony export */ });
/* unused harmony export headline */
/* harmony import */ var _aws_ecs_services_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(42768);
/* harmony import */ var _aws_task_definition_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(80015);
/* harmony import */ var _kit_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3844);



const logLines = 20;
const headlineLength = 500;
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
        const declared = definition.containers.find((each) => each.name === container.name);
        if (!declared)
            return links;
        if (declared.command.length > 0)
            links.push({ what: 'command', text: declared.command.join(' ') });
        links.push(...(await logLinks(declared, task.id, ports.logTail)));
    }
    catch (error) {
        links.push({ what: 'diagnosis', text: `ends here: ${(0,_kit_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .messageOf */ .bD)(error)}` });
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
        .filter((task) => !(0,_aws_ecs_services_js__WEBPACK_IMPORTED_MODULE_0__/* .wasWanted */ .l)(task) && endOf(task) >= since)
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
async function logLinks(declared, taskId, logTail) {
    const stream = (0,_aws_task_definition_js__WEBPACK_IMPORTED_MODULE_2__/* .logStream */ .V)(declared, taskId);
    if (!declared.log || !stream)
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
class DiagnosedError extends _kit_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .KitError */ .Fb {
    links;
    constructor(message, { code, source, hint, cause }, links) {
        super(message, { code, source, cause, ...(hint === undefined ? {} : { hint }) });
        this.links = links;
    }
}
function withChain(error, links) {
    if (links.length === 0)
        return error;
    const deeper = headline(links);
    const first = deeper === undefined || error.message.includes(deeper) ? error.message : `${error.message} | ${deeper}`;
    const lines = links.map(({ what, text }) => `  ${what.padEnd(13)} ${text}`);
    return new DiagnosedError([first, ...lines].join('\n'), error, links);
}
function headline(links) {
    const said = lastWords(links.filter(({ what }) => what === 'log').map(({ text }) => text));
    return (said ?? links.findLast(({ what }) => !['log', 'no log', 'deployment', 'command'].includes(what))?.text);
}
function lastWords(lines) {
    const closing = lines.findLastIndex((line) => line.startsWith('Error: '));
    if (closing < 0)
        return lines.findLast((line) => telling.test(line));
    const [first = '', ...below] = lines.slice(closing);
    const text = below.reduce((said, line) => (said.endsWith(':') ? `${said} ${line.trim()}`.trimEnd() : said), first);
    return text.length > headlineLength ? `${text.slice(0, headlineLength)}…` : text;
}


/***/ }),

/***/ 42981:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  v: () => (/* binding */ executePlan),
  i: () => (/* binding */ followChange)
});

// EXTERNAL MODULE: ./build/kit/errors.js
var errors = __webpack_require__(3844);
// EXTERNAL MODULE: ./build/stack/diagnosis.js
var diagnosis = __webpack_require__(97942);
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

// EXTERNAL MODULE: ./build/stack/status.js
var stack_status = __webpack_require__(87773);
// EXTERNAL MODULE: ./build/stack/waiting.js
var stack_waiting = __webpack_require__(96132);
;// CONCATENATED MODULE: ./build/stack/monitor.js




async function followOperation(operation, start, ports, waiting) {
    const poller = eventPoller(() => ports.cloudFormation.events(operation.stackId));
    if (!operation.isJoined)
        await poller.prime();
    await start();
    const events = [];
    const { heartbeat, noted } = (0,stack_waiting/* quietHeartbeat */.r)(waiting);
    const look = async () => {
        const known = events.length;
        const status = await drain(operation, poller, events, ports.onEvent);
        if (events.length > known)
            noted();
        return status;
    };
    try {
        return await (0,poll/* poll */.w)({
            ...(0,stack_waiting/* pollOptions */.O)(waiting),
            what: 'the stack operation',
            heartbeat,
            known: () => pendingState(events),
            hint: 'Run the step again: it waits for what still ends, and goes on from there.',
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
    return events.find((event) => isStack(event) && (0,stack_status/* isTerminal */.Hd)(event.status))?.status;
}
function belongs(operation, before, event) {
    if (before.some((each) => isStack(each) && (0,stack_status/* isTerminal */.Hd)(each.status)))
        return false;
    if (before.length > 0 || event.token === operation.token)
        return true;
    return event.token === undefined && !operation.isJoined;
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

// EXTERNAL MODULE: ./build/stack/services.js
var services = __webpack_require__(73287);
;// CONCATENATED MODULE: ./build/stack/service-watch.js




const serviceType = 'AWS::ECS::Service';
const skewMilliseconds = 5_000;
function serviceWatch(ports, waiting) {
    const since = waiting.clock.now() - skewMilliseconds;
    const inWork = new Map();
    const news = newsReader(ports, waiting, since);
    const chains = new Map();
    let blind = false;
    async function diagnose(service) {
        const found = await (0,diagnosis/* diagnoseService */.qE)(service, since, ports);
        const before = chains.get(service.logicalId) ?? [];
        chains.delete(service.logicalId);
        chains.set(service.logicalId, (0,diagnosis/* hasLog */.Xu)(before) && !(0,diagnosis/* hasLog */.Xu)(found) ? before : found);
    }
    return {
        async onEvent(event) {
            if (event.type !== serviceType || !event.physicalId)
                return;
            const service = (0,services/* stackService */.i)(event.logicalId, event.physicalId, await clusterOf(event, ports));
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
                if (waiting.signal.aborted)
                    throw error;
                blind = true;
                waiting.say(`what the services say is not shown: ${(0,errors/* messageOf */.bD)(error)}`);
            }
            return news.newest();
        },
        async chain(logicalId) {
            const [service] = inWork.values();
            if (chains.size === 0 && service)
                await diagnose(service);
            const wanted = [logicalId ?? '', ...inWork.keys()].find((id) => chains.has(id));
            return (wanted === undefined ? [...chains.values()].at(-1) : chains.get(wanted)) ?? [];
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
            const failed = (await (0,diagnosis/* failedTasksOf */.Vr)(service, since, ecs)).reverse();
            return failed.filter((task) => tell(task.stoppedAt, `task ${(0,diagnosis/* taskText */.HG)(task)}`)).length > 0;
        },
    };
}
async function clusterOf({ physicalId, stackId }, { cloudFormation }) {
    if ((physicalId?.split('/').length ?? 0) > 2)
        return 'default';
    const stack = await cloudFormation.find(stackId).catch(() => undefined);
    return stack?.parameters['ClusterName'] ?? 'default';
}

// EXTERNAL MODULE: ./build/stack/token.js
var stack_token = __webpack_require__(23294);
;// CONCATENATED MODULE: ./build/stack/execute.js








const requestToken = / \(RequestToken: [^)]*\)/;
async function executePlan(stackName, { changeSet, content, entry }, ports, waiting) {
    const { stackId, id } = changeSet;
    const token = (0,stack_token/* executionToken */._J)(content, id);
    const start = () => {
        entry.note({ token });
        return ports.cloudFormation.executeChangeSet(id, token);
    };
    return followChange({ stackName, operation: { stackId, token }, start, entry }, ports, waiting);
}
async function followChange({ stackName, operation, start, entry }, ports, waiting) {
    const { cloudFormation } = ports;
    const watch = serviceWatch(ports, waiting);
    const onEvent = async (event) => {
        waiting.say(eventLine(event));
        await watch.onEvent(event);
    };
    try {
        const monitor = { cloudFormation, onEvent, onLook: watch.onLook };
        const end = await followOperation(operation, start, monitor, waiting);
        const { isSuccess } = (0,stack_status/* stackStatus */.d0)(end.status);
        if (!isSuccess)
            await removeExecuted(entry.thing, operation, ports, waiting);
        entry.close();
        if (!isSuccess)
            throw stackFailed(stackName, end, await watch.chain(rootCause(end.events)?.logicalId));
        return end;
    }
    catch (error) {
        const mayLook = (0,errors/* isKitError */.Jt)(error, 'deadline-exceeded') && !waiting.signal.aborted;
        throw mayLook ? (0,diagnosis/* withChain */.e3)(error, await watch.chain()) : error;
    }
}
async function removeExecuted({ changeSet }, { stackId }, { cloudFormation }, { say }) {
    if (changeSet === undefined)
        return;
    await cloudFormation.deleteChangeSet(changeSet, stackId).catch((error) => {
        if (!(0,errors/* isKitError */.Jt)(error, 'change-set-not-found'))
            say(`left behind: change set ${changeSet} (${(0,errors/* messageOf */.bD)(error)})`);
    });
}
function stackFailed(stackName, { status, events }, links) {
    const cause = rootCause(events);
    const reason = cause
        ? `${cause.logicalId} (${cause.type}): ${(cause.reason ?? cause.status).replace(requestToken, '')}`
        : 'CloudFormation gives no reason';
    const error = new errors/* KitError */.Fb(`stack ${stackName} ended in ${status}: ${reason}`, {
        code: (0,stack_status/* stackStatus */.d0)(status).isRolledBack ? 'deployment-rolled-back' : 'deployment-failed',
        source: 'aws',
    });
    return (0,diagnosis/* withChain */.e3)(error, links);
}


/***/ }),

/***/ 97880:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   q: () => (/* binding */ planStack)
/* harmony export */ });
/* unused harmony export discardPlan */
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var _kit_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3844);
/* harmony import */ var _kit_poll_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7102);
/* harmony import */ var _status_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(87773);
/* harmony import */ var _token_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(23294);
/* harmony import */ var _waiting_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(96132);






async function planStack(request, cloudFormation, waiting) {
    const kind = request.base ? 'update' : 'create';
    const { stackName, base, name, content } = request;
    const entry = waiting.ledger.open({
        ...{ kind: 'change', operation: kind, stackName, changeSet: name },
        ...(base ? { stackId: base.id } : {}),
    });
    const made = await create(request, cloudFormation, waiting).catch((error) => {
        if ((0,_kit_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .isKitError */ .Jt)(error, 'access-denied', 'request-invalid', 'credentials-invalid'))
            entry.close();
        throw error;
    });
    entry.note({ stackId: made.stackId, isPlanned: true });
    try {
        const changeSet = await completed(made.id, cloudFormation, waiting);
        if (changeSet.status !== 'FAILED')
            return { kind, changeSet, isEmpty: false, content, entry };
        if (!(0,_status_js__WEBPACK_IMPORTED_MODULE_4__/* .isEmptyChangeSet */ .GL)(changeSet.status, changeSet.reason))
            throw failed(stackName, changeSet);
        await discardPlan(changeSet, cloudFormation);
        entry.close();
        return { kind, changeSet, isEmpty: true, content, entry };
    }
    catch (error) {
        if (!(0,_kit_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .isKitError */ .Jt)(error, 'change-set-failed'))
            throw error;
        await discardPlan({ id: made.id, stackId: made.stackId }, cloudFormation).then(() => entry.close(), (left) => waiting.say(`left behind: change set ${made.id} (${(0,_kit_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .messageOf */ .bD)(left)})`));
        throw error;
    }
}
async function discardPlan({ id, stackId }, cloudFormation) {
    await cloudFormation.deleteChangeSet(id, stackId);
    const stack = await cloudFormation.find(stackId);
    if (!stack || !(0,_status_js__WEBPACK_IMPORTED_MODULE_4__/* .stackStatus */ .d0)(stack.status).isInReview)
        return;
    const others = (await cloudFormation.changeSetNames(stackId)).filter((name) => !id.includes(`/${name}/`));
    if (others.length === 0)
        await cloudFormation.deleteStack(stackId, (0,_token_js__WEBPACK_IMPORTED_MODULE_3__/* .withdrawalToken */ .Bt)('delete'));
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
        token: `plan-${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUID)()}`,
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
        if (!(0,_kit_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .isKitError */ .Jt)(error, 'already-exists'))
            throw error;
        waiting.say(`change set ${name} exists: replacing it`);
        await deleteWhenPossible(name, base?.id ?? stackName, cloudFormation, waiting);
        return await submit();
    }
}
async function deleteWhenPossible(name, stack, cloudFormation, waiting) {
    await (0,_kit_poll_js__WEBPACK_IMPORTED_MODULE_2__/* .poll */ .w)({ ...(0,_waiting_js__WEBPACK_IMPORTED_MODULE_5__/* .pollOptions */ .O)(waiting), what: `change set ${name}` }, async () => {
        try {
            return { done: true, value: await cloudFormation.deleteChangeSet(name, stack) };
        }
        catch (error) {
            if (!(0,_kit_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .isKitError */ .Jt)(error, 'change-set-stale'))
                throw error;
            return { done: false, state: error.message };
        }
    });
}
async function completed(id, cloudFormation, waiting) {
    return (0,_kit_poll_js__WEBPACK_IMPORTED_MODULE_2__/* .poll */ .w)({ ...(0,_waiting_js__WEBPACK_IMPORTED_MODULE_5__/* .pollOptions */ .O)(waiting), what: 'the change set', heartbeat: (0,_waiting_js__WEBPACK_IMPORTED_MODULE_5__/* .quietHeartbeat */ .r)(waiting).heartbeat }, async () => {
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
    return new _kit_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .KitError */ .Fb(`the change set for stack ${stackName} failed: ${reason ?? status}`, {
        code: 'change-set-failed',
        source: 'user',
    });
}


/***/ }),

/***/ 16320:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ prepareStack)
/* harmony export */ });
/* unused harmony export deleteAndWait */
/* harmony import */ var _kit_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3844);
/* harmony import */ var _kit_poll_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7102);
/* harmony import */ var _status_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(87773);
/* harmony import */ var _token_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(23294);
/* harmony import */ var _waiting_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(96132);





async function prepareStack(stackName, replaceRolledBack, cloudFormation, waiting) {
    const stack = await cloudFormation.find(stackName);
    if (!stack)
        return undefined;
    const status = (0,_status_js__WEBPACK_IMPORTED_MODULE_3__/* .stackStatus */ .d0)(stack.status);
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
    await deleteAndWait(stack, cloudFormation, waiting);
    return undefined;
}
async function deleteAndWait({ id: stackId, name: stackName }, cloudFormation, waiting) {
    const entry = waiting.ledger.open({ kind: 'deletion', stackName, stackId });
    await cloudFormation.deleteStack(stackId, (0,_token_js__WEBPACK_IMPORTED_MODULE_2__/* .withdrawalToken */ .Bt)('delete'));
    const failed = await (0,_kit_poll_js__WEBPACK_IMPORTED_MODULE_1__/* .poll */ .w)({ ...(0,_waiting_js__WEBPACK_IMPORTED_MODULE_4__/* .pollOptions */ .O)(waiting), what: 'the deletion', heartbeat: waiting.say }, async () => {
        const stack = await cloudFormation.find(stackId);
        if (!stack || (0,_status_js__WEBPACK_IMPORTED_MODULE_3__/* .stackStatus */ .d0)(stack.status).isDeleted)
            return { done: true, value: undefined };
        return stack.status === 'DELETE_FAILED'
            ? { done: true, value: stack }
            : { done: false, state: stack.status };
    });
    entry.close();
    if (failed)
        throw unusable(failed);
}
function busy({ name, status }) {
    return new _kit_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .KitError */ .Fb(`stack ${name} is in ${status}: another operation is running`, {
        code: 'stack-busy',
        source: 'aws',
        hint: 'Wait for it to end, then run this step again; one concurrency group per stack keeps runs apart.',
    });
}
function neverCreated({ name, status, statusReason }) {
    return new _kit_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .KitError */ .Fb(`stack ${name} is in ${status}: its creation failed${because(statusReason)}`, {
        code: 'stack-rolled-back',
        source: 'user',
        hint: 'CloudFormation can only delete it: set replace-rolled-back-stack, or delete it yourself.',
    });
}
function unusable({ name, status, statusReason }) {
    return new _kit_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .KitError */ .Fb(`stack ${name} is in ${status} and cannot be updated${because(statusReason)}`, {
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


/***/ }),

/***/ 68406:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ rejoin)
/* harmony export */ });
/* harmony import */ var _kit_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3844);
/* harmony import */ var _kit_poll_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7102);
/* harmony import */ var _execute_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(42981);
/* harmony import */ var _running_operation_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(14336);
/* harmony import */ var _status_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(87773);
/* harmony import */ var _token_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(23294);
/* harmony import */ var _waiting_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(96132);







async function rejoin(intent, ports, waiting) {
    const { stackName } = intent;
    const { cloudFormation } = ports;
    const stack = await cloudFormation.find(stackName);
    if (!stack || !(0,_status_js__WEBPACK_IMPORTED_MODULE_4__/* .stackStatus */ .d0)(stack.status).isInProgress)
        return false;
    const newest = await (0,_running_operation_js__WEBPACK_IMPORTED_MODULE_5__/* .newestOperation */ .S)(stack, cloudFormation);
    if (!newest || !(0,_token_js__WEBPACK_IMPORTED_MODULE_3__/* .isKits */ .u4)(newest.token))
        return false;
    const { token = '' } = newest;
    if (isForward(stack.status) && (0,_token_js__WEBPACK_IMPORTED_MODULE_3__/* .isFor */ .Gi)(intent.content, token)) {
        waiting.say(`stack ${stackName} is in ${stack.status}, begun by an earlier run of this step: following it`);
        return follow(stack, token, ports, waiting);
    }
    if (stack.status === 'CREATE_IN_PROGRESS' || stack.status === 'UPDATE_IN_PROGRESS')
        return false;
    waiting.say(`stack ${stackName} is in ${stack.status}, left by an earlier run of the kit: waiting for its end`);
    await atRest(stack.id, cloudFormation, waiting);
    return false;
}
function isForward(status) {
    return ['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'].includes(status);
}
async function follow(stack, token, ports, waiting) {
    const operation = stack.status === 'CREATE_IN_PROGRESS' ? 'create' : 'update';
    const change = {
        kind: 'change',
        operation,
        stackName: stack.name,
        stackId: stack.id,
        token,
    };
    const followed = {
        stackName: stack.name,
        operation: { stackId: stack.id, token, isJoined: true },
        start: async () => { },
        entry: waiting.ledger.open(change),
    };
    try {
        await (0,_execute_js__WEBPACK_IMPORTED_MODULE_2__/* .followChange */ .i)(followed, ports, waiting);
        return true;
    }
    catch (error) {
        const wasTakenBack = (0,_kit_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .isKitError */ .Jt)(error, 'deployment-rolled-back', 'deployment-failed') &&
            (await isTakenBack(stack, token, ports.cloudFormation));
        if (!wasTakenBack)
            throw error;
        waiting.say('that operation was taken back by the run that began it: going on from here');
        await atRest(stack.id, ports.cloudFormation, waiting);
        return false;
    }
}
async function isTakenBack(stack, token, cloudFormation) {
    for await (const event of cloudFormation.events(stack.id)) {
        if ((0,_token_js__WEBPACK_IMPORTED_MODULE_3__/* .isWithdrawal */ .OH)(event.token))
            return true;
        const isBeginning = event.physicalId === event.stackId && /^(CREATE|UPDATE)_IN_PROGRESS$/.test(event.status);
        if (isBeginning && event.token === token)
            return false;
    }
    return false;
}
async function atRest(stackId, cloudFormation, waiting) {
    await (0,_kit_poll_js__WEBPACK_IMPORTED_MODULE_1__/* .poll */ .w)({ ...(0,_waiting_js__WEBPACK_IMPORTED_MODULE_6__/* .pollOptions */ .O)(waiting), what: 'the stack', heartbeat: waiting.say }, async () => {
        const stack = await cloudFormation.find(stackId);
        if (!stack || !(0,_status_js__WEBPACK_IMPORTED_MODULE_4__/* .stackStatus */ .d0)(stack.status).isInProgress)
            return { done: true, value: undefined };
        return { done: false, state: stack.status };
    });
}


/***/ }),

/***/ 14336:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   S: () => (/* binding */ newestOperation)
/* harmony export */ });
const beginnings = ['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'DELETE_IN_PROGRESS', 'IMPORT_IN_PROGRESS'];
async function newestOperation(stack, cloudFormation) {
    for await (const event of cloudFormation.events(stack.id)) {
        if (isBeginning(event))
            return { token: event.token, began: event.status };
    }
    return undefined;
}
function isBeginning({ physicalId, stackId, status }) {
    return physicalId === stackId && beginnings.includes(status);
}


/***/ }),

/***/ 73287:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   i: () => (/* binding */ stackService),
/* harmony export */   z: () => (/* binding */ declaredServices)
/* harmony export */ });
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


/***/ }),

/***/ 87773:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   GL: () => (/* binding */ isEmptyChangeSet),
/* harmony export */   Hd: () => (/* binding */ isTerminal),
/* harmony export */   d0: () => (/* binding */ stackStatus)
/* harmony export */ });
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


/***/ }),

/***/ 23294:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bt: () => (/* binding */ withdrawalToken),
/* harmony export */   Gi: () => (/* binding */ isFor),
/* harmony export */   OH: () => (/* binding */ isWithdrawal),
/* harmony export */   _J: () => (/* binding */ executionToken),
/* harmony export */   u4: () => (/* binding */ isKits)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);

const prefix = 'ecs-tail-sampling-';
function executionToken(content, changeSetId) {
    return `${prefix}${content}-${changeSetId.split('/').at(-1)}`;
}
function withdrawalToken(what) {
    return `${prefix}${what}-${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUID)()}`;
}
function isKits(token) {
    return token?.startsWith(prefix) ?? false;
}
function isWithdrawal(token) {
    return token !== undefined && /^ecs-tail-sampling-(cancel|delete)-/.test(token);
}
function isFor(content, token) {
    return token?.startsWith(`${prefix}${content}-`) ?? false;
}


/***/ }),

/***/ 96132:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   O: () => (/* binding */ pollOptions),
/* harmony export */   r: () => (/* binding */ quietHeartbeat)
/* harmony export */ });
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


/***/ }),

/***/ 1470:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  F3: () => (/* binding */ planRelease),
  LU: () => (/* binding */ proveIdentity),
  fo: () => (/* binding */ sayPlan)
});

// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-sts/dist-cjs/index.js
var dist_cjs = __webpack_require__(71695);
// EXTERNAL MODULE: ./build/kit/errors.js
var errors = __webpack_require__(3844);
// EXTERNAL MODULE: ./build/aws/client-config.js + 1 modules
var client_config = __webpack_require__(98968);
// EXTERNAL MODULE: ./build/aws/errors.js
var aws_errors = __webpack_require__(68127);
;// CONCATENATED MODULE: ./build/aws/identity.js




async function callerIdentity(region) {
    const client = new dist_cjs/* STSClient */.iM((0,client_config/* clientConfig */.y)(region));
    const answer = await (0,aws_errors/* asking */.os)('prove the AWS identity', () => client.send(new dist_cjs/* GetCallerIdentityCommand */.zI({})));
    const { Account: account, Arn: arn } = answer;
    if (!account || !arn) {
        throw new errors/* KitError */.Fb('could not prove the AWS identity: the answer names no account', {
            code: 'credentials-invalid',
            source: 'aws',
        });
    }
    return { account, arn, partition: arn.split(':')[1] ?? 'aws' };
}

// EXTERNAL MODULE: ./build/aws/object-store.js
var object_store = __webpack_require__(53143);
// EXTERNAL MODULE: ./build/release/image.js
var release_image = __webpack_require__(77535);
// EXTERNAL MODULE: ./build/release/parameters.js
var parameters = __webpack_require__(83848);
// EXTERNAL MODULE: ./build/release/hash.js
var hash = __webpack_require__(84016);
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
    return new errors/* KitError */.Fb(`${address} exists with other content than its name says`, {
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

// EXTERNAL MODULE: ./build/stack/plan.js
var stack_plan = __webpack_require__(97880);
// EXTERNAL MODULE: ./build/stack/prepare.js
var prepare = __webpack_require__(16320);
// EXTERNAL MODULE: ./build/stack/rejoin.js
var rejoin = __webpack_require__(68406);
;// CONCATENATED MODULE: ./build/stack/template-source.js
const inlineBytes = 51_200;
function templateSource({ bytes, bucket, key, region, partition }) {
    if (bytes.length <= inlineBytes)
        return { body: bytes.toString('utf8') };
    const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
    const path = key.split('/').map(encodeURIComponent).join('/');
    return { url: `https://s3.${region}.${suffix}/${bucket}/${path}` };
}

;// CONCATENATED MODULE: ./build/steps/plan-identity.js

function keyRevision({ parameters, region, stackName }, { account }) {
    const key = parameters['CoralogixApiKey'];
    if (!key)
        return {};
    return { ApiKeyRevision: (0,hash/* short */.h0)((0,hash/* hmacSha256 */.TR)(`${account}/${region}/${stackName}`, key)) };
}
function contentOf(settings, identity, declared) {
    const { stackName, template, configs, parameters, tags } = settings;
    const content = {
        ...{ stackName, tags, template: (0,hash/* sha256 */.sc)(template.bytes) },
        configs: configs.map(({ parameter, bytes }) => [parameter, (0,hash/* sha256 */.sc)(bytes)]),
        parameters: { ...keyRevision(settings, identity), ...withoutHidden(parameters, declared) },
    };
    return (0,hash/* short */.h0)((0,hash/* sha256 */.sc)((0,hash/* canonicalJson */.dj)(content)));
}
function withoutHidden(parameters, declared) {
    const hidden = new Set(declared.filter(({ noEcho }) => noEcho).map(({ name }) => name));
    return Object.fromEntries(Object.entries(parameters).filter(([name]) => !hidden.has(name)));
}
function planName(plan) {
    const shown = withoutHidden(plan.parameters, plan.declared);
    const stack = plan.base ? [plan.base.id, plan.base.lastUpdated] : [];
    return `release-${(0,hash/* short */.h0)(plan.release.id)}-${(0,hash/* short */.h0)((0,hash/* sha256 */.sc)((0,hash/* canonicalJson */.dj)({ shown, tags: plan.tags, stack })))}`;
}

;// CONCATENATED MODULE: ./build/steps/planning.js












async function planRelease(settings, deps, waiting, ports) {
    const { reporter } = deps;
    const { stackName } = settings;
    const identity = await reporter.group('Prove the AWS identity', () => proveIdentity(settings, deps));
    const planning = {
        settings,
        deps,
        waiting,
        identity,
        ports,
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
async function lookAtStack(planning) {
    const { settings, ports, waiting } = planning;
    const { stackName, deploy } = settings;
    await (0,rejoin/* rejoin */.A)({ stackName, content: contentOf(settings, planning.identity, planning.declared) }, ports, waiting);
    const base = await (0,prepare/* prepareStack */.e)(stackName, deploy.replaceRolledBackStack, ports.cloudFormation, waiting);
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
    const { deps, ports, waiting } = planning;
    const request = planRequest(planning, base, release);
    const plan = await (0,stack_plan/* planStack */.q)(request, ports.cloudFormation, waiting);
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
        content: contentOf(settings, identity, declared),
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


/***/ }),

/***/ 57039:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  YQ: () => (/* binding */ currentStack),
  e: () => (/* binding */ servicesInStep),
  lt: () => (/* binding */ servicesTable)
});

// EXTERNAL MODULE: ./build/kit/errors.js
var errors = __webpack_require__(3844);
// EXTERNAL MODULE: ./build/stack/diagnosis.js
var diagnosis = __webpack_require__(97942);
// EXTERNAL MODULE: ./build/kit/poll.js
var poll = __webpack_require__(7102);
// EXTERNAL MODULE: ./build/aws/ecs-services.js
var ecs_services = __webpack_require__(42768);
;// CONCATENATED MODULE: ./build/stack/service-health.js

const provenMilliseconds = 15_000;
const failureLimit = 3;
function serviceHealth(sight, question) {
    return failure(sight, question) ?? waitingFor(sight, question) ?? steady(sight);
}
function failure({ service, stopped }, question) {
    const primary = primaryOf(service);
    if (primary &&
        primary.createdAt >= question.since &&
        !question.taskDefinitions.has(primary.taskDefinition)) {
        const state = `somebody else's deployment ${primary.id} of ${lastPart(primary.taskDefinition)} took the place of ours`;
        return { verdict: 'failed', code: 'rollout-superseded', state };
    }
    if (primary?.rolloutState === 'FAILED') {
        const reason = primary.rolloutStateReason ?? 'ECS gives no reason';
        return { verdict: 'failed', code: 'rollout-failed', state: `its deployment failed: ${reason}` };
    }
    if (service.scheduling !== 'DAEMON' && service.desired === 0 && !question.mayBeEmpty) {
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
                ? (countProblem(sight, question) ??
                    taskProblem(sight, question) ??
                    registrationProblem(sight, question))
                : `deployment ${primary?.rolloutState ?? 'missing'}, ${counts(service)}, ${service.deployments.length} deployments`;
    return state === undefined ? undefined : { verdict: 'waiting', state };
}
function countProblem({ service, instances }, { mayBeEmpty }) {
    const isEmpty = service.desired === 0 && !mayBeEmpty;
    if (isEmpty || service.running !== service.desired || service.pending > 0)
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

// EXTERNAL MODULE: ./build/stack/services.js
var services = __webpack_require__(73287);
// EXTERNAL MODULE: ./build/stack/waiting.js
var stack_waiting = __webpack_require__(96132);
;// CONCATENATED MODULE: ./build/stack/rollout.js





class RolloutError extends errors/* KitError */.Fb {
    service;
    constructor(service, state, code) {
        super(`service ${service.name}: ${state}`, { code, source: 'aws' });
        this.service = service;
    }
}
async function steadyServices(stack, expected, ports, waiting) {
    const declared = await (0,services/* declaredServices */.z)(stack, ports.cloudFormation);
    let looks = [];
    let before = '';
    const look = async () => {
        looks = await Promise.all(declared.services.map(async (service) => {
            const sight = await sightOf(service, ports);
            return { service, sight, health: judge(sight, { ...expected, ...declared }, service, waiting) };
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
        return await (0,poll/* poll */.w)({ ...(0,stack_waiting/* pollOptions */.O)(waiting), what: 'services', heartbeat: waiting.say }, look);
    }
    catch (error) {
        const late = looks.find(({ health }) => health.verdict !== 'steady');
        if (!late || !(0,errors/* isKitError */.Jt)(error, 'deadline-exceeded'))
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
function judge(sight, { taskDefinitions, since, mayBeEmpty }, { name }, { clock }) {
    if (!sight)
        return { verdict: 'waiting', state: 'ECS does not know it yet' };
    return serviceHealth(sight, {
        taskDefinitions,
        since,
        now: clock.now(),
        mayBeEmpty: name === mayBeEmpty,
    });
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

;// CONCATENATED MODULE: ./build/steps/services-in-step.js



async function currentStack(stackName, stackId, cloudFormation) {
    const stack = await cloudFormation.find(stackId);
    if (stack)
        return stack;
    throw new errors/* KitError */.Fb(`stack ${stackName} is gone`, { code: 'stack-not-found', source: 'aws' });
}
async function servicesInStep(stack, expected, ports, waiting) {
    try {
        const services = await steadyServices(stack, expected, ports, waiting);
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
        throw (0,diagnosis/* withChain */.e3)(error, await (0,diagnosis/* diagnoseService */.qE)(error.service, expected.since, ports));
    }
}
function servicesTable(services) {
    const rows = services.map(({ name, desired, taskDefinition, addresses }) => {
        const revision = taskDefinition.split('/').at(-1) ?? '';
        const listed = addresses?.length === 0 ? 'empty' : (addresses?.join(', ') ?? 'not registered');
        return `| \`${name}\` | ${desired} | \`${revision}\` | ${listed} |`;
    });
    return ['| service | tasks | task definition | Cloud Map |', '|---|---|---|---|', ...rows].join('\n');
}


/***/ })

};
