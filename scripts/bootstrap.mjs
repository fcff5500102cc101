// Runs a TypeScript file of this repository on the runtime the action declares, after a plain `git clone`:
//   node scripts/bootstrap.mjs <script.ts> [arguments…]
// Installs what package-lock.json says when node_modules does not match it, then hands over to the Node 24
// that the npm package `node` brings. Needs Node 18 or newer and npm, nothing else; hence JavaScript.

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const bin = path.join(root, 'node_modules', '.bin');
const runtime = path.join(bin, 'node');
const runtimeMajor = 24;
const lockWaitSeconds = 900;

/** Ends with one line that says what to do. */
function giveUp(line) {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

/** Whether node_modules holds exactly what package-lock.json asks for, by npm's own record of it. */
function installed() {
  const record = path.join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  try {
    const wanted = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
    const present = JSON.parse(readFileSync(record, 'utf8')).packages;
    return Object.entries(wanted).every(([name, entry]) => {
      if (name === '') return true;
      const found = present[name];
      return found ? found.version === entry.version : entry.optional === true;
    });
  } catch {
    return false;
  }
}

function runtimeWorks() {
  const asked = spawnSync(runtime, ['--version'], { encoding: 'utf8' });
  return asked.status === 0 && asked.stdout.startsWith(`v${runtimeMajor}.`);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Holds a lock for this folder, so that two commands started at once do not both write node_modules. */
async function locked(work) {
  const name = createHash('sha256').update(root).digest('hex').slice(0, 16);
  const lock = path.join(tmpdir(), `ecs-tail-sampling-npm-${name}`);
  const deadline = Date.now() + lockWaitSeconds * 1000;
  for (let waits = 0; !tryLock(lock, waits); waits++) {
    if (Date.now() > deadline) giveUp(`another command installs npm packages for too long: remove ${lock}`);
    if (waits === 1) process.stdout.write('waiting for another command that installs npm packages …\n');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  try {
    return work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function tryLock(lock, waits) {
  try {
    mkdirSync(lock);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const file = path.join(lock, 'pid');
    const owner = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
    // A lock still without an owner after two seconds is of a process that died between its two steps.
    if (owner ? !isAlive(owner) : waits > 4) rmSync(lock, { recursive: true, force: true });
    return false;
  }
  writeFileSync(path.join(lock, 'pid'), String(process.pid));
  return true;
}

function installPackages() {
  if (installed() && runtimeWorks()) return;
  if (!installed()) {
    process.stdout.write('installing the npm packages of package-lock.json (npm ci, about 30 s) …\n');
    const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: 'inherit',
    });
    if (npm.error?.code === 'ENOENT') giveUp('npm is missing: install Node.js 18 or newer together with npm');
    if (npm.status !== 0) giveUp('npm ci failed: see the lines above; it needs a reachable npm registry');
  }
  if (runtimeWorks()) return;
  // npm 12 runs no install scripts unasked, and `--ignore-scripts` may be anyone's default: without its own
  // script the package `node` lacks the binary of this platform.
  const folder = path.join(root, 'node_modules', 'node');
  spawnSync(process.execPath, ['installArchSpecificPackage.js'], { cwd: folder, stdio: 'inherit' });
  if (existsSync(path.join(folder, 'bin', 'node')) && !existsSync(runtime)) {
    spawnSync('npm', ['rebuild', '--ignore-scripts', 'node'], { cwd: root, stdio: 'inherit' });
  }
  if (!runtimeWorks()) {
    giveUp(
      `Node ${runtimeMajor} is missing: the npm package \`node\` brought no binary for ${process.platform} ${process.arch}`,
    );
  }
}

/** Runs the script as this process would: its signals go through, its end is our end. */
function handOver(script, args) {
  const child = spawn(runtime, [script, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => giveUp(`${runtime} could not be started: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

const [script, ...args] = process.argv.slice(2);
if (!script) giveUp('usage: node scripts/bootstrap.mjs <script.ts> [arguments…]');
if (Number(process.versions.node.split('.')[0]) < 18)
  giveUp(`Node 18 or newer is needed, this is ${process.version}`);
await locked(installPackages);
handOver(path.resolve(root, script), args);
