"""Env steps per CPU-second of Python's robosuite with random actions: python speed.py TASK STEPS."""

import pathlib
import sys
import time

import numpy as np

sys.path.append(str(pathlib.Path(__file__).parent.parent / "golden"))
from original import make  # noqa: E402

task, steps = sys.argv[1], int(sys.argv[2])
env = make(task)
random = np.random.default_rng(1)
actions = random.uniform(-1, 1, (steps, env.action_dim))
# Numba compiles at the first steps.
env.reset()
for action in actions[:5]:
    env.step(action)
env.reset()
before = time.process_time()
for action in actions:
    env.step(action)
print(steps / (time.process_time() - before))
