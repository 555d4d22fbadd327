import {
  type Chunks,
  type Network,
  type Objective,
  type Observation,
  type Policy,
  ppo,
  pretrain,
  train,
} from '@dppo/agent';
import { chainLogProbs, flowSampler, sampleChain, type Sampler } from '@dppo/diffusion';
import { multiStep, pointMass, timeLimit, vectorize } from '@dppo/env';
import { denoiserMlp, etaState, valueMlp, type Denoise } from '@dppo/nn';
import { adamw, partition } from '@dppo/optim';
import * as tf from '@tensorflow/tfjs';

const K = 4;
const sizes = { obsDim: 2, actionDim: 1, horizonSteps: 2, hidden: [16, 16, 16] };
const velocity = denoiserMlp(sizes);
const noise = etaState({ ...sizes, hidden: [8], base: 0.2, min: 0.1, max: 0.3 });

const under = (prefix: string, params: tf.NamedTensorMap): tf.NamedTensorMap =>
  Object.fromEntries(
    Object.entries(params)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  );

const draw = (z: tf.Tensor4D): (() => tf.Tensor3D) => {
  const draws = z.unstack<tf.Tensor3D>().values();
  return () => draws.next().value ?? tf.zeros([0, 0, 0]);
};

/** A flow with learned noise, fine-tuned by one ratio for its whole path: S = K + 1 states, and a window of as many. */
function flowPolicy(start: tf.NamedTensorMap, sigma: Network<[obs: Observation], tf.Tensor3D>): Policy {
  const parts = (params: tf.NamedTensorMap, obs: Observation): [Sampler, Denoise] => [
    flowSampler(K, sigma.apply(under('noise.', params), obs)),
    velocity.apply(under('velocity.', params), { state: obs['state'].as3D(-1, 1, 2) }),
  ];
  return {
    states: K + 1,
    window: K + 1,
    draws: K + 1,
    ...sizes,
    init: (seed) => ({
      ...Object.fromEntries(
        Object.entries(start).map(([name, tensor]) => [`velocity.${name}`, tensor.clone()]),
      ),
      ...Object.fromEntries(
        Object.entries(sigma.init(seed)).map(([name, tensor]) => [`noise.${name}`, tensor]),
      ),
    }),
    act: (params, obs, z) => {
      const next = draw(z);
      const { chain, logProbs } = sampleChain(...parts(params, obs), next(), next);
      return { states: chain, logProb: logProbs.mean<tf.Tensor1D>([1, 2, 3]).expandDims(1) };
    },
    best: (params, obs, z) => {
      const [, towards] = parts(params, obs);
      const next = draw(z);
      return sampleChain(flowSampler(K, 0), towards, next(), next, { logProbMinStd: 1 })
        .chain.slice([0, K], [-1, 1])
        .squeeze([1]);
    },
    logProb: (params, obs, { states }) => ({
      logProb: chainLogProbs(...parts(params, obs), states).mean<tf.Tensor1D>([1, 2, 3]),
      entropy: sigma.apply(under('noise.', params), obs).log().mean(),
    }),
  };
}

/** Flow matching: velocity from noise to action, at any time between. */
const flowMatching: Objective = {
  draw: (count, random) => tf.tensor1d(Float32Array.from({ length: count }, () => random.uniform())),
  score: (params, { obs, actions, noise: from, time }) => {
    const t = time.reshape<tf.Tensor3D>([-1, 1, 1]);
    const x = from.mul(tf.sub(1, t)).add<tf.Tensor3D>(actions.mul(t));
    const towards = velocity.apply(params, { state: obs['state'].as3D(-1, 1, 2) });
    return towards(x, time).sub(actions.sub(from)).square().mean();
  },
};

/** Pre-trains a flow on chunks and fine-tunes it, velocity and noise at rates of their own; the losses, and the first ratio. */
export async function flow(chunks: Chunks, epochs: number) {
  const losses: number[] = [];
  let start = velocity.init(1);
  for await (const { epoch, average, loss } of pretrain(chunks, start, {
    seed: 0,
    objective: flowMatching,
  })) {
    [start] = [average];
    losses.push(loss);
    if (epoch === epochs) break;
  }
  const env = vectorize(() => multiStep(timeLimit(pointMass(), 20), { actSteps: 2 }), 4);
  const actorOptimizer = partition({ velocity: adamw(), noise: adamw() }, (name) => name.split('.')[0]);
  const agent = { policy: flowPolicy(start, noise), critic: valueMlp(sizes), actorOptimizer };
  const { value } = await train(
    ppo(agent, { actorLr: () => ({ velocity: 1e-4, noise: 1e-3 }), updateEpochs: 1 }),
    env,
    { seed: 0, steps: 5 },
  ).next();
  return { losses, ratio: value.metrics['train/ratio'] };
}
