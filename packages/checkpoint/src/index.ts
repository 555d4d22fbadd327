export { readTensors, writeTensors } from './tensors.ts';
export type { TorchTensor } from './torch-tensor.ts';
export { readTorch } from './torch.ts';
export { writeWhole } from './write-whole.ts';
