"""Steps vectors of Hoppers with random actions: for each line `sync STEPS` or `async STEPS` prints `WALL CPU` seconds."""
import os
import sys
import time
import warnings

import gymnasium as gym
from gymnasium.vector import AsyncVectorEnv, SyncVectorEnv

warnings.filterwarnings("ignore")


def cpu(pids):
    """CPU seconds of this process and of others, which Linux counts in /proc."""
    total = time.process_time()
    for pid in pids:
        with open(f"/proc/{pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


if __name__ == "__main__":
    make = [lambda: gym.make("Hopper-v5")] * int(sys.argv[1])
    vectors = {"sync": SyncVectorEnv(make), "async": AsyncVectorEnv(make)}
    pids = {"sync": [], "async": [process.pid for process in vectors["async"].processes]}
    for vector in vectors.values():
        vector.reset(seed=0)
    for line in sys.stdin:
        kind, steps = line.split()
        vector = vectors[kind]
        start, used = time.perf_counter(), cpu(pids[kind])
        for _ in range(int(steps)):
            vector.step(vector.action_space.sample())
        print(time.perf_counter() - start, cpu(pids[kind]) - used, flush=True)
    for vector in vectors.values():
        vector.close()
