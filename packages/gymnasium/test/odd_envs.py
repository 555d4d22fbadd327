"""Environments that do what they should not, to be registered by importing this module."""

import os
import time

import gymnasium
import numpy as np


class Odd(gymnasium.Env):
    observation_space = gymnasium.spaces.Box(-1, 1, (2,))
    action_space = gymnasium.spaces.Box(-1, 1, (1,))

    def __init__(self, what):
        self.what = what

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return np.zeros(2, np.float32), {}

    def step(self, action):
        if self.what == "raises":
            raise ValueError("the arm is broken")
        if self.what == "exits":
            os._exit(3)
        if self.what == "hangs":
            time.sleep(60)
        if self.what == "prints":
            print("a line that is no frame", flush=True)
            os.write(1, b"\x00\x00\x00\x00 neither are these bytes")
        both = self.what == "both"
        return np.ones(2, np.float32), 1.0, both, both, {}


class Goal(gymnasium.Env):
    observation_space = gymnasium.spaces.Dict(
        {name: gymnasium.spaces.Box(-1, 1, (1,)) for name in ["observation", "achieved_goal", "desired_goal"]}
    )
    action_space = gymnasium.spaces.Box(-1, 1, (2, 2))

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return self.seen([0, 0, 0]), {}

    def step(self, action):
        return self.seen(action[0].tolist() + [action[1, 1]]), 0.0, False, False, {}

    def seen(self, values):
        names = ["achieved_goal", "desired_goal", "observation"]
        return {name: np.array([value], np.float32) for name, value in zip(names, values)}


for what in ["raises", "exits", "hangs", "prints", "both"]:
    gymnasium.register(f"Odd{what.capitalize()}-v0", entry_point=Odd, kwargs={"what": what})
gymnasium.register("Goal-v0", entry_point=Goal)
gymnasium.register("Discrete-v0", entry_point="gymnasium.envs.classic_control:CartPoleEnv")
