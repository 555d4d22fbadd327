import { type Chunks, flowMatching, flowPolicy, ppo, pretrain, train } from '@dppo/agent';
import { multiStep, pointMass, timeLimit, vectorize } from '@dppo/env';
import { flowMlp, noiseMlp, valueMlp } from '@dppo/nn';
import { adamw, partition } from '@dppo/optim';

const steps = 4;
const sizes = { obsDim: 2, actionDim: 1, horizonSteps: 2, hidden: [16, 16, 16] };
const network = flowMlp(sizes);
const noise = { network: noiseMlp({ flow: network, steps }), min: 0.1, max: 0.24 };

const partOf = (name: string) => (name.startsWith('noise.') ? 'noise' : 'velocity');

/** Pre-trains a flow on chunks and fine-tunes it, velocity and noise at rates of their own; the losses, and the first ratio. */
export async function flow(chunks: Chunks, epochs: number) {
  const losses: number[] = [];
  let frozen = network.init(1);
  for await (const { epoch, average, loss } of pretrain(chunks, frozen, {
    seed: 0,
    objective: flowMatching(network),
  })) {
    [frozen] = [average];
    losses.push(loss);
    if (epoch === epochs) break;
  }
  const env = vectorize(() => multiStep(timeLimit(pointMass(), 20), { actSteps: 2 }), 4);
  const actorOptimizer = partition({ velocity: adamw(), noise: adamw() }, partOf);
  const policy = flowPolicy({ ...sizes, network, frozen, steps, noise });
  const agent = { policy, critic: valueMlp(sizes), actorOptimizer };
  const { value } = await train(
    ppo(agent, { actorLr: () => ({ velocity: 1e-4, noise: 1e-3 }), updateEpochs: 1 }),
    env,
    { seed: 0, steps: 5 },
  ).next();
  return { losses, ratio: value.metrics['train/ratio'] };
}
