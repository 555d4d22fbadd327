import { afterEach, expect, vi } from 'vitest';

const spies = (['log', 'info', 'warn', 'error'] as const).map((method) => vi.spyOn(console, method));

// A library that prints is a library that must be silenced: whoever wants to say something returns or throws it.
afterEach(() => {
  const printed = spies.flatMap((spy) => spy.mock.calls.map((call) => call.join(' ')));
  for (const spy of spies) spy.mockClear();
  expect(printed, 'printed to the console').toEqual([]);
});
