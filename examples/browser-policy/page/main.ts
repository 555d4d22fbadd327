import * as tf from '@tensorflow/tfjs';

import { readPolicy } from '../src/read-policy.ts';
import { rod, type Rod } from '../src/rod.ts';
import { sampler, type Chunks } from '../src/sampler.ts';
import { useWasm } from './use-wasm.ts';
import { controls } from './controls.ts';
import { element } from './element.ts';
import { pictures } from './pictures.ts';
import policyUrl from './policy.safetensors?url';

/** Chunks drawn for one observation; the rod takes the first. */
const count = 24;
const pause = { denoising: 50, action: 60, episode: 1500 };

const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

await useWasm();
const policy = readPolicy(await (await fetch(policyUrl)).arrayBuffer());
const tuned = sampler(policy);
const pretrained = sampler({ ...policy, actor: policy.frozen });
const draw = pictures(element('course', HTMLCanvasElement), element('chain', HTMLCanvasElement));
const { choice, next } = controls();
const status = element('status', HTMLOutputElement);

let seed = 1;
for (;;) {
  const run = rod(policy.spec.bounds);
  const chosen = choice();
  draw.course(run);
  while (!run.done()) {
    await next();
    if (choice() !== chosen) break;
    const began = performance.now();
    const chain = await (chosen === 'fine-tuned' ? tuned : pretrained)(run.obs(), count, seed);
    const took = performance.now() - began;
    await show(run, chain);
    const [x, y] = run.position();
    status.textContent =
      `chunk ${seed++}: ${count} chains of ${chain.length - 1} steps in ${took.toFixed(0)} ms on ${tf.getBackend()}, ` +
      `rod at (${x.toFixed(3)}, ${y.toFixed(3)}) m`;
  }
  await sleep(pause.episode);
}

/** Draws the chain step by step, then the rod at the actions that it takes. */
async function show(run: Rod, chain: readonly Chunks[]): Promise<void> {
  draw.clearChain();
  for (const [k, chunks] of chain.entries()) {
    draw.step(run, chunks, k, chain.length);
    draw.course(run, chunks);
    await sleep(pause.denoising);
  }
  const [chunk] = chain[chain.length - 1];
  for (const action of chunk.slice(0, policy.spec.actSteps)) {
    run.move(action);
    draw.course(run);
    await sleep(pause.action);
  }
}
