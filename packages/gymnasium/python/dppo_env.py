"""Serves environments of Gymnasium to @dppo/gymnasium: frames over standard input and output.

A frame is its length without these four bytes (uint32, little endian), a letter, and a body:
  in   o JSON {id, kwargs, modules, count, condSteps, actSteps, maxEpisodeSteps, pictures}   r JSON [seed or null, …]
       s float32 actions [N, Ta, Da]   p nothing   k nothing: keep   g states: go on
  out  i JSON {obs, action: {size, low, high}, savable}           d the numbers of a step    e a traceback
       p uint32 pictures, height, width, then uint8 RGB           k states                   g nothing
States are, of one environment after another, how many numbers (uint32) and these (float64).
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
        self.state = state_of(env)

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

    def save(self):
        """How many numbers the last observations have, these, steps taken, and the environment's own state."""
        return np.concatenate([[np.size(self.history)], np.ravel(self.history), [self.taken], self.state.save()])

    def restore(self, state):
        if self.history is None:
            self.reset(0)
        size = np.size(self.history)
        if state[0] != size:
            raise ValueError(f"{self.env}: a state with observations of {state[0]:.0f} numbers, wanted {size}")
        self.state.restore(state[size + 2 :])
        self.history = list(np.reshape(state[1 : size + 1], np.shape(self.history)).astype(np.float32))
        self.taken = int(state[size + 1])


class Separate:
    """Environments that are stepped one after another."""

    def __init__(self, envs):
        self.envs = envs
        self.spaces = {"obs": envs[0].env.observation_space, "action": envs[0].env.action_space}

    def reset(self, seeds):
        return np.stack([env.reset(seed) for env, seed in zip(self.envs, seeds)])

    def step(self, actions):
        return zip(*[env.step(chunk) for env, chunk in zip(self.envs, actions)])

    def savable(self):
        return all(env.state is not None for env in self.envs)

    def save(self):
        return [env.save() for env in self.envs]

    def restore(self, states):
        for env, state in zip(self.envs, states):
            env.restore(state)


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

    def savable(self):
        return False

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


class State:
    """What the next steps of an environment follow from: its generator, the steps that its limits count, and what is its own."""

    def __init__(self, env, limits, own):
        self.env, self.limits, self.own = env, limits, own

    def save(self):
        counts = [limit._elapsed_steps for limit in self.limits]
        return np.concatenate([words_of(self.env.np_random), counts, np.asarray(self.own.save(), float).reshape(-1)])

    def restore(self, state):
        self.env.np_random.bit_generator.state = generator_at(state[:WORDS])
        rest = WORDS + len(self.limits)
        for limit, count in zip(self.limits, state[WORDS:rest]):
            limit._elapsed_steps = int(count)
        self.own.restore(state[rest:])


class Told:
    """What an environment says itself, in numbers of Python."""

    def __init__(self, env):
        self.env = env

    def save(self):
        return self.env.save()

    def restore(self, state):
        self.env.restore(state.tolist())


class Data:
    """MuJoCo's data, all that does not depend on how many contacts there are: what a step reads of the last one too."""

    def __init__(self, env):
        import mujoco

        self.env, fresh = env, mujoco.MjData(env.model)
        arrays = {name: getattr(fresh, name) for name in dir(fresh) if isinstance(getattr(fresh, name, None), np.ndarray)}
        self.sizes = {name: array.size for name, array in arrays.items() if array.size > 0}

    def save(self):
        data = self.env.data
        return np.concatenate([[data.time]] + [np.ravel(getattr(data, name)) for name in self.sizes])

    def restore(self, state):
        data, at = self.env.data, 1
        if len(state) != 1 + sum(self.sizes.values()):
            raise ValueError(f"{self.env}: a state of {len(state)} numbers, wanted {1 + sum(self.sizes.values())}")
        data.time = state[0]
        for name, size in self.sizes.items():
            array = getattr(data, name)
            array[...] = state[at : at + size].reshape(array.shape)
            at += size


class Vector:
    """The one vector that is the state of Gymnasium's classic control, and the bytes of its numbers, which a step may change."""

    def __init__(self, env):
        self.env = env

    def save(self):
        state = np.asarray(self.env.state)
        return [state.itemsize, *state]

    def restore(self, state):
        self.env.state = np.array(state[1:], f"f{int(state[0])}")


# state and increment as 32-bit words, the lowest first, whether 32 bits of the last draw are left, and those
WORDS = 10


def words_of(generator):
    state = generator.bit_generator.state
    numbers = [state["state"]["state"], state["state"]["inc"]]
    words = [number >> shift & 0xFFFFFFFF for number in numbers for shift in [0, 32, 64, 96]]
    return words + [state["has_uint32"], state["uinteger"]]


def generator_at(words):
    words = [int(word) for word in words]
    number = lambda part: sum(word << 32 * i for i, word in enumerate(part))
    state = {"state": number(words[:4]), "inc": number(words[4:8])}
    return {"bit_generator": "PCG64", "state": state, "has_uint32": words[8], "uinteger": words[9]}


def state_of(env):
    """The state of an environment; None where it does not say it, or a wrapper may have some more."""
    from gymnasium import wrappers

    stateless = [wrappers.PassiveEnvChecker, wrappers.OrderEnforcing, wrappers.FlattenObservation]
    own, limits = env.unwrapped, []
    while env is not own:
        if type(env) is wrappers.TimeLimit:
            limits.append(env)
        elif type(env) not in stateless:
            return None
        env = env.env
    if callable(getattr(own, "save", None)) and callable(getattr(own, "restore", None)):
        return State(own, limits, Told(own))
    if type(own).__module__.startswith("gymnasium.envs.mujoco."):
        return State(own, limits, Data(own))
    if type(own).__module__.startswith("gymnasium.envs.classic_control."):
        return State(own, limits, Vector(own))
    return None


class Server:
    def __init__(self):
        self.environments, self.act_steps, self.pictures = None, 0, []

    def open(self, body):
        asked = json.loads(body)
        draw = lambda env: self.pictures.append(np.asarray(env.render(), np.uint8)) if asked["pictures"] else None
        self.environments, self.act_steps = made(asked, draw), asked["actSteps"]
        said = {name: described(space) for name, space in self.environments.spaces.items()}
        return b"i" + json.dumps(said | {"savable": self.environments.savable()}).encode()

    def reset(self, body):
        obs = self.environments.reset(json.loads(body))
        nothing = [0] * len(obs)
        return numbers(obs, obs, nothing, nothing, nothing, nothing)

    def step(self, body):
        size = int(np.prod(self.environments.spaces["action"].shape))
        actions = np.frombuffer(body, "<f4").reshape(-1, self.act_steps, size)
        return numbers(*self.environments.step(actions))

    def keep(self, _):
        states = [np.asarray(state, "<f8") for state in self.environments.save()]
        return b"k" + b"".join(struct.pack("<I", state.size) + state.tobytes() for state in states)

    def go_on(self, body):
        states, at = [], 0
        while at < len(body):
            end = at + 4 + 8 * struct.unpack_from("<I", body, at)[0]
            states.append(np.frombuffer(body[at + 4 : end], "<f8"))
            at = end
        self.environments.restore(states)
        return b"g"

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
    answers = {b"o": server.open, b"r": server.reset, b"s": server.step, b"p": server.drawn, b"k": server.keep, b"g": server.go_on}
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
