import '@tensorflow/tfjs-node';
import * as tf from '@tensorflow/tfjs';
const test = (_: string, f: () => void) => f();
import { compile } from '/work/main/packages/engine/src/compile.ts';
import { denoiserMlp } from '/work/main/packages/nn/src/index.ts';
import { cosineSchedule, ddpmSteps, sampleChain, stepLogProbs, withMinStd } from '/work/main/packages/diffusion/src/index.ts';
import { clippedSurrogate, chunkLogProb } from '/work/main/packages/rl/src/index.ts';
import { writeSync } from 'node:fs';
const say = (...a: unknown[]) => writeSync(1, a.join(' ') + '\n');
const net = denoiserMlp({ obsDim: 11, actionDim: 3, horizonSteps: 4 });
const steps = withMinStd(ddpmSteps(cosineSchedule(20)), 0.1);
function ms(f: () => void, n: number) { const t: number[] = []; const c0 = process.cpuUsage(); for (let i = 0; i < n; i++) { const s = performance.now(); f(); t.push(performance.now() - s); } t.sort((a, b) => a - b); const c = process.cpuUsage(c0); return `${t[n >> 1].toFixed(2)} ms (min ${t[0].toFixed(2)}, cpu ${((c.user + c.system) / 1e3 / n).toFixed(2)})`; }
function diff(a: tf.Tensor, b: tf.Tensor) { return tf.tidy(() => a.sub(b).abs().max().dataSync()[0]); }
test('bench', () => {
  const params = net.init(1);
  const draw = (p: tf.NamedTensorMap, obs: tf.Tensor3D, noise: tf.Tensor4D) => tf.tidy(() => {
    const parts = noise.unstack() as tf.Tensor3D[]; let i = 1;
    const { chain, logProbs } = sampleChain(net.apply(p, obs), parts[0], steps, () => parts[i++]);
    return { chain, logProbs };
  });
  const fast = compile(draw);
  for (const B of [1, 40, 256]) {
    const obs = tf.randomNormal([B, 1, 11]) as tf.Tensor3D, noise = tf.randomNormal([21, B, 4, 3]) as tf.Tensor4D;
    const s = performance.now(); const a = fast(params, obs, noise); const t = performance.now() - s;
    const b = draw(params, obs, noise);
    say('sample', B, 'first call', t.toFixed(0), 'ms; diff', diff(a.chain, b.chain), diff(a.logProbs, b.logProbs));
    for (let r = 0; r < 2; r++) {
    say('  eager', ms(() => { const r = draw(params, obs, noise); r.chain.dataSync(); tf.dispose(r); }, 15));
    say('  compiled', ms(() => { const r = fast(params, obs, noise); r.chain.dataSync(); tf.dispose(r); }, 60));
    }
  }
  const B = 5000, K = 10;
  const tuned = steps.slice(-K);
  type Batch = { obs: tf.Tensor3D; previous: tf.Tensor3D; next: tf.Tensor3D; index: tf.Tensor1D; oldLogProb: tf.Tensor1D; advantage: tf.Tensor1D };
  const batch: Batch = { obs: tf.randomNormal([B, 1, 11]), previous: tf.randomNormal([B, 4, 3]), next: tf.randomNormal([B, 4, 3]),
    index: tf.tensor1d(Int32Array.from({ length: B }, (_, i) => i % K), 'int32'), oldLogProb: tf.randomNormal([B]).mul(0.1) , advantage: tf.randomNormal([B]) };
  const names = Object.keys(params);
  const grad = (p: tf.NamedTensorMap, b: Batch) => tf.tidy(() => {
    const { value, grads } = tf.valueAndGrads((...list: tf.Tensor[]) => {
      const q = Object.fromEntries(names.map((n, i) => [n, list[i]]));
      const logProb = chunkLogProb(stepLogProbs(net.apply(q, b.obs), b, tuned));
      return clippedSurrogate({ logProb, oldLogProb: b.oldLogProb, advantage: b.advantage, clip: 0.1 });
    })(names.map((n) => p[n]));
    return { loss: value, gradients: Object.fromEntries(names.map((n, i) => [n, grads[i]])) };
  });
  const fastGrad = compile(grad);
  batch.oldLogProb = tf.tidy(() => chunkLogProb(stepLogProbs(net.apply(params, batch.obs), batch, tuned)).add(batch.oldLogProb.mul(0.5)));
  const s = performance.now(); const a = fastGrad(params, batch); say('grad first call', (performance.now() - s).toFixed(0));
  const b = grad(params, batch);
  say('loss', a.loss.dataSync()[0], b.loss.dataSync()[0], 'max grad diff', Math.max(...names.map((n) => diff(a.gradients[n], b.gradients[n]))), 'scale', Math.max(...names.map((n) => b.gradients[n].abs().max().dataSync()[0])));
  say('tensors', tf.memory().numTensors);
  const mem = () => (process.memoryUsage().rss / 1e6).toFixed(0);
  for (let r = 0; r < 3; r++) {
    say('  eager', ms(() => { const r = grad(params, batch); r.loss.dataSync(); tf.dispose(r); }, 8), 'rss', mem());
    say('  compiled', ms(() => { const r = fastGrad(params, batch); r.loss.dataSync(); tf.dispose(r); }, 12), 'rss', mem());
  }
  const h = () => (tf.backend() as any).getNumOfTFTensors();
  say('tensors', tf.memory().numTensors, 'handles', h());
  const obs = tf.randomNormal([40, 1, 11]) as tf.Tensor3D, noise = tf.randomNormal([21, 40, 4, 3]) as tf.Tensor4D;
  for (let r = 0; r < 4; r++) { for (let i = 0; i < 200; i++) tf.dispose(fast(params, obs, noise)); say('rss after 200 more samples', mem(), 'tensors', tf.memory().numTensors, 'handles', h()); }
});
