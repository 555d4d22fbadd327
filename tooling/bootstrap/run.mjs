// What `npm start` and `npm test` run on a machine that has Node and npm alone: plain JavaScript without dependencies.
//   run.mjs dppo ARGS…   the trainer's command, from source
//   run.mjs test ARGS…   vitest
//   run.mjs pnpm ARGS…   the version of pnpm that package.json pins
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const kept = join(root, 'tooling', 'bootstrap', 'dist');
const stampFile = join(root, 'node_modules', '.dppo-bootstrap');
const { engines, packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const [command, ...args] = process.argv.slice(2);
const commands = { dppo, test, pnpm: () => pnpm(args) };
const withoutNative = {
  dppo: 'going on with WebAssembly, which takes about 30 times longer for gradients',
  test: 'testing without the TensorFlow backend',
};

let child; // the program that runs now, if any
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    interrupted.abort({ signal });
    // A terminal sends its Ctrl-C to the child as well, which should not see it twice.
    if (!(signal === 'SIGINT' && process.stdin.isTTY)) child?.kill(signal);
  });
}

process.chdir(root);
if (!Object.hasOwn(commands, command ?? '')) {
  stop(`expected a command (${Object.keys(commands).join(', ')}), got ${command ?? 'none'}`);
}
checkNode();
await install();
end(await commands[command]());

async function dppo() {
  await provision();
  return source('apps/trainer/src/main.ts', ...args);
}

async function test() {
  const projects = (await provision()) ? [] : ['--project', 'cpu', '--project', 'wasm'];
  return node(['node_modules/vitest/vitest.mjs', 'run', ...projects, ...args]);
}

/** Installs what the lockfile names, unless that has been done. */
async function install() {
  const lockfile = createHash('sha256').update(readFileSync('pnpm-lock.yaml')).digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lockfile) return;
  say('installing the dependencies from pnpm-lock.yaml');
  rmSync(stampFile, { force: true });
  const result = await pnpm(['install', '--frozen-lockfile']);
  if (result.code !== 0) {
    if (!result.signal) say(`${packageManager.split('+')[0]} could not install the dependencies: see above`);
    end(result);
  }
  writeFileSync(stampFile, lockfile);
}

/** Makes the native libraries ready, or says what is missing; true if TensorFlow is there. */
async function provision() {
  const { code } = await source('tooling/bootstrap/src/provision.ts', withoutNative[command]);
  if (interrupted.signal.aborted) end({ code: null, ...interrupted.signal.reason });
  return code === 0;
}

/** Runs the pinned pnpm, which npm keeps. */
async function pnpm(words) {
  return npm([
    'exec',
    '--yes',
    '--loglevel=error',
    `--package=${await pnpmPackage()}`,
    '--',
    'pnpm',
    ...words,
  ]);
}

/** pnpm's package as a file, which npm downloads once and which is what package.json says, version and hash. */
async function pnpmPackage() {
  const [version, hash] = packageManager.split('+sha512.');
  const file = join(kept, `${version.replace('@', '-')}.tgz`);
  if (hashOf(file) === hash) return file;
  mkdirSync(kept, { recursive: true });
  const folder = mkdtempSync(join(kept, 'unfinished-'));
  const packing = ['pack', version, '--pack-destination', folder, '--loglevel=error', '--prefer-offline'];
  const result = await npm(packing, ['ignore', 'ignore', 'inherit']);
  const packed = join(folder, basename(file));
  const found = hashOf(packed);
  if (found === hash) renameSync(packed, file);
  rmSync(folder, { recursive: true, force: true });
  if (result.code !== 0) {
    if (!result.signal) say(`npm could not download ${version}: see above`);
    end(result);
  }
  if (found !== hash) stop(`${version} has SHA-512 ${found}, package.json wants ${hash}`);
  return file;
}

function hashOf(file) {
  return existsSync(file) ? createHash('sha512').update(readFileSync(file)).digest('hex') : 'none';
}

function npm(words, stdio) {
  const script = npmScript();
  return script ? node([script, ...words], stdio) : run('npm', words, stdio);
}

/** npm's own script, to be run by this very node: the one that runs us, or the one that came with node. */
function npmScript() {
  const bin = dirname(process.execPath);
  return [
    process.env.npm_execpath ?? '',
    join(bin, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(bin, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ].find((file) => file.endsWith('npm-cli.js') && existsSync(file));
}

/** Runs a TypeScript file against the sources of our packages. */
function source(file, ...words) {
  return node(['--conditions=@dppo/source', '--import', 'tsx', file, ...words]);
}

function node(words, stdio) {
  return run(process.execPath, words, stdio);
}

/** Runs a program on our terminal to its end. */
function run(program, words, stdio = 'inherit') {
  if (interrupted.signal.aborted) end({ code: null, ...interrupted.signal.reason });
  return new Promise((resolve) => {
    child = spawn(program, words, { stdio });
    child.on('error', (error) => stop(`${program} does not run: ${error.message}`));
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
}

function checkNode() {
  const wanted = engines.node.replace('>=', '');
  const [[major, minor], [wantedMajor, wantedMinor]] = [process.versions.node, wanted].map((version) =>
    version.split('.').map(Number),
  );
  if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
    stop(`expected Node ${wanted} or newer, got ${process.versions.node}`);
  }
}

/** Ends as the program that we ran ended. */
function end({ code, signal }) {
  process.exit(code ?? 128 + constants.signals[signal]);
}

function stop(message) {
  say(message);
  process.exit(1);
}

function say(message) {
  process.stderr.write(`dppo: ${message}\n`);
}
