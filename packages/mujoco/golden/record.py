"""Records the file beside it: `python record.py`, with gymnasium[mujoco]==1.4.0 and mujoco==3.14.0.

Episodes that end where the robot falls, also in the paper's variants (v4 rules, half the contact margin), and of the Ant full states
before and after a step. The other files of this folder were recorded in the same format without ends.
"""
import gzip
import json
import os

import gymnasium as gym
import mujoco
import numpy as np

ROBOTS = ["Hopper", "Walker2d", "HalfCheetah", "Ant"]
INTEGRATION = mujoco.mjtState.mjSTATE_INTEGRATION


def make(robot, version):
    env = gym.make(f"{robot}-{'v4' if version == 'v2' else version}").unwrapped
    if version == "v2":
        env.model.geom_margin[:] /= 2
    return env


def episode(robot, version, seed, steps):
    env = make(robot, version)
    obs, _ = env.reset(seed=seed)
    actions = np.random.default_rng(seed)
    recorded = {"seed": seed, "q0": env.data.qpos.tolist(), "v0": env.data.qvel.tolist(), "A": [], "O": [obs.tolist()], "R": [], "H": []}
    terminated = False
    while not terminated and len(recorded["A"]) < steps:
        action = actions.uniform(-1, 1, env.action_space.shape).astype(np.float32)
        obs, reward, terminated, _, _ = env.step(action)
        recorded["A"].append(action.tolist())
        recorded["O"].append(obs.tolist())
        recorded["R"].append(float(reward))
        recorded["H"].append(not terminated)
    return recorded


def full_state(env):
    state = np.zeros(mujoco.mj_stateSize(env.model, INTEGRATION))
    mujoco.mj_getState(env.model, env.data, state, INTEGRATION)
    return state.tolist()


def pairs(robot, count):
    env = make(robot, "v5")
    env.reset(seed=0)
    actions = np.random.default_rng(0)
    made = []
    for _ in range(count):
        env.data.ctrl[:] = actions.uniform(-1, 1, env.model.nu)
        before = full_state(env)
        mujoco.mj_step(env.model, env.data, nstep=env.frame_skip)
        made.append([before, full_state(env)])
    return made


recording = {
    "mujoco": mujoco.__version__,
    "gymnasium": gym.__version__,
    "sig": int(INTEGRATION),
    **{f"{robot}-{version}": [episode(robot, version, 10, 40)] for robot in ROBOTS for version in ("v2", "v4", "v5")},
    "Ant": pairs("Ant", 20),
}
name = f"episodes_gymnasium_{gym.__version__}_mujoco_{mujoco.__version__}.json.gz"
with open(os.path.join(os.path.dirname(__file__), name), "wb") as file:
    file.write(gzip.compress(json.dumps(recording).encode(), mtime=0))
