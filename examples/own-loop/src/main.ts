import { useBackend } from '@dppo/engine';

import { learn } from './learn.ts';

await useBackend('tensorflow', 'wasm', 'cpu');
const [dir = 'runs/puck', iterations = '60'] = process.argv.slice(2);
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
await learn(dir, { iterations: Number(iterations), count: 25, say });
say(`report, learning curve and state in ${dir}`);
