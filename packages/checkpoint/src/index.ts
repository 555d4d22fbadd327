export { readTensors, writeTensors } from './tensors.ts';
