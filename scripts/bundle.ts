/**
 * Builds the bundle that the actions run: `dist/`. With `--check` it builds elsewhere and compares byte for byte.
 * The bundle is committed because GitHub runs an action from its repository as it is (docs/adr/0002).
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { minifySync } from '@swc/core';

const root = path.resolve(import.meta.dirname, '..');
const tool = (name: string) => path.join(root, 'node_modules', '.bin', name);

/** Compiles `src/` and bundles it into `target`, which is emptied first. */
function bundleInto(target: string): void {
  const build = path.join(root, 'build');
  rmSync(build, { recursive: true, force: true });
  rmSync(target, { recursive: true, force: true });
  execFileSync(tool('tsc'), ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
  execFileSync(
    tool('ncc'),
    ['build', 'build/main.js', '-o', target, '--minify', '--no-cache', '--license', 'licenses.txt'],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  minifyChunks(target);
  // `runs.post` of the actions: the same bundle, which tells by the name it is started under (src/post.ts).
  writeFileSync(path.join(target, 'post.js'), "import './index.js';\n");
  writeFileSync(path.join(target, '.gitattributes'), '* linguist-generated=true -diff\n');
  rmSync(build, { recursive: true, force: true });
}

/** ncc minifies the entry, but not what is split off by a dynamic import. */
function minifyChunks(target: string): void {
  for (const name of readdirSync(target).filter((file) => file.endsWith('.js') && file !== 'index.js')) {
    const file = path.join(target, name);
    const { code } = minifySync(readFileSync(file, 'utf8'), { module: true, compress: true, mangle: true });
    writeFileSync(file, code);
  }
}

/** Names of files that are missing, too many or different. */
function differences(expected: string, actual: string): string[] {
  const names = new Set([...readdirSync(expected), ...readdirSync(actual)]);
  return [...names].filter((name) => read(expected, name) !== read(actual, name)).sort();
}

function read(folder: string, name: string): string {
  try {
    return readFileSync(path.join(folder, name), 'base64');
  } catch {
    return 'absent';
  }
}

const dist = path.join(root, 'dist');
if (process.argv.includes('--check')) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bundle-'));
  const fresh = path.join(folder, 'dist');
  try {
    bundleInto(fresh);
    const different = differences(fresh, dist);
    if (different.length > 0) {
      console.error(`dist/ is not what the sources say: ${different.join(', ')}. Run: npm run bundle`);
      process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
} else {
  bundleInto(dist);
}
