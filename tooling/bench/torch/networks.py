"""The networks of the Hopper job, and its sizes."""
import math

import torch
from torch import nn

OBS, ACT, HORIZON, HIDDEN, TIME = 11, 3, 4, 512, 16
CHUNK = ACT * HORIZON


class Block(nn.Module):
    def __init__(self, size, activation):
        super().__init__()
        self.l1, self.l2, self.activation = nn.Linear(size, size), nn.Linear(size, size), activation

    def forward(self, x):
        return x + self.l2(self.activation(self.l1(self.activation(x))))


class Denoiser(nn.Module):
    """Of a chunk, one of the times given, by number, and an observation."""

    def __init__(self, times):
        super().__init__()
        frequencies = torch.exp(torch.arange(TIME // 2) * -(math.log(10000) / (TIME // 2 - 1)))
        angles = times[:, None] * frequencies[None]
        self.register_buffer("angles", torch.cat([angles.sin(), angles.cos()], 1))
        self.time = nn.Sequential(nn.Linear(TIME, 2 * TIME), nn.Mish(), nn.Linear(2 * TIME, TIME))
        self.mean = nn.Sequential(
            nn.Linear(CHUNK + TIME + OBS, HIDDEN), Block(HIDDEN, nn.ReLU()), nn.Linear(HIDDEN, CHUNK)
        )

    def times(self):
        return self.time(self.angles)

    def forward(self, x, t, obs):
        return self.mean(torch.cat([x, self.time(self.angles[t]), obs], 1))


def value_network():
    return nn.Sequential(nn.Linear(OBS, 256), Block(256, nn.Mish()), nn.Linear(256, 1))


def log_prob(mean, sigma, x):
    return -((x - mean) ** 2) / (2 * sigma**2) - sigma.log() - 0.5 * math.log(2 * math.pi)
