export { writeWhole } from '@dppo/files';
export { readTensors, writeTensors } from './tensor-files.ts';
export { formatTensors, parseTensors, type TensorFile } from './tensors.ts';
export type { TorchTensor } from './torch-tensor.ts';
export { readTorch } from './torch.ts';
