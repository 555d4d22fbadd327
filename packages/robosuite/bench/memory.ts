// What 50 environments of a task take: `node --conditions=@dppo/source --import tsx packages/robosuite/bench/memory.ts [TASK] [COUNT]`.
import { can, lift, square, transport } from '../src/index.ts';

const tasks = new Map(Object.entries({ lift, can, square, transport }));
const [, , name = 'lift', count = '50'] = process.argv;
const make = tasks.get(name);
if (!make) throw new Error(`task is ${name}, wanted one of ${[...tasks.keys()].join(', ')}`);

const megabytes = (): number => process.memoryUsage.rss() / 1e6;
const first = await make();
first.reset(0);
first.step(new Float32Array(first.actionShape[0]));
const before = megabytes();
for (let i = 1; i < Number(count); i++) {
  const env = await make();
  env.reset(i);
  env.step(new Float32Array(env.actionShape[0]));
}
process.stdout.write(
  `${name}: ${count} take ${megabytes().toFixed(0)} MB, the last ${Number(count) - 1} of them ${(megabytes() - before).toFixed(0)} MB\n`,
);
