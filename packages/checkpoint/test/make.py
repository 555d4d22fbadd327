"""Writes the PyTorch files of this folder (PyTorch 2.15): python make.py"""

import gzip
import io
import json
import os
from pathlib import Path

import torch
from torch import nn

here = Path(__file__).parent
golden = here.parents[1] / "nn" / "golden"


def recorded(file, name):
    cases = json.load(gzip.open(golden / f"{file}.json.gz"))["cases"]
    return next(case for case in cases if case["name"] == name)


def tensor(array):
    return torch.tensor(array["data"], dtype=getattr(torch, array["dtype"])).reshape(array["shape"])


def checkpoint(case, weights):
    """As the reference saves a pre-trained policy, with an example of what the network gives."""
    example = {name: tensor(case["inputs"][name]) for name in ("x", "t", "state")}
    example["out"] = tensor(case["outputs"]["out"])
    model = dict.fromkeys((f"network.{name}" for name in weights), torch.zeros(()))
    ema = {f"network.{name}": value for name, value in weights.items()}
    return {"epoch": 3, "model": model, "ema": ema, "example": example}


def views_of_one_storage(weights):
    flat = torch.cat([value.reshape(-1) for value in weights.values()])
    sizes = [value.numel() for value in weights.values()]
    return {
        name: part.view(value.shape)
        for (name, value), part in zip(weights.items(), flat.split(sizes))
    }


def values():
    torch.manual_seed(0)
    matrix = torch.arange(6, dtype=torch.float32).reshape(2, 3)
    module = nn.Linear(2, 1)
    with torch.no_grad():
        module.weight.copy_(torch.tensor([[0.5, -0.25]]))
        module.bias.copy_(torch.tensor([1.5]))
    return {
        "transposed": matrix.t(),
        "column": matrix[:, 1],
        "empty": torch.zeros(0, 3),
        "scalar": torch.tensor(7.0, dtype=torch.float64),
        "half": torch.tensor([1.5, -(2.0**-24), 65504.0, float("inf")], dtype=torch.float16),
        "bfloat": torch.tensor([1.5, -3.0], dtype=torch.bfloat16),
        "long": torch.tensor([-(2**62), 3]),
        "int": torch.tensor([-5], dtype=torch.int32),
        "byte": torch.tensor([255], dtype=torch.uint8),
        "bool": torch.tensor([True, False]),
        "parameter": nn.Parameter(torch.tensor([2.0])),
        "module": module.state_dict(),
        "list": [torch.tensor([1.0]), (torch.tensor([2.0]), None, True, 2**70, "text")],
    }


class Malicious:
    def __reduce__(self):
        return os.system, ("touch malicious",)


def fine_tuned():
    """As the reference saves a fine-tuned policy; the network is also the frozen actor."""
    torch.manual_seed(1)
    sizes = {
        "time_embedding.1": (8, 4),
        "time_embedding.3": (4, 8),
        "mlp_mean.layers.0": (6, 4 * 2 + 4 + 4),
        "mlp_mean.layers.1.l1": (6, 6),
        "mlp_mean.layers.1.l2": (6, 6),
        "mlp_mean.layers.2": (8, 6),
    }
    model = {}
    for prefix in ("network", "actor_ft"):
        for layer, (output, size) in sizes.items():
            model[f"{prefix}.{layer}.weight"] = torch.randn(output, size)
            model[f"{prefix}.{layer}.bias"] = torch.randn(output)
    model |= {name.replace("network.", "actor."): value for name, value in model.items() if "network." in name}
    model["critic.Q1.layers.0.weight"] = torch.randn(4, 3)
    return {"itr": 10, "model": model}


def save(name, value):
    torch.save(value, here / f"{name}.pt")


save("values", values())
save("malicious", {"model": {"weight": torch.ones(1)}, "epoch": Malicious()})
save("fine-tuned", fine_tuned())

mlp = recorded("diffusion_mlp", "plain_gelu_layernorm")
save("mlp", checkpoint(mlp, {name: tensor(value) for name, value in mlp["inputs"]["weights"].items()}))

unet = recorded("unet1d", "film_scale_smaller_encoder_relu")
buffer = io.BytesIO()
unet_weights = {name: tensor(value) for name, value in unet["inputs"]["weights"].items()}
torch.save(checkpoint(unet, views_of_one_storage(unet_weights)), buffer)
(here / "unet.pt.gz").write_bytes(gzip.compress(buffer.getvalue(), mtime=0))
