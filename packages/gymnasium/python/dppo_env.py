"""Serves environments of Gymnasium to @dppo/gymnasium: frames over standard input and output.

A frame is its length without these four bytes (uint32, little endian), a letter, and a body:
  in   o JSON {id, kwargs, modules, count, condSteps, actSteps, maxEpisodeSteps, pictures}   r JSON [seed or null, …]
       s float32 actions [N, Ta, Da]   p nothing
  out  i JSON {obs, action: {shape, low, high}}                   d the numbers of a step    e a traceback
       p uint32 pictures, height, width, then uint8 RGB
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

    def __init__(self, env, cond_steps, act_steps, limit, draw):
        self.env, self.cond_steps, self.act_steps, self.limit, self.draw = env, cond_steps, act_steps, limit, draw
        self.history, self.taken = None, 0

    def reset(self, seed=None):
        obs, _ = self.env.reset(seed=seed)
        self.draw(self.env)
        self.history, self.taken = [flat(obs)] * self.cond_steps, 0
        return np.stack(self.history)

    def step(self, actions):
        """Returns what to act on next, what the step led to, reward, terminated, truncated, steps."""
        total, steps, space = 0.0, 0, self.env.action_space
        for action in actions:
            obs, reward, terminated, truncated, _ = self.env.step(action.reshape(space.shape).astype(space.dtype))
            self.draw(self.env)
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


class Separate:
    """Environments that are stepped one after another."""

    def __init__(self, envs):
        self.envs = envs
        self.spaces = {"obs": envs[0].env.observation_space, "action": envs[0].env.action_space}

    def reset(self, seeds):
        return np.stack([env.reset(seed) for env, seed in zip(self.envs, seeds)])

    def step(self, actions):
        return zip(*[env.step(chunk) for env, chunk in zip(self.envs, actions)])


class Together:
    """A vector environment of Gymnasium. One whose episode ended within a chunk is stepped on with the others, and reset after them."""

    def __init__(self, env, cond_steps, limit):
        import gymnasium

        mode = env.metadata.get("autoreset_mode")
        self.mode = getattr(mode, "value", mode)
        if self.mode not in ["NextStep", "SameStep", "Disabled"]:
            raise ValueError(f"{env}: its metadata have autoreset_mode {self.mode}, wanted NextStep, SameStep or Disabled")
        self.env, self.cond_steps, self.limit = env, cond_steps, limit
        self.spaces = {"obs": gymnasium.spaces.flatten_space(env.single_observation_space), "action": env.single_action_space}
        self.many_seeds = isinstance(env.unwrapped, (gymnasium.vector.SyncVectorEnv, gymnasium.vector.AsyncVectorEnv))
        self.history, self.taken = None, np.zeros(env.num_envs, int)

    def rows(self, obs):
        from gymnasium.spaces import Box
        from gymnasium.vector.utils import iterate

        if isinstance(self.env.single_observation_space, Box):
            return np.array(obs, np.float32).reshape(self.env.num_envs, -1)
        return np.stack([self.row(each) for each in iterate(self.env.observation_space, obs)])

    def row(self, obs):
        from gymnasium.spaces import flatten

        return flat(flatten(self.env.single_observation_space, obs))

    def reset(self, seeds):
        seed = None if seeds[0] is None else seeds if self.many_seeds else seeds[0]
        obs, _ = self.env.reset(seed=seed)
        self.taken[:] = 0
        self.history = self.repeated(self.rows(obs))
        return self.history

    def repeated(self, obs):
        return np.repeat(obs[:, None], self.cond_steps, axis=1)

    def step(self, actions):
        count, space = len(actions), self.env.single_action_space
        rewards, steps = np.zeros(count), np.zeros(count, int)
        terminated, truncated, going = np.zeros(count, bool), np.zeros(count, bool), np.ones(count, bool)
        reached = self.history
        for t in range(actions.shape[1]):
            action = actions[:, t].reshape(count, *space.shape).astype(space.dtype)
            obs, reward, ended, cut, infos = self.env.step(action)
            obs, ended, over = self.rows(obs), np.asarray(ended, bool), np.asarray(ended, bool) | np.asarray(cut, bool)
            came_to = obs.copy()
            if self.mode == "SameStep":
                for i in np.flatnonzero(over & going):
                    came_to[i] = self.row(infos["final_obs"][i])
            reached = np.where(going[:, None, None], np.concatenate([reached[:, 1:], came_to[:, None]], 1), reached)
            rewards += np.where(going, reward, 0)
            steps += going
            self.taken += going
            terminated |= going & ended
            truncated |= going & ~ended & (over | (self.taken == self.limit))
            closing = going & (terminated | truncated)
            going = going & ~closing
            own = over if self.mode == "SameStep" else np.zeros(count, bool)
            is_last = t + 1 == actions.shape[1] or not going.any()
            obs = self.renewed(obs, (~going & ~(own & closing)) if is_last else (over | closing) & ~own)
            if is_last:
                break
        self.taken[~going] = 0
        self.history = np.where(going[:, None, None], reached, self.repeated(obs))
        return self.history, reached, rewards, terminated, truncated, steps

    def renewed(self, obs, which):
        """Resets these environments and no others."""
        if not which.any():
            return obs
        found, _ = self.env.reset(options={"reset_mask": which.copy()})
        found = self.rows(found)
        if not np.array_equal(found[~which], obs[~which], equal_nan=True):
            raise RuntimeError(
                f"{self.env}: a reset of some of its environments reset others as well, wanted one that knows reset_mask; "
                "without it, one action at a time with autoreset_mode SameStep"
            )
        return found


def flat(obs):
    return np.asarray(obs, np.float32).reshape(-1)


def made(asked, draw):
    """The environments that are asked for: as one where they are registered as one."""
    import gymnasium

    module, _, name = asked["id"].rpartition(":")
    for each in asked["modules"] + ([module] if module else []):
        importlib.import_module(each)
    cond_steps, act_steps, limit, count = (asked[key] for key in ["condSteps", "actSteps", "maxEpisodeSteps", "count"])
    if gymnasium.spec(name).vector_entry_point is not None and not asked["pictures"]:
        environments = Together(gymnasium.make_vec(name, num_envs=count, **asked["kwargs"]), cond_steps, limit)
    else:
        kwargs = asked["kwargs"] | ({"render_mode": "rgb_array"} if asked["pictures"] else {})
        envs = [make(name, kwargs) for _ in range(count)]
        environments = Separate([Environment(env, cond_steps, act_steps, limit, draw) for env in envs])
    action = environments.spaces["action"]
    if not isinstance(action, gymnasium.spaces.Box):
        raise ValueError(f"{name}: actions are {action}, wanted a Box")
    return environments


def make(name, kwargs):
    import gymnasium

    env = gymnasium.make(name, **kwargs)
    is_box = isinstance(env.observation_space, gymnasium.spaces.Box)
    return env if is_box else gymnasium.wrappers.FlattenObservation(env)


def described(space):
    """Bounds that are not finite as they are in JSON: null."""
    size = int(np.prod(space.shape))
    bound = lambda values: [float(v) if np.isfinite(v) else None for v in np.broadcast_to(values, space.shape).reshape(-1)]
    return {"size": size, "low": bound(space.low), "high": bound(space.high)}


class Server:
    def __init__(self):
        self.environments, self.act_steps, self.pictures = None, 0, []

    def open(self, body):
        asked = json.loads(body)
        draw = lambda env: self.pictures.append(np.asarray(env.render(), np.uint8)) if asked["pictures"] else None
        self.environments, self.act_steps = made(asked, draw), asked["actSteps"]
        return b"i" + json.dumps({name: described(space) for name, space in self.environments.spaces.items()}).encode()

    def reset(self, body):
        obs = self.environments.reset(json.loads(body))
        nothing = [0] * len(obs)
        return numbers(obs, obs, nothing, nothing, nothing, nothing)

    def step(self, body):
        size = int(np.prod(self.environments.spaces["action"].shape))
        actions = np.frombuffer(body, "<f4").reshape(-1, self.act_steps, size)
        return numbers(*self.environments.step(actions))

    def drawn(self, _):
        pictures, self.pictures = self.pictures, []
        height, width = pictures[0].shape[:2] if pictures else (0, 0)
        if any(picture.shape != (height, width, 3) for picture in pictures):
            raise ValueError(f"pictures are {[p.shape for p in pictures]}, wanted all of one height and width in RGB")
        return b"p" + struct.pack("<III", len(pictures), height, width) + b"".join(p.tobytes() for p in pictures)


def numbers(obs, reached, rewards, terminated, truncated, steps):
    columns = [(obs, "<f4"), (reached, "<f4"), (rewards, "<f4"), (terminated, "u1"), (truncated, "u1"), (steps, "<u2")]
    return b"d" + b"".join(np.asarray(values, dtype).tobytes() for values, dtype in columns)


def serve(source, sink):
    server = Server()
    answers = {b"o": server.open, b"r": server.reset, b"s": server.step, b"p": server.drawn}
    while len(head := source.read(4)) == 4:
        body = source.read(struct.unpack("<I", head)[0])
        try:
            answer = answers[body[:1]](body[1:])
        except BaseException:
            answer = b"e" + traceback.format_exc().encode()
        sink.write(struct.pack("<I", len(answer)) + answer)
        sink.flush()


if __name__ == "__main__":
    # Modules that register environments are looked for where the program runs, not beside this file.
    sys.path[0] = os.getcwd()
    # What environments print goes to standard error: standard output is for frames.
    frames = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    serve(sys.stdin.buffer, frames)
