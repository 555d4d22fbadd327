"""Serves environments of Gymnasium to @dppo/gymnasium: frames over standard input and output.

A frame is its length without these four bytes (uint32, little endian), a letter, and a body:
  in   o JSON {id, kwargs, modules, count, condSteps, actSteps, maxEpisodeSteps}   r JSON [seed or null, …]   s float32 actions [N, Ta, Da]
  out  i JSON {obs, action: {shape, low, high}}                   d the numbers of a step    e a traceback
The numbers of a step are float32 obs [N, To, Do], reached [N, To, Do], rewards [N], then uint8 terminated [N], truncated [N],
and uint16 steps [N].
"""

import importlib
import json
import os
import struct
import sys
import traceback

import numpy as np


class Environment:
    """One environment: chunks of actions, the last observations, and a reset where an episode ended."""

    def __init__(self, env, cond_steps, act_steps, limit):
        self.env, self.cond_steps, self.act_steps, self.limit = env, cond_steps, act_steps, limit
        self.history, self.taken = None, 0

    def reset(self, seed=None):
        obs, _ = self.env.reset(seed=seed)
        self.history, self.taken = [flat(obs)] * self.cond_steps, 0
        return np.stack(self.history)

    def step(self, actions):
        """Returns what to act on next, what the step led to, reward, terminated, truncated, steps."""
        total, steps, space = 0.0, 0, self.env.action_space
        for action in actions:
            obs, reward, terminated, truncated, _ = self.env.step(action.reshape(space.shape).astype(space.dtype))
            self.history = self.history[1:] + [flat(obs)]
            total += float(reward)
            steps += 1
            self.taken += 1
            truncated = truncated or self.taken == self.limit
            if terminated or truncated:
                break
        reached = np.stack(self.history)
        cut = truncated and not terminated
        following = self.reset() if terminated or truncated else reached
        return following, reached, total, bool(terminated), bool(cut), steps


def flat(obs):
    return np.asarray(obs, np.float32).reshape(-1)


def make(id, kwargs):
    import gymnasium

    env = gymnasium.make(id, **kwargs)
    if not isinstance(env.observation_space, gymnasium.spaces.Box):
        env = gymnasium.wrappers.FlattenObservation(env)
    if not isinstance(env.action_space, gymnasium.spaces.Box):
        raise ValueError(f"{id}: actions are {env.action_space}, wanted a Box")
    return env


def described(space):
    """Bounds that are not finite as they are in JSON: null."""
    size = int(np.prod(space.shape))
    bound = lambda values: [float(v) if np.isfinite(v) else None for v in np.broadcast_to(values, space.shape).reshape(-1)]
    return {"size": size, "low": bound(space.low), "high": bound(space.high)}


class Server:
    def __init__(self):
        self.environments = []

    def open(self, body):
        asked = json.loads(body)
        for module in asked["modules"]:
            importlib.import_module(module)
        envs = [make(asked["id"], asked["kwargs"]) for _ in range(asked["count"])]
        sizes = asked["condSteps"], asked["actSteps"], asked["maxEpisodeSteps"]
        self.environments = [Environment(env, *sizes) for env in envs]
        spaces = {"obs": envs[0].observation_space, "action": envs[0].action_space}
        return b"i" + json.dumps({name: described(space) for name, space in spaces.items()}).encode()

    def reset(self, body):
        obs = np.stack([env.reset(seed) for env, seed in zip(self.environments, json.loads(body))])
        nothing = [0] * len(obs)
        return numbers(obs, obs, nothing, nothing, nothing, nothing)

    def step(self, body):
        count = len(self.environments)
        actions = np.frombuffer(body, "<f4").reshape(count, self.environments[0].act_steps, -1)
        return numbers(*zip(*[env.step(chunk) for env, chunk in zip(self.environments, actions)]))


def numbers(obs, reached, rewards, terminated, truncated, steps):
    columns = [(obs, "<f4"), (reached, "<f4"), (rewards, "<f4"), (terminated, "u1"), (truncated, "u1"), (steps, "<u2")]
    return b"d" + b"".join(np.asarray(values, dtype).tobytes() for values, dtype in columns)


def serve(source, sink):
    server = Server()
    answers = {b"o": server.open, b"r": server.reset, b"s": server.step}
    while len(head := source.read(4)) == 4:
        body = source.read(struct.unpack("<I", head)[0])
        try:
            answer = answers[body[:1]](body[1:])
        except BaseException:
            answer = b"e" + traceback.format_exc().encode()
        sink.write(struct.pack("<I", len(answer)) + answer)
        sink.flush()


if __name__ == "__main__":
    # What environments print goes to standard error: standard output is for frames.
    frames = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    serve(sys.stdin.buffer, frames)
