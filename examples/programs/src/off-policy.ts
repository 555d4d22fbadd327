import {
  begin,
  collect,
  diffusionPolicy,
  emptyLike,
  gatherRows,
  observationOf,
  putRows,
  seeded,
} from '@dppo/agent';
import { type Table, tensorsOf } from '@dppo/agent';
import { cosineSchedule, ddpmSteps, tableSampler } from '@dppo/diffusion';
import { multiStep, pointMass, timeLimit, vectorize } from '@dppo/env';
import { denoiserMlp, valueMlp } from '@dppo/nn';
import { adamw, copy, differentiate, ema, release } from '@dppo/optim';
import * as tf from '@tensorflow/tfjs';

const [proposals, capacity] = [8, 256];
const sizes = { obsDim: 2, actionDim: 1, horizonSteps: 2, hidden: [16, 16, 16] };

/** Learning from replay: proposals of a diffusion policy, the best by Q, a ring of experience, a target network; the losses. */
export async function offPolicy(updates: number): Promise<number[]> {
  const env = vectorize(() => multiStep(timeLimit(pointMass(), 20), { actSteps: 2 }), 4);
  const network = denoiserMlp(sizes);
  const actor = network.init(1);
  const sampler = tableSampler(ddpmSteps(cosineSchedule(5)));
  const policy = diffusionPolicy({ ...sizes, network, frozen: actor, sampler });
  const critic = valueMlp({ obsDim: 4, hidden: [32, 32], residual: false });
  const q = (params: tf.NamedTensorMap, state: tf.Tensor, chunk: tf.Tensor) =>
    critic.apply(params, { state: state.as3D(-1, 1, 2).concat(chunk.as3D(-1, 1, 2), 2) });
  const [params, optimizer, random] = [critic.init(1), adamw(), seeded(0, 0)];
  let learner = { params, target: copy(params), moments: optimizer.init(params) };
  const propose = (obs: tf.NamedTensorMap) => {
    const rows = obs['state'].shape[0];
    const noise = tf.tensor4d(random.normal(policy.draws * rows * 2), [policy.draws, rows, 2, 1]);
    return policy.best(actor, obs, noise);
  };
  const act = (obs: Table) =>
    tf.tidy(() => {
      const state = observationOf(obs)['state'].tile([proposals, 1, 1]);
      const chunks = propose({ state });
      const best = q(learner.target, state, chunks).reshape([proposals, env.count]).argMax(0);
      const rows = best.mul<tf.Tensor1D>(env.count).add<tf.Tensor1D>(tf.range(0, env.count, 1, 'int32'));
      return { action: { shape: [2, 1], data: chunks.gather(rows.toInt()).dataSync<'float32'>() } };
    });
  let standing = await begin(env, 0);
  let replay: Table | undefined;
  const losses: number[] = [];
  for (let update = 0; update < updates; update++) {
    const collected = await collect(act, env, standing, { steps: 1 });
    ({ standing } = collected);
    replay ??= emptyLike(collected.rollout.table, capacity);
    putRows(replay, update * env.count, collected.rollout.table);
    const filled = Math.min((update + 1) * env.count, capacity);
    const rows = gatherRows(
      replay,
      Array.from({ length: 8 }, () => Math.floor(random.uniform() * filled)),
    );
    const before = learner;
    const { loss, ...next } = tf.tidy(() => {
      const { 'obs.state': obs, 'reached.state': reached, action, reward, terminated } = tensorsOf(rows);
      const later = q(before.target, reached, propose({ state: reached }));
      const goal = later.mul(tf.sub(1, terminated.toFloat())).mul(0.99).add(reward);
      const error = differentiate((weights) => {
        return { loss: q(weights, obs, action).sub(goal).square().mean<tf.Scalar>() };
      }, before.params);
      const [moved, moments] = optimizer.update(error.gradients, before.moments, before.params, 3e-4);
      const target = ema(before.target, moved, 0.995);
      return { params: moved, moments, target, loss: error.loss.dataSync()[0] };
    });
    learner = next;
    release(before);
    losses.push(loss);
  }
  return losses;
}
