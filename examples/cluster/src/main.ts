import { inProcess, natsCluster } from '@dppo/cluster';

import { generator, interval, resample } from './bootstrap.ts';

const [url] = process.argv.slice(2);
const random = generator(7);
// Waiting times: exponential, of mean 1.
const values = Float64Array.from({ length: 5000 }, () => -Math.log(1 - random()));

const cluster = url === undefined ? inProcess(resample) : await natsCluster(url, { run: 'bootstrap' });
const { low, high } = await interval(cluster, values);
process.stdout.write(`the mean is between ${low.toFixed(4)} and ${high.toFixed(4)}\n`);
for (const { name, computed } of cluster.workers()) process.stdout.write(`${computed} tasks by ${name}\n`);
await cluster.close();
