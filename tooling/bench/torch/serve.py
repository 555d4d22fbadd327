"""The work of src/phases.ts in PyTorch, measured on request: one JSON value a line, { about, phases } first, then for each name read
{ wall, cpu, rss }. Same mathematics without the reference's waste: no frozen network in the update, tables for schedules.

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
from torch import nn

K, TUNED, ENVS, CHUNKS, MINIBATCH = 20, 10, 40, 500, 50_000
OBS, ACT, HORIZON, HIDDEN, TIME = 11, 3, 4, 512, 16
CHUNK = ACT * HORIZON
mode = sys.argv[1]
torch.manual_seed(0)


class Block(nn.Module):
    def __init__(self, size, activation):
        super().__init__()
        self.l1, self.l2, self.activation = nn.Linear(size, size), nn.Linear(size, size), activation

    def forward(self, x):
        return x + self.l2(self.activation(self.l1(self.activation(x))))


class Denoiser(nn.Module):
    def __init__(self):
        super().__init__()
        frequencies = torch.exp(torch.arange(TIME // 2) * -(math.log(10000) / (TIME // 2 - 1)))
        angles = torch.arange(K)[:, None] * frequencies[None]
        self.register_buffer("angles", torch.cat([angles.sin(), angles.cos()], 1))
        self.time = nn.Sequential(nn.Linear(TIME, 2 * TIME), nn.Mish(), nn.Linear(2 * TIME, TIME))
        self.mean = nn.Sequential(
            nn.Linear(CHUNK + TIME + OBS, HIDDEN), Block(HIDDEN, nn.ReLU()), nn.Linear(HIDDEN, CHUNK)
        )

    def forward(self, x, t, obs):
        return self.mean(torch.cat([x, self.time(self.angles[t]), obs], 1))


critic = nn.Sequential(nn.Linear(OBS, 256), Block(256, nn.Mish()), nn.Linear(256, 1))
actor = Denoiser()
frozen = Denoiser()
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


def log_prob(mean, sigma, x):
    return -((x - mean) ** 2) / (2 * sigma**2) - sigma.log() - 0.5 * math.log(2 * math.pi)


def sample(obs, noise, sigmas=explore):
    x, chain, rows = noise[0], [], obs.shape[0]
    for k in range(K):
        t = torch.full((rows,), K - 1 - k)
        mean = mean_of(frozen if k < K - TUNED else actor, x, t, obs)
        if k == K - TUNED:
            chain.append(x)
        x = mean + sigmas[t, None] * noise[k + 1].clamp(-3, 3)
        if k >= K - TUNED:
            chain.append(x)
    return torch.stack(chain, 1)


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
    sample, quick, chunk_log_prob, surrogate, clone = map(
        torch.compile, (sample, quick, chunk_log_prob, surrogate, clone)
    )


def autocast():
    return torch.autocast("cpu", torch.bfloat16, enabled=mode == "bfloat16")


@torch.no_grad()
def run_sample(rows, obs, noise):
    with autocast():
        return sample(obs, noise)


def noise_for(rows):
    return torch.randn(K + 1, rows, CHUNK)


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


def critic_step(obs, returns):
    critic_optimizer.zero_grad()
    loss = 0.5 * 0.5 * ((critic(obs)[:, 0] - returns) ** 2).mean()
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
def log_probs_and_values(obs, chains, rows=10_000):
    values = torch.cat([critic(part)[:, 0] for part in obs.split(rows)])
    t = torch.arange(TUNED - 1, -1, -1)
    old, per = [], rows // TUNED
    for i in range(0, len(obs), per):
        part = chains[i : i + per]
        count = len(part)
        with autocast():
            old.append(
                chunk_log_prob(
                    obs[i : i + per].repeat_interleave(TUNED, 0),
                    part[:, :-1].reshape(-1, CHUNK),
                    part[:, 1:].reshape(-1, CHUNK),
                    t.repeat(count),
                )
            )
    return values, torch.cat(old)


def update_minibatch(data, pairs):
    rows = pairs // TUNED
    j = pairs % TUNED
    advantage = data["advantage"][rows]
    advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
    advantage = advantage * (0.99 ** (TUNED - 1 - j).float())
    batch = {
        "obs": data["obs"][rows],
        "previous": data["chains"][rows, j],
        "following": data["chains"][rows, j + 1],
        "t": TUNED - 1 - j,
    }
    forward_backward(batch, data["old"][pairs], advantage)
    actor_optimizer.step()
    critic_step(batch["obs"], data["returns"][rows])


def iteration():
    obs, _ = env.reset(seed=1)
    seen, chains, rewards, ended = [], [], [], []
    for _ in range(CHUNKS):
        state = torch.as_tensor(obs, dtype=torch.float32)
        chain = run_sample(ENVS, state, noise_for(ENVS))
        obs, reward, terminated, truncated, _ = env.step(chain[:, -1].float().clamp(-1, 1).numpy())
        seen.append(state)
        chains.append(chain.float())
        rewards.append(reward)
        ended.append(terminated | truncated)
    states, paths = torch.cat(seen), torch.cat(chains)
    values, old = log_probs_and_values(states, paths)
    table_of_values = values.numpy().reshape(CHUNKS, ENVS)
    after = np.append(table_of_values[1:], table_of_values[-1:], 0)
    gains = advantages(np.float32(rewards), table_of_values, after, np.float32(ended)).reshape(-1)
    advantage = torch.as_tensor(gains)
    data = {"obs": states, "chains": paths, "old": old, "advantage": advantage, "returns": advantage + values}
    for _ in range(5):
        order = torch.randperm(len(old))
        for i in range(0, len(old), MINIBATCH):
            update_minibatch(data, order[i : i + MINIBATCH])


def optimizers():
    actor_optimizer.step()
    critic_optimizer.step()


def pretraining(batch):
    actor_optimizer.zero_grad()
    with autocast():
        loss = clone(batch["actions"], torch.randn(128, CHUNK), batch["t"], batch["obs"])
    loss.backward()
    actor_optimizer.step()
    with torch.no_grad():
        torch._foreach_lerp_(list(frozen.parameters()), list(actor.parameters()), 0.005)
    loss.item()


def physics():
    for _ in range(10):
        env.step(np.tanh(np.random.randn(ENVS, 4 * ACT)).astype(np.float32))


def forward_only(batch, rows=5000):
    with torch.no_grad(), autocast():
        for i in range(0, MINIBATCH, rows):
            chunk_log_prob(*(batch[name][i : i + rows] for name in ("obs", "previous", "following", "t")))


def phases():
    big = batch_of(MINIBATCH)
    old, advantage = torch.zeros(MINIBATCH), torch.randn(MINIBATCH)
    left, right = torch.randn(MINIBATCH, HIDDEN), torch.randn(HIDDEN, HIDDEN)
    if mode == "bfloat16":
        left, right = left.bfloat16(), right.bfloat16()
    rollout = torch.randn(ENVS * CHUNKS, OBS), torch.randn(ENVS * CHUNKS, TUNED + 1, CHUNK)
    small = {"actions": torch.randn(128, CHUNK), "t": torch.arange(128) % K, "obs": torch.randn(128, OBS)}
    rows = MINIBATCH // TUNED
    data = {
        "obs": torch.randn(rows, OBS),
        "chains": torch.randn(rows, TUNED + 1, CHUNK),
        "old": torch.zeros(MINIBATCH),
        "advantage": torch.randn(rows),
        "returns": torch.randn(rows),
    }
    series = [np.random.randn(CHUNKS, ENVS).astype(np.float32) for _ in range(3)] + [np.zeros((CHUNKS, ENVS))]
    one, one_noise = torch.randn(1, OBS), noise_for(1)

    def sampling(count):
        obs, noise = torch.randn(count, OBS), noise_for(count)
        return lambda: run_sample(count, obs, noise)

    @torch.no_grad()
    def act_quick():
        quick(one, one_noise)

    return {
        "matmul [50000, 512]×[512, 512]": (2, lambda: left @ right),
        "sample, batch 1": (50, sampling(1)),
        "sample, batch 40": (20, sampling(40)),
        "sample, batch 256": (5, sampling(256)),
        "act, 20 DDPM steps": (100, sampling(1)),
        "act, 5 DDIM steps": (100, act_quick),
        "log-probs and values": (1, lambda: log_probs_and_values(*rollout)),
        "GAE": (10, lambda: advantages(*series)),
        "minibatch: forward": (1, lambda: forward_only(big)),
        "minibatch: forward, backward": (1, lambda: forward_backward(big, old, advantage)),
        "minibatch: optimizers": (5, optimizers),
        "minibatch: all": (1, lambda: update_minibatch(data, torch.randperm(MINIBATCH))),
        "pre-training, batch 128": (20, lambda: pretraining(small)),
        "physics, 40 environments": (1, physics),
        "whole iteration": (1, iteration),
    }


def cpu_seconds():
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def main():
    work = phases()
    forward_backward(batch_of(5000), torch.zeros(5000), torch.randn(5000))
    critic_step(torch.randn(40, OBS), torch.randn(40))
    about = f"PyTorch {torch.__version__} {mode}, {torch.get_num_threads()} threads"
    print(json.dumps({"about": about, "phases": [{"name": name} for name in work]}), flush=True)
    for line in sys.stdin:
        repeats, run = work[line.strip()]
        gc.collect()
        start, used = time.perf_counter(), cpu_seconds()
        for _ in range(repeats):
            run()
        wall, cpu = time.perf_counter() - start, cpu_seconds() - used
        rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"wall": wall / repeats, "cpu": cpu / repeats, "rss": rss}), flush=True)
    env.close()


if __name__ == "__main__":
    main()
