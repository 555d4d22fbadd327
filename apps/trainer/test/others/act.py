"""What lerobot makes of a folder of `dppo export --format lerobot`: python act.py FOLDER INPUT OUTPUT

INPUT has obs [B, To, Do] in the robot's units and noise [K, B, Ta, Da] in safetensors; OUTPUT gets action [B, n, Da], in the robot's units.
"""

import sys

import torch
from lerobot.policies.diffusion.modeling_diffusion import DiffusionPolicy
from lerobot.policies.factory import make_pre_post_processors
from safetensors.torch import load_file, save_file

folder, given, out = sys.argv[1:]
policy = DiffusionPolicy.from_pretrained(folder)
policy.eval()
before, after = make_pre_post_processors(policy.config, pretrained_path=folder)
tensors = load_file(given)
size = policy.config.input_features["observation.state"].shape[0]
noise = iter(tensors["noise"])
torch.randn = lambda *_, **__: next(noise)
policy.reset()
chunk = None
obs = tensors["obs"]
seen = [
    before({"observation.state": obs[:, i, :size], "observation.environment_state": obs[:, i, size:]})
    for i in range(obs.shape[1])
]
batch = {
    key: torch.stack([each[key] for each in seen], 1)
    for key in ("observation.state", "observation.environment_state")
}
with torch.no_grad():
    chunk = policy.diffusion.generate_actions(batch)
save_file({"action": after(chunk).contiguous()}, out)
