import { text } from 'node:stream/consumers';

import { pusht } from '../src/index.ts';
import { pushed } from './pushed.ts';

const env = pusht();
env.restore(Float64Array.from(JSON.parse(await text(process.stdin))));
process.stdout.write(JSON.stringify(pushed(env, Number(process.argv[2]))));
