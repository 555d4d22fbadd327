import './matchers.ts';
import './fail-on-console.ts';
import { useBackend } from '@dppo/engine';
import { beforeAll } from 'vitest';

beforeAll(async () => {
  await useBackend('wasm');
});
