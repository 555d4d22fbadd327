import { natsCluster } from '../src/nats-cluster.ts';
import { gateTask } from '../src/testing/gate.ts';

const [url, run, folder] = process.argv.slice(2);
const cluster = await natsCluster(url, { run });
await cluster.map(['x', 'y', 'z'].map((name) => gateTask({ folder, name })));
