import { describe, expect, it } from 'vitest';
import { destination, libraries } from './wheel.ts';

describe('destination', () => {
  it('puts both libraries into lib, under the names by which the addon asks for them', () => {
    for (const platform of ['linux', 'darwin'] as const) {
      for (const name of libraries(platform)) expect(destination(`tensorflow/${name}`)).toBe(`lib/${name}`);
    }
  });

  it('takes the headers that the addon includes', () => {
    for (const header of [
      'tensorflow/c/c_api.h',
      'tensorflow/core/platform/types.h',
      'tsl/a/b.h',
      'xla/tsl/c.h',
    ]) {
      expect(destination(`tensorflow/include/${header}`)).toBe(`include/${header}`);
    }
  });

  it('leaves the rest: Python, other headers, folders, and names that lead elsewhere', () => {
    const rest = [
      'tensorflow/python/_pywrap_tensorflow_internal.so',
      'tensorflow/include/xla/shape.h',
      'tensorflow/include/tensorflow/core/framework/op.h',
      'tensorflow/include/tensorflow/c/',
      'tensorflow/include/tensorflow/c/../../../../escape.h',
      'other/libtensorflow_cc.so.2',
    ];
    expect(rest.filter((entry) => destination(entry))).toEqual([]);
  });
});
