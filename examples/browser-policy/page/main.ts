import { parsePolicy } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';

import { rod, type Rod } from '../src/rod.ts';
import { sampler, type Chunks } from '../src/sampler.ts';
import { useWasm } from './use-wasm.ts';
import { controls } from './controls.ts';
import { element } from './element.ts';
import { pictures } from './pictures.ts';
import policyUrl from './policy.safetensors?url';
import { score } from './score.ts';

/** Chunks drawn for one observation; the rod takes the first. */
const count = 24;
const pause = { denoising: 50, action: 60, episode: 1500 };

const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

await useWasm();
const policy = parsePolicy(await (await fetch(policyUrl)).arrayBuffer());
const tuned = sampler(policy);
const pretrained = sampler({ ...policy, params: policy.frozen ?? policy.params });
const draw = pictures(element('course', HTMLCanvasElement), element('chain', HTMLCanvasElement));
const status = element('status', HTMLOutputElement);
const { policies, choice, plays, next } = controls(tell);
const { add } = score(element('score', HTMLTableElement).tBodies[0], policies);

let chosen = choice();
let run = rod(policy.spec.bounds);
let seed = 0;
/** What is drawn at this moment, if anything. */
let drawing: string | undefined;
draw.course(run);
for (;;) {
  await next();
  if (run.outcome() !== undefined || choice() !== chosen) {
    chosen = choice();
    run = rod(policy.spec.bounds);
    draw.course(run);
  }
  const began = performance.now();
  const chain = await (chosen === 'fine-tuned' ? tuned : pretrained)(run.obs(), count, ++seed);
  const took = performance.now() - began;
  drawing = `${count} chains of ${chain.length - 1} steps in ${took.toFixed(0)} ms on ${tf.getBackend()}`;
  tell();
  await show(run, chain);
  drawing = undefined;
  tell();
  const outcome = run.outcome();
  if (outcome !== undefined) {
    add(chosen, outcome);
    await sleep(pause.episode);
  }
}

/** Says what goes on. */
function tell(): void {
  const [x, y] = run.position();
  const outcome = run.outcome();
  const then = plays() ? 'the next episode follows' : 'paused';
  if (drawing !== undefined)
    status.textContent = `chunk ${seed}: ${drawing}${plays() ? '' : ', then a pause'}`;
  else if (outcome !== undefined) status.textContent = `the rod ${outcome}; ${then}`;
  else if (!plays())
    status.textContent = `paused after chunk ${seed}, rod at (${x.toFixed(3)}, ${y.toFixed(3)}) m`;
}

/** Draws the chain step by step, then the rod at the actions that it takes. */
async function show(moving: Rod, chain: readonly Chunks[]): Promise<void> {
  draw.clearChain();
  for (const [k, chunks] of chain.entries()) {
    draw.step(moving, chunks, k, chain.length);
    draw.course(moving, chunks);
    await sleep(pause.denoising);
  }
  const [chunk] = chain[chain.length - 1];
  for (const action of chunk.slice(0, policy.spec.task.actSteps)) {
    moving.move(action);
    draw.course(moving);
    await sleep(pause.action);
  }
}
