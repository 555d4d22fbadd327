"""A flow whose Euler steps have noise that is learned, and PPO's loss of its whole paths, as in arXiv 2505.22094: every step at the time
where it begins, and all steps of a minibatch in one product.
"""
import math

import torch
from torch import nn

from networks import CHUNK, OBS, TIME, Denoiser, log_prob

LOWEST, HIGHEST = math.log(0.1), math.log(0.24)
ENTROPY = 0.5 * math.log(2 * math.pi * math.e)


class Flow(nn.Module):
    def __init__(self, steps):
        super().__init__()
        self.steps = steps
        self.velocity = Denoiser(torch.arange(steps) / steps)
        self.noise = nn.Sequential(
            nn.Linear(TIME + OBS, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, CHUNK)
        )

    def led_to(self, x, time, obs):
        return (x + self.velocity.mean(torch.cat([x, time, obs], -1)) / self.steps).clamp(-1, 1)

    def per_step(self, times, obs):
        """[B, K, TIME] and [B, K, OBS]"""
        return times.expand(len(obs), -1, -1), obs[:, None].expand(-1, self.steps, -1)

    def stds(self, times, obs):
        """[B, K, CHUNK]; no gradient reaches the embedding of time."""
        height = (self.noise(torch.cat([times.detach(), obs], -1)).tanh() + 1) / 2
        return (LOWEST + (HIGHEST - LOWEST) * height).exp()

    def path_log_prob(self, chain, means, stds):
        start = -0.5 * chain[:, 0] ** 2 - 0.5 * math.log(2 * math.pi)
        total = start.sum(1) + log_prob(means, stds, chain[:, 1:]).sum((1, 2))
        return (total / ((self.steps + 1) * CHUNK)).clamp(-1, 1)

    def sample(self, obs, noise):
        times, states, means = self.velocity.times(), [noise[0]], []
        stds = self.stds(*self.per_step(times, obs))
        for k in range(self.steps):
            means.append(self.led_to(states[-1], times[k].expand(len(obs), TIME), obs))
            states.append(means[-1] + stds[:, k] * noise[k + 1].clamp(-3, 3))
        states[-1] = states[-1].clamp(-1, 1)
        chain = torch.stack(states, 1)
        return chain, self.path_log_prob(chain, torch.stack(means, 1), stds)

    def best(self, obs, noise):
        x, times = noise[0], self.velocity.times()
        for k in range(self.steps):
            x = self.led_to(x, times[k].expand(len(obs), TIME), obs)
        return x

    def score(self, obs, chain):
        """ln p of each path, and the mean of the entropy of a step's element."""
        times, seen = self.per_step(self.velocity.times(), obs)
        stds = self.stds(times, seen)
        means = self.led_to(chain[:, :-1], times, seen)
        entropy = ENTROPY + stds.log().sum((1, 2)) / ((self.steps + 1) * CHUNK)
        return self.path_log_prob(chain, means, stds), entropy.mean()

    def loss(self, obs, chain, old, advantage):
        log_probs, entropy = self.score(obs, chain)
        ratio = (log_probs - old).exp()
        return torch.max(-advantage * ratio, -advantage * ratio.clamp(0.99, 1.01)).mean() - 0.03 * entropy
