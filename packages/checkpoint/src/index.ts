export { writeWhole } from '@dppo/files';
export { headerOf, type Dtype, type Entry, type Header } from './header-of.ts';
export { readTensors, writeTensors } from './tensor-files.ts';
export { formatTensors, parseTensors, type TensorFile } from './tensors.ts';
export { isTorchObject, type TorchObject } from './torch-object.ts';
export type { TorchTensor } from './torch-tensor.ts';
export { readTorch, readTorchObjects, type TorchFile } from './torch.ts';
