"""Records PushT as gym-pusht 0.1.8 plays it on pymunk 6.11.1: `python record.py OUT [HUMAN.npz]`.

OUT gets pusht_excerpt.json.gz: starts of seeds, episodes of random, pushing and cornering actions, and the coverage of poses. With the
human demonstrations of Diffusion Policy (`state`, `action`, `episode_ends`) it also gets pusht_human_ends.json.gz: where each of its
episodes ends in pymunk when the recorded actions are taken one after another from its first state.
"""

import gzip
import json
import sys

import numpy as np
from gym_pusht.envs.pusht import PushTEnv

META = {"gym_pusht": "0.1.8", "pymunk": "6.11.1", "chipmunk": "7.0.3", "numpy": np.__version__}
RNG = np.random.default_rng(21)


def write(path, content):
    with gzip.GzipFile(path, "wb", mtime=0) as file:
        file.write(json.dumps(content).encode())


def pose(env):
    return [*env.block.position, env.block.angle]


def choose(kind, env, t):
    agent, block = np.array(env.agent.position), np.array(env.block.position)
    if kind == "random":
        return RNG.uniform(50, 450, 2)
    if kind == "push":
        return np.clip(agent + 1.5 * (block - agent), 0, 512)
    corner = np.array([10.0, 500.0])
    return np.clip(block + 0.6 * (corner - block) + RNG.uniform(-30, 30, 2), 0, 512)


def episode(kind, seed, steps):
    env = PushTEnv(obs_type="state")
    first, _ = env.reset(seed=seed)
    found = {"kind": kind, "seed": seed, "start": first.tolist(), "after_reset": {"block_angle": env.block.angle}}
    rows = {name: [] for name in ["actions", "obs", "reward", "coverage", "terminated", "keypoints"]}
    for t in range(steps):
        action = choose(kind, env, t)
        obs, reward, terminated, _, info = env.step(action)
        rows["actions"].append(action.tolist())
        rows["obs"].append(obs.tolist())
        rows["reward"].append(float(reward))
        rows["coverage"].append(float(info["coverage"]))
        rows["terminated"].append(bool(terminated))
        if t % 10 == 0:
            rows["keypoints"].append([t, *env.get_keypoints(env._block_shapes).ravel().tolist()])
    return {**found, **rows}


def coverages(count):
    env = PushTEnv(obs_type="state")
    env.reset(seed=0)
    rows = []
    for _ in range(count):
        x, y = RNG.uniform(180, 330, 2)
        angle = RNG.uniform(0, 2 * np.pi)
        env.block.angle = angle
        env.block.position = (x, y)
        rows.append([0, 0, x, y, angle, float(env._get_coverage())])
    return rows


def human_ends(path):
    data = np.load(path)
    state, action = data["state"].astype(float), data["action"].astype(float)
    env = PushTEnv(obs_type="state")
    env._get_coverage = lambda: 0.0
    ends, begin = [], 0
    for end in data["episode_ends"]:
        env.reset(seed=0)
        env._setup()
        env.agent.position = state[begin][:2].tolist()
        env.block.angle = float(state[begin][4])
        env.block.position = state[begin][2:4].tolist()
        for each in action[begin:end]:
            env.step(each)
        ends.append([*env.agent.position, *pose(env)])
        begin = end
    return ends


if __name__ == "__main__":
    out = sys.argv[1]
    kinds = [("random", 100), ("push", 101), ("corner", 102), ("random", 103)]
    write(
        f"{out}/pusht_excerpt.json.gz",
        {
            "meta": META,
            "episodes": [episode(kind, seed, 30) for kind, seed in kinds],
            "coverage_of_state": coverages(20),
        },
    )
    if len(sys.argv) > 2:
        write(f"{out}/pusht_human_ends.json.gz", {"meta": META, "ends": human_ends(sys.argv[2])})
