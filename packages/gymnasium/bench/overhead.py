"""Prints as JSON, for each ID COUNT, microseconds for each environment step of a SyncVectorEnv: python overhead.py STEPS ID COUNT [ID COUNT ...]"""

import json
import sys
import time

import gymnasium
import numpy as np

steps, found = int(sys.argv[1]), []
for name, count in zip(sys.argv[2::2], map(int, sys.argv[3::2])):
    env = gymnasium.vector.SyncVectorEnv([lambda: gymnasium.make(name)] * count)
    env.reset(seed=0)
    actions = np.zeros(env.action_space.shape, env.action_space.dtype)
    for _ in range(2):
        began = time.perf_counter()
        for _ in range(steps):
            env.step(actions)
        took = time.perf_counter() - began
    found.append(1e6 * took / (steps * count))
print(json.dumps(found))
