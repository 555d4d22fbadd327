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


class Count(gymnasium.Env):
    """Counts its steps, from a start that follows from the seed if it is not given, and ends after as many as that says, or is cut after six."""

    metadata = {"render_modes": ["rgb_array"]}
    observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (2,), np.float32)
    action_space = gymnasium.spaces.Box(-1, 1, (1,))

    def __init__(self, start=None, render_mode=None):
        self.begin, self.render_mode = start, render_mode

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.start, self.steps = self.np_random.uniform(0, 1) if self.begin is None else self.begin, 0
        return self.seen(), {}

    def step(self, action):
        self.steps += 1
        self.start += float(action[0]) / 100
        ended, cut = self.steps >= 2 + int(8 * self.start), self.steps >= 6
        return self.seen(), self.start, ended, cut, {}

    def seen(self):
        return np.array([self.start, self.steps], np.float32)

    def save(self):
        return [self.start, self.steps]

    def restore(self, state):
        self.start, self.steps = state[0], int(state[1])

    def render(self):
        picture = np.zeros((4, 8, 3), np.uint8)
        picture[:, : self.steps] = [255, 0, 0]
        return picture


class Careless(gymnasium.vector.SyncVectorEnv):
    """Resets all of its environments, whichever is asked for."""

    def reset(self, *, seed=None, options=None):
        return super().reset(seed=seed)


def counts(num_envs, autoreset_mode="Disabled", start=None, made_by=gymnasium.vector.SyncVectorEnv):
    return made_by([lambda: Count(start)] * num_envs, autoreset_mode=gymnasium.vector.AutoresetMode(autoreset_mode))


gymnasium.register("Count-v0", entry_point=Count)
gymnasium.register("Counts-v0", vector_entry_point=counts)
gymnasium.register("Careless-v0", vector_entry_point=lambda num_envs, **kwargs: counts(num_envs, made_by=Careless, **kwargs))
