import { diffusionPolicy, evaluate, ppo, train } from '@dppo/agent';
import { cosineSchedule, ddimSampler, ddimTimes } from '@dppo/diffusion';
import { multiStep, pointMass, timeLimit, vectorize } from '@dppo/env';
import { denoiserMlp, etaState, unet1d, valueMlp } from '@dppo/nn';

const sizes = { obsDim: 2, actionDim: 1, horizonSteps: 2 };

/** DDIM in five steps with a learned η, of an MLP and of a U-Net, through `train`; the entropy (mean η) of each, and its episodes. */
export async function ddim() {
  const env = vectorize(() => multiStep(timeLimit(pointMass(), 6), { actSteps: 2 }), 3);
  const times = ddimTimes(cosineSchedule(20), 5);
  const sampler = {
    eta: etaState({ ...sizes, hidden: [8] }),
    of: (eta: Parameters<typeof ddimSampler>[1]) => ddimSampler(times, eta),
  };
  const results = [];
  for (const network of [
    denoiserMlp({ ...sizes, hidden: [8, 8, 8] }),
    unet1d({ ...sizes, dim: 8, dimMults: [1, 2] }),
  ]) {
    const policy = diffusionPolicy({ ...sizes, network, frozen: network.init(1), sampler });
    const algorithm = ppo(
      { policy, critic: valueMlp({ ...sizes, hidden: [8] }) },
      { entCoef: 0.01, updateEpochs: 1 },
    );
    const { value } = await train(algorithm, env, { seed: 1, steps: 4 }).next();
    const episodes = await evaluate(policy, value.state.actor, env, { seed: 1 });
    results.push({ entropy: value.metrics['train/entropy'], episodes });
  }
  return results;
}
