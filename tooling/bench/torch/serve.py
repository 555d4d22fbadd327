"""The work of src/*-phases.ts in PyTorch, measured on request: one JSON value a line, { about, phases } first, then for each name
read { wall, cpu, rss }. Same mathematics and same work without the reference's waste: no frozen network in the update, tables for
schedules and times, log-probabilities out of the sampler, each distinct observation of a minibatch once.

    python serve.py eager|compile|bfloat16
"""
import gc
import json
import math
import resource
import sys
import time

import gymnasium as gym
import numpy as np
import torch

from flow import Flow
from networks import ACT, CHUNK, HIDDEN, OBS, TIME, Denoiser, log_prob, value_network

K, TUNED, ENVS, CHUNKS, MINIBATCH = 20, 10, 40, 500, 50_000
mode = sys.argv[1]
torch.manual_seed(0)


critic = value_network()
actor = Denoiser(torch.arange(K))
frozen = Denoiser(torch.arange(K))
frozen.load_state_dict(actor.state_dict())
actor_optimizer = torch.optim.AdamW(actor.parameters(), lr=1e-4, weight_decay=0)
critic_optimizer = torch.optim.AdamW(critic.parameters(), lr=1e-3, weight_decay=0)

x = np.linspace(0, K + 1, K + 1)
bars = np.cos((x / (K + 1) + 0.008) / 1.008 * np.pi / 2) ** 2
betas = np.clip(1 - bars[1:] / bars[:-1], 0, 0.999)
alpha_bars = np.cumprod(1 - betas)
previous_bars = np.append(1, alpha_bars[:-1])


def table(values):
    return torch.tensor(values, dtype=torch.float32)


root, root1 = table(np.sqrt(1 / alpha_bars)), table(np.sqrt(1 / alpha_bars - 1))
c1 = table(betas * np.sqrt(previous_bars) / (1 - alpha_bars))
c2 = table((1 - previous_bars) * np.sqrt(1 - betas) / (1 - alpha_bars))
std = table(np.sqrt(betas * (1 - previous_bars) / (1 - alpha_bars)))
explore = std.clamp(min=0.1)
add_signal, add_noise = table(np.sqrt(alpha_bars)), table(np.sqrt(1 - alpha_bars))


def mean_of(network, x, t, obs):
    epsilon = network(x, t, obs)
    clean = (root[t, None] * x - root1[t, None] * epsilon).clamp(-1, 1)
    return c1[t, None] * clean + c2[t, None] * x


exploring = explore.tolist()
quiet = [0.0, *std[1:].clamp(min=1e-3).tolist()]
at = list(zip(root.tolist(), root1.tolist(), c1.tolist(), c2.tolist()))


def run(obs, noise, sigmas):
    """All states and means of a chain."""
    frozen_times, actor_times = frozen.times(), actor.times()
    states, means = [noise[0]], []
    for k, t in enumerate(reversed(range(K))):
        network, times = (actor, actor_times) if t < TUNED else (frozen, frozen_times)
        x, (r, r1, a, b) = states[-1], at[t]
        epsilon = network.mean(torch.cat([x, times[t].expand(len(x), TIME), obs], 1))
        means.append(a * (r * x - r1 * epsilon).clamp(-1, 1) + b * x)
        states.append(means[-1] + sigmas[t] * noise[k + 1].clamp(-3, 3))
    return states, means


def sample(obs, noise):
    states, means = run(obs, noise, exploring)
    chain = torch.stack(states[-TUNED - 1 :], 1)
    return chain, log_prob(torch.stack(means[-TUNED:], 1), explore[:TUNED].flip(0)[None, :, None], chain[:, 1:])


def best(obs, noise):
    return run(obs, noise, quiet)[0][-1]


def quick(obs, noise):
    x, times = noise[0], [16, 12, 8, 4, 0]
    for t, before in zip(times, [12, 8, 4, 0, -1]):
        epsilon = actor(x, torch.full((obs.shape[0],), t), obs)
        clean = (root[t] * x - root1[t] * epsilon).clamp(-1, 1)
        bar = alpha_bars[before] if before >= 0 else 1.0
        x = math.sqrt(bar) * clean + math.sqrt(1 - bar) * (x - math.sqrt(alpha_bars[t]) * clean) / math.sqrt(
            1 - alpha_bars[t]
        )
    return x


def chunk_log_prob(obs, previous, following, t):
    mean = mean_of(actor, previous, t, obs)
    return log_prob(mean, explore[t, None], following).clamp(-5, 2).mean(1)


def surrogate(obs, previous, following, t, old, advantage):
    ratio = (chunk_log_prob(obs, previous, following, t) - old).exp()
    return torch.max(-advantage * ratio, -advantage * ratio.clamp(0.99, 1.01)).mean()


def clone(actions, noise, t, obs):
    noisy = add_signal[t, None] * actions + add_noise[t, None] * noise
    return ((actor(noisy, t, obs) - noise) ** 2).mean()


if mode == "compile":
    torch._dynamo.config.cache_size_limit = 64
    sample, best, quick, chunk_log_prob, surrogate, clone = map(
        torch.compile, (sample, best, quick, chunk_log_prob, surrogate, clone)
    )


def autocast():
    return torch.autocast("cpu", torch.bfloat16, enabled=mode == "bfloat16")


@torch.no_grad()
def without_gradients(function, obs, noise):
    with autocast():
        return function(obs, noise)


def noise_for(rows, draws=K + 1):
    return torch.randn(draws, rows, CHUNK)


def batch_of(rows):
    return {
        "obs": torch.randn(rows, OBS),
        "previous": torch.randn(rows, CHUNK),
        "following": torch.randn(rows, CHUNK),
        "t": torch.arange(rows) % TUNED,
    }


def forward_backward(batch, old, advantage, rows=5000):
    total = batch["t"].shape[0]
    actor_optimizer.zero_grad()
    for i in range(0, total, rows):
        part = {name: value[i : i + rows] for name, value in batch.items()}
        with autocast():
            loss = surrogate(old=old[i : i + rows], advantage=advantage[i : i + rows], **part)
        (loss * (rows / total)).backward()
    return loss.item()


def critic_step(obs, returns, counts):
    critic_optimizer.zero_grad()
    loss = 0.5 * 0.5 * ((critic(obs)[:, 0] - returns) ** 2 * counts).sum() / counts.sum()
    loss.backward()
    critic_optimizer.step()


class Chunked(gym.Wrapper):
    """Four actions a step, as the reference's MultiStep with automatic reset."""

    def step(self, actions):
        total = 0.0
        for action in actions.reshape(4, ACT):
            obs, reward, terminated, truncated, info = self.env.step(action)
            total += reward
            if terminated or truncated:
                break
        return obs, total, terminated, truncated, info


def hopper():
    env = Chunked(gym.make("Hopper-v4", max_episode_steps=1000))
    env.action_space = gym.spaces.Box(-1, 1, (4 * ACT,), np.float32)
    return env


env = gym.vector.AsyncVectorEnv([hopper] * ENVS, autoreset_mode=gym.vector.AutoresetMode.SAME_STEP)
env.reset(seed=0)


def advantages(rewards, values, after, ended, gamma=0.99, lam=0.95):
    result, last = np.zeros_like(rewards), np.zeros(ENVS, np.float32)
    for t in reversed(range(len(rewards))):
        delta = rewards[t] + gamma * after[t] * (1 - ended[t]) - values[t]
        last = result[t] = delta + gamma * lam * (1 - ended[t]) * last
    return result


@torch.no_grad()
def values_of(obs, rows=10_000):
    return torch.cat([critic(part)[:, 0] for part in obs.split(rows)])


class Diffusion:
    """DDPM, whose denoising steps are samples of PPO each."""

    draws, samples, size, states = K + 1, TUNED, MINIBATCH, TUNED + 1
    optimizer = actor_optimizer
    sample = staticmethod(sample)

    @staticmethod
    def old(log_probs):
        return log_probs.clamp(-5, 2).mean(2).reshape(-1)

    @staticmethod
    def learn(data, pairs, advantage):
        rows, j = pairs // TUNED, pairs % TUNED
        batch = {
            "obs": data["obs"][rows],
            "previous": data["chains"][rows, j],
            "following": data["chains"][rows, j + 1],
            "t": TUNED - 1 - j,
        }
        forward_backward(batch, data["old"][pairs], advantage * (0.99 ** (TUNED - 1 - j).float()))


class Flowing:
    """A flow, whose paths are a sample of PPO each."""

    samples, size = 1, MINIBATCH // 10

    def __init__(self, steps):
        flow = Flow(steps)
        self.draws = self.states = steps + 1
        self.optimizer = torch.optim.AdamW(flow.parameters(), lr=1e-4, weight_decay=0)
        self.sample, self.best, self.score, self.loss = flow.sample, flow.best, flow.score, flow.loss
        if mode == "compile":
            self.sample, self.best, self.score, self.loss = map(
                torch.compile, (flow.sample, flow.best, flow.score, flow.loss)
            )
        # As many rows in a product as where a step is a sample.
        self.rows = 5000 // steps

    @staticmethod
    def old(log_probs):
        return log_probs

    def learn(self, data, rows, advantage):
        self.optimizer.zero_grad()
        for part, gain in zip(rows.split(self.rows), advantage.split(self.rows)):
            with autocast():
                loss = self.loss(data["obs"][part], data["chains"][part], data["old"][part], gain)
            (loss * (len(part) / len(rows))).backward()
        return loss.item()


def update_minibatch(job, data, pairs):
    rows = pairs // job.samples
    advantage = data["advantage"][rows]
    job.learn(data, pairs, (advantage - advantage.mean()) / (advantage.std() + 1e-8))
    job.optimizer.step()
    distinct, counts = rows.unique(return_counts=True)
    critic_step(data["obs"][distinct], data["returns"][distinct], counts)


def iteration(job):
    obs, _ = env.reset(seed=1)
    seen, reached, chains, log_probs, rewards, ended = [], [], [], [], [], []
    for _ in range(CHUNKS):
        state = torch.as_tensor(obs, dtype=torch.float32)
        chain, log_prob_of = without_gradients(job.sample, state, noise_for(ENVS, job.draws))
        obs, reward, terminated, truncated, info = env.step(chain[:, -1].float().clamp(-1, 1).numpy())
        over = terminated | truncated
        led_to = np.float32(obs)
        if over.any():
            led_to[over] = np.stack(info["final_obs"][over])
        seen.append(state)
        reached.append(torch.as_tensor(led_to))
        chains.append(chain.float())
        log_probs.append(log_prob_of.float())
        rewards.append(reward)
        ended.append(over)
    states = torch.cat(seen)
    old, values, after = job.old(torch.cat(log_probs)), values_of(states), values_of(torch.cat(reached))
    table_of_values, table_after = (each.numpy().reshape(CHUNKS, ENVS) for each in (values, after))
    gains = advantages(np.float32(rewards), table_of_values, table_after, np.float32(ended)).reshape(-1)
    data = {
        "obs": states,
        "chains": torch.cat(chains),
        "old": old,
        "advantage": torch.as_tensor(gains),
        "returns": torch.as_tensor(gains) + values,
    }
    for _ in range(5):
        order = torch.randperm(len(old))
        for part in order.split(job.size):
            update_minibatch(job, data, part)


def optimizers():
    actor_optimizer.step()
    critic_optimizer.step()


def pretraining(data, size=128):
    """One epoch; every tenth step moves the average."""
    for step, rows in enumerate(torch.randperm(len(data["obs"])).split(size)):
        actor_optimizer.zero_grad()
        t = torch.randint(K, (size,))
        with autocast():
            loss = clone(data["actions"][rows], torch.randn(size, CHUNK), t, data["obs"][rows])
        loss.backward()
        actor_optimizer.step()
        if step % 10 == 0:
            with torch.no_grad():
                torch._foreach_lerp_(list(frozen.parameters()), list(actor.parameters()), 0.005)
        loss.item()


def physics():
    env.step(np.tanh(np.random.randn(ENVS, 4 * ACT)).astype(np.float32))


def forward_only(batch, rows=5000):
    with torch.no_grad(), autocast():
        for i in range(0, MINIBATCH, rows):
            chunk_log_prob(*(batch[name][i : i + rows] for name in ("obs", "previous", "following", "t")))


def matmul(rows):
    left, right = torch.randn(rows, HIDDEN), torch.randn(HIDDEN, HIDDEN)
    if mode == "bfloat16":
        left, right = left.bfloat16(), right.bfloat16()
    return lambda: [left @ right for _ in range(MINIBATCH // rows)][-1]


def sampling(function, rows, draws=K + 1):
    obs, noise = torch.randn(rows, OBS), noise_for(rows, draws)
    return lambda: without_gradients(function, obs, noise)


def acting(function, draws=K + 1):
    """What a robot waits for: its numbers in, the chunk's out, noise and all."""
    obs = np.random.randn(1, OBS).astype(np.float32)
    return lambda: without_gradients(function, torch.as_tensor(obs), noise_for(1, draws)).float().numpy()


def evaluation():
    rows = ENVS * CHUNKS
    obs, reached, log_probs = torch.randn(rows, OBS), torch.randn(rows, OBS), torch.randn(rows, TUNED, CHUNK)
    return lambda: (Diffusion.old(log_probs), values_of(obs), values_of(reached))


def estimation():
    series = [np.random.randn(CHUNKS, ENVS).astype(np.float32) for _ in range(3)]
    return lambda: advantages(*series, np.zeros((CHUNKS, ENVS)))


def forward():
    batch = batch_of(MINIBATCH)
    return lambda: forward_only(batch)


def backward():
    batch, old, advantage = batch_of(MINIBATCH), torch.zeros(MINIBATCH), torch.randn(MINIBATCH)
    return lambda: forward_backward(batch, old, advantage)


def minibatch(job):
    """An update of a rollout that is one minibatch: values, advantages, and the step."""
    rows = job.size // job.samples
    rollout = {
        "obs": torch.randn(rows, OBS),
        "chains": torch.randn(rows, job.states, CHUNK),
        "old": torch.zeros(job.size),
    }
    reached, rewards = torch.randn(rows, OBS), np.random.randn(rows // ENVS, ENVS).astype(np.float32)

    def update():
        values, after = values_of(rollout["obs"]), values_of(reached)
        tables = (each.numpy().reshape(rewards.shape) for each in (values, after))
        gains = torch.as_tensor(advantages(rewards, *tables, np.zeros_like(rewards)).reshape(-1))
        data = {**rollout, "advantage": gains, "returns": gains + values}
        update_minibatch(job, data, torch.randperm(job.size))

    return update


def paths(job):
    """Of a minibatch of a flow."""
    return torch.randn(job.size, OBS), torch.randn(job.size, job.states, CHUNK)


def flow_forward(job):
    obs, chains = paths(job)

    def run():
        with torch.no_grad(), autocast():
            for part in zip(obs.split(job.rows), chains.split(job.rows)):
                job.score(*part)

    return run


def flow_backward(job):
    obs, chains = paths(job)
    data = {"obs": obs, "chains": chains, "old": torch.zeros(job.size)}
    order, advantage = torch.randperm(job.size), torch.randn(job.size)
    return lambda: job.learn(data, order, advantage)


def cloning():
    data = {"actions": torch.randn(64 * 128, CHUNK), "obs": torch.randn(64 * 128, OBS)}
    return lambda: pretraining(data)


# Each makes what its work takes and returns what does it once.
phases = {
    "matmul [50000, 512]×[512, 512]": lambda: matmul(50_000),
    "matmul [1000, 512]×[512, 512] 50 times": lambda: matmul(1000),
    "sample, batch 1": lambda: sampling(sample, 1),
    "sample, batch 40": lambda: sampling(sample, 40),
    "sample, batch 256": lambda: sampling(sample, 256),
    "act, 20 DDPM steps": lambda: acting(best),
    "act, 5 DDIM steps": lambda: acting(quick),
    "log-probs and values": evaluation,
    "GAE": estimation,
    "minibatch: forward": forward,
    "minibatch: forward, backward": backward,
    "minibatch: optimizers": lambda: optimizers,
    "minibatch: all": lambda: minibatch(Diffusion),
    "pre-training, batch 128": cloning,
    "physics, a chunk in 40 environments": lambda: physics,
    "whole iteration": lambda: lambda: iteration(Diffusion),
}


def flow_phases(steps):
    job = Flowing(steps)
    return {
        f"act, flow K {steps}": lambda: acting(job.best, job.draws),
        f"sample, batch 40, flow K {steps}": lambda: sampling(job.sample, 40, job.draws),
        f"minibatch: forward, flow K {steps}": lambda: flow_forward(job),
        f"minibatch: forward, backward, flow K {steps}": lambda: flow_backward(job),
        f"minibatch: all, flow K {steps}": lambda: minibatch(job),
        f"whole iteration, flow K {steps}": lambda: lambda: iteration(job),
    }


for steps in (4, 2, 1):
    phases |= flow_phases(steps)


def cpu_seconds():
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def measure(run, seconds=0.5):
    gc.collect()
    start, used, runs, wall = time.perf_counter(), cpu_seconds(), 0, 0
    while wall < seconds:
        run()
        runs, wall = runs + 1, time.perf_counter() - start
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"wall": wall / runs, "cpu": (cpu_seconds() - used) / runs, "rss": rss}


def main():
    forward_backward(batch_of(5000), torch.zeros(5000), torch.randn(5000))
    critic_step(torch.randn(40, OBS), torch.randn(40), torch.ones(40))
    about = f"PyTorch {torch.__version__} {mode}, {torch.get_num_threads()} threads"
    print(json.dumps({"about": about, "phases": [{"name": name} for name in phases]}), flush=True)
    prepared = {}
    for line in sys.stdin:
        name = line.strip()
        if name not in prepared:
            prepared[name] = phases[name]()
        print(json.dumps(measure(prepared[name])), flush=True)
    env.close()


if __name__ == "__main__":
    main()
