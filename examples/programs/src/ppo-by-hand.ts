import { begin, collect, gatherRows, observationOf, seeded, type Table, tensorsOf } from '@dppo/agent';
import { gaussianLogProb } from '@dppo/diffusion';
import { multiStep, pointMass, timeLimit, vectorize } from '@dppo/env';
import { gaussianMlp, valueMlp } from '@dppo/nn';
import { adamw, differentiate, release } from '@dppo/optim';
import { approxKl, clippedSurrogate, gae, normalizeAdvantages, valueLoss } from '@dppo/rl';
import * as tf from '@tensorflow/tfjs';

const sizes = { obsDim: 2, actionDim: 1, horizonSteps: 1, hidden: [32, 32], residual: false };

const observe = (rows: Table) => ({ state: observationOf(rows)['state'].as3D(-1, 1, 2) });

/** PPO in one's own words from the parts: a Gaussian policy on a point mass; the last KL of each iteration. */
export async function ppoByHand(iterations: number): Promise<number[]> {
  const env = vectorize(() => multiStep(timeLimit(pointMass(), 50)), 8);
  const [policy, critic, optimizer] = [gaussianMlp({ ...sizes, fixedStd: 0.5 }), valueMlp(sizes), adamw()];
  const [actor, value] = [policy.init(1), critic.init(2)];
  let state = { actor, value, actorState: optimizer.init(actor), valueState: optimizer.init(value) };
  const random = seeded(0, 0);
  let standing = await begin(env, 0);
  const kls: number[] = [];
  const valuesOf = (obs: Table) =>
    tf.tidy(() => critic.apply(state.value, observe(obs)).dataSync<'float32'>());
  for (let iteration = 0; iteration < iterations; iteration++) {
    const act = (obs: Table) =>
      tf.tidy(() => {
        const gaussian = policy.apply(state.actor, observe(obs));
        const z = tf.tensor3d(random.normal(env.count), [env.count, 1, 1]);
        const action = gaussian.mean.add<tf.Tensor3D>(gaussian.std.mul(z));
        const logProb = gaussianLogProb(gaussian, action).dataSync<'float32'>();
        return {
          action: { shape: [1, 1], data: action.dataSync<'float32'>() },
          logProb: { shape: [], data: logProb },
        };
      });
    const collected = await collect(act, env, standing, { steps: 32 });
    ({ standing } = collected);
    const { table, count } = collected.rollout;
    const [rewards, terminated, truncated] = ['reward', 'terminated', 'truncated'].map(
      (name) => table[name].data,
    );
    const { advantages, returns } = gae(
      {
        rewards: Float32Array.from(rewards),
        values: valuesOf(table),
        nextValues: valuesOf({ 'obs.state': table['reached.state'] }),
        terminated: Uint8Array.from(terminated),
        truncated: Uint8Array.from(truncated),
        count,
      },
      { gamma: 0.99, lambda: 0.95 },
    );
    const experience = {
      ...table,
      advantage: { shape: [], data: normalizeAdvantages(advantages) },
      return: { shape: [], data: returns },
    };
    const order = random.permutation(rewards.length);
    for (let from = 0; from < order.length; from += 64) {
      const before = state;
      const rows = gatherRows(experience, order.subarray(from, from + 64));
      const { kl, ...next } = tf.tidy(() => {
        const obs = observe(rows);
        const { action, logProb: old, advantage, return: wanted } = tensorsOf(rows);
        const actorGradient = differentiate((weights) => {
          const logProb = gaussianLogProb(policy.apply(weights, obs), action.as3D(-1, 1, 1)).as1D();
          const batch = { logProb, oldLogProb: old.as1D(), advantage: advantage.as1D(), clip: 0.2 };
          return { loss: clippedSurrogate(batch), kl: approxKl(logProb, old.as1D()) };
        }, before.actor);
        const valueGradient = differentiate((weights) => {
          return { loss: valueLoss({ value: critic.apply(weights, obs), returns: wanted.as1D() }) };
        }, before.value);
        const moved = optimizer.update(actorGradient.gradients, before.actorState, before.actor, 3e-4);
        const valued = optimizer.update(valueGradient.gradients, before.valueState, before.value, 1e-3);
        const kept = { actor: moved[0], actorState: moved[1], value: valued[0], valueState: valued[1] };
        return { ...kept, kl: actorGradient.kl.dataSync()[0] };
      });
      state = next;
      release(before);
      kls[iteration] = kl;
    }
  }
  return kls;
}
