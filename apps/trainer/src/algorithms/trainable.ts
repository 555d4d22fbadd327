import type { DenoiserSpec } from '@dppo/policy/head';

/** @throws Error where a backend, by its name, has no gradients of a network; auto is known once it has chosen */
export function checkTrainable(backend: string, { kind }: Pick<DenoiserSpec, 'kind'>): void {
  if (backend === 'wasm' && kind === 'unet')
    throw new Error(
      '--backend: found wasm, wanted tensorflow, or cpu, which is slow: WebAssembly has no gradients of the convolutions of a U-Net',
    );
}
