import { deploy, diffusionPolicy, evaluate, ppo, train } from '@dppo/agent';
import { cosineSchedule, ddpmSteps, tableSampler } from '@dppo/diffusion';
import { multiStep, pointMass, timeLimit, vectorize } from '@dppo/env';
import { denoiserMlp, valueMlp } from '@dppo/nn';
import { flatten, unflatten } from '@dppo/optim';

const make = () => multiStep(timeLimit(pointMass(), 40), { actSteps: 4 });

/** What a user of Stable-Baselines3 does first: learn, evaluate, save, load, predict. */
export async function stableBaselines() {
  const env = vectorize(make, 4);
  const sizes = { obsDim: 2, actionDim: 1, horizonSteps: 4, hidden: [16, 16, 16] };
  const network = denoiserMlp(sizes);
  const sampler = tableSampler(ddpmSteps(cosineSchedule(5)));
  const policy = diffusionPolicy({ ...sizes, network, frozen: network.init(1), sampler });
  const model = ppo(
    { policy, critic: valueMlp(sizes) },
    { clipPlossCoef: 0.1, updateEpochs: 2, batchSize: 100 },
  );
  let saved = flatten(model.init(0));
  for await (const { state } of train(model, env, { seed: 0, steps: 10 })) {
    saved = flatten(state); // into a file: see examples/own-loop
    if (state.envSteps > 300) break;
  }
  const { actor } = unflatten(model.init(0), saved);
  const episodes = await evaluate(policy, actor, vectorize(make, 4), { seed: 0 });
  return { episodes, chunk: deploy(policy, actor, { obsDim: 2 }).act([0.3, 0]) };
}
