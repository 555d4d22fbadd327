import { serve } from '@dppo/cluster';

import { compute, run } from './rounds.ts';

await serve(process.argv[2], compute, { run });
