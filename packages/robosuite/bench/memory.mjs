// What environments of a task take of a process, MB of resident memory, and of what, with the packages as they are built:
// `node --expose-gc packages/robosuite/bench/memory.mjs [TASK] [COUNT] [wasm|library]`.
const said = [];
let last = 0;

/** Says what `what` added. */
function note(what) {
  // The second one gives back what the first has emptied.
  globalThis.gc?.();
  globalThis.gc?.();
  const now = process.memoryUsage.rss() / 1e6;
  said.push(`${what} ${(now - last).toFixed(0)}`);
  last = now;
}

note('Node.js');
const { mujocoLibrary, mujocoWasm } = await import('@dppo/mujoco');
const tasks = await import('@dppo/robosuite');
note('modules');
const [, , name = 'lift', count = '50', build = 'wasm'] = process.argv;
const engine = await { wasm: mujocoWasm, library: mujocoLibrary }[build]();
note(`MuJoCo (${build})`);

const envs = [];
async function make() {
  const env = await tasks[name]({ engine });
  env.reset(envs.length);
  env.step(new Float32Array(env.actionShape[0]));
  envs.push(env);
}

await make();
note('the first environment with its model');
while (envs.length < Number(count)) await make();
note(`${Number(count) - 1} others`);
process.stdout.write(`${name}: ${last.toFixed(0)} MB: ${said.join(', ')}\n`);
