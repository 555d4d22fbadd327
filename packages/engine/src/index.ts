export { compile, type CompileOptions } from './compile/compile.ts';
export { checkNative } from './loaded.ts';
export { type Provisioned, type ProvisionOptions, provision } from './provision.ts';
export { threads, useThreads } from './threads.ts';
export { type Backend, type BackendName, type Refusal, useBackend } from './use-backend.ts';
