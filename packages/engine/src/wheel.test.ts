import { describe, expect, it } from 'vitest';
import { destination, libraries, wheelFor } from './wheel.ts';

describe('wheelFor', () => {
  it('has a wheel with a hash for each platform that TensorFlow publishes the library for', () => {
    for (const [platform, arch] of [
      ['linux', 'x64'],
      ['linux', 'arm64'],
      ['darwin', 'arm64'],
    ] as const) {
      const { id, sha256 } = wheelFor({ platform, arch, glibc: platform === 'linux' ? '2.36' : undefined });
      expect(id).toMatch(new RegExp(`^\\d+\\.\\d+\\.\\d+-${platform}-${arch}$`));
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  it('names the platform for which there is none', () => {
    expect(() => wheelFor({ platform: 'win32', arch: 'x64', glibc: undefined })).toThrow(
      /not for win32-x64$/,
    );
    expect(() => wheelFor({ platform: 'darwin', arch: 'x64', glibc: undefined })).toThrow(
      /not for darwin-x64$/,
    );
  });

  it('asks for glibc 2.27 or newer, comparing numbers', () => {
    const linux = { platform: 'linux', arch: 'x64' };
    expect(() => wheelFor({ ...linux, glibc: '2.9' })).toThrow('this system has 2.9');
    expect(() => wheelFor({ ...linux, glibc: undefined })).toThrow('this system has another C library');
    expect(wheelFor({ ...linux, glibc: '2.27' })).toEqual(wheelFor({ ...linux, glibc: '3.0' }));
  });
});

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
