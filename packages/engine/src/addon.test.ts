import { afterEach, describe, expect, it, vi } from 'vitest';
import { findCompiler } from './addon.ts';

afterEach(() => void vi.unstubAllEnvs());

describe('findCompiler', () => {
  it('says that a compiler is missing', async () => {
    vi.stubEnv('CXX', '');
    vi.stubEnv('PATH', '/nowhere');
    await expect(findCompiler()).rejects.toThrow(
      /^a C\+\+ compiler is missing \(tried .*c\+\+, g\+\+, clang\+\+\)$/,
    );
  });
});
