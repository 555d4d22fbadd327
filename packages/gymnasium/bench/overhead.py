"""Prints microseconds for each environment step of a SyncVectorEnv: python overhead.py ID COUNT STEPS"""

import sys
import time

import gymnasium
import numpy as np

name, count, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
env = gymnasium.vector.SyncVectorEnv([lambda: gymnasium.make(name)] * count)
env.reset(seed=0)
actions = np.zeros(env.action_space.shape, env.action_space.dtype)
for round in range(2):
    began = time.perf_counter()
    for _ in range(steps):
        env.step(actions)
    took = time.perf_counter() - began
print(1e6 * took / (steps * count))
