"""Policies of lerobot and of real-stanford/diffusion_policy, and what they compute, for the tests of `dppo import`.

    pip install -r requirements.txt    # Python 3.11
    python make.py                     # writes lerobot.*, diffusion-policy.* and schedulers.*
    python make.py                     # with lerobot 0.3.3 in its place writes lerobot-older.*

The network of diffusion_policy is on no registry; lerobot's is a port of it, so its weights are renamed to the layout there,
and the steps of its `predict_action` are those of diffusers' schedulers. Weights are multiples of 1/64, which pack small.
"""

import gzip
import io
import json
import math
import pathlib
import sys
import tempfile

import diffusers
import lerobot
import torch
from diffusers import DDIMScheduler, DDPMScheduler
from lerobot.configs.types import FeatureType, NormalizationMode, PolicyFeature
from lerobot.policies.diffusion.configuration_diffusion import DiffusionConfig
from lerobot.policies.diffusion.modeling_diffusion import DiffusionPolicy
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
ENV, STATE, ACTION = "observation.environment_state", "observation.state", "action"
NEW = tuple(map(int, lerobot.__version__.split("."))) >= (0, 4)


def config(**changes):
    feature = lambda kind, size: PolicyFeature(type=kind, shape=(size,))
    return DiffusionConfig(
        input_features={STATE: feature(FeatureType.STATE, 3), ENV: feature(FeatureType.ENV, 2)},
        output_features={ACTION: feature(FeatureType.ACTION, 2)},
        n_obs_steps=2,
        horizon=16,
        n_action_steps=8,
        down_dims=(16, 32),
        kernel_size=3,
        diffusion_step_embed_dim=8,
        device="cpu",
        push_to_hub=False,
        **changes,
    )


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def normal(seed, *shape):
    return torch.randn(shape, generator=seeded(seed))


def rounded(module, seed):
    """Weights that pack small, some of each sign and size."""
    random = seeded(seed)
    with torch.no_grad():
        for name, weight in module.named_parameters():
            spread = 0.5 if weight.dim() == 1 else 3 / math.sqrt(weight[0].numel())
            base = 1.0 if weight.dim() == 1 and name.endswith("weight") else 0.0
            weight.copy_(base + (torch.randn(weight.shape, generator=random) * spread * 32).round() / 64)


def drawn(seed, count, shape):
    """The noise that a generator of this seed gives one step after another [count, ...shape]."""
    random = seeded(seed)
    return torch.stack([torch.randn(shape, generator=random) for _ in range(count)])


def packed(name, contents):
    with open(HERE / name, "wb") as file, gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as out:
        out.write(contents)


def example(unet, condition):
    x, t = normal(3, 2, 16, 2), torch.tensor([0, 7])
    with torch.no_grad():
        return {"x": x, "t": t.int(), "condition": condition, "out": unet(x, t, global_cond=condition.flatten(1)).contiguous()}


def write_lerobot(name, chosen, stats):
    """A folder of lerobot as one JSON file of texts and one of tensors a file, and what its policy does."""
    policy = DiffusionPolicy(chosen) if NEW else DiffusionPolicy(chosen, dataset_stats=stats)
    rounded(policy.diffusion.unet, 1)
    policy.eval()
    obs = {STATE: normal(5, 2, 2, 3) + 1, ENV: 10 * normal(6, 2, 2, 2)}
    # What never varied is divided by 1e-8: it stays.
    obs[STATE][..., 2] = 1
    with tempfile.TemporaryDirectory() as folder:
        policy.save_pretrained(folder)
        if NEW:
            from lerobot.policies.factory import make_pre_post_processors

            before, after = make_pre_post_processors(chosen, dataset_stats=stats)
            before.save_pretrained(folder)
            after.save_pretrained(folder)
            seen = [before({key: rows[:, i] for key, rows in obs.items()}) for i in range(2)]
            seen = {key: torch.stack([each[key] for each in seen], 1) for key in obs}
            raw = after
        else:
            seen = policy.normalize_inputs(dict(obs))
            raw = lambda chunk: policy.unnormalize_outputs({ACTION: chunk})[ACTION]
        files = {path.name: path.read_bytes() for path in pathlib.Path(folder).iterdir()}
    for path, contents in files.items():
        if path.endswith(".json") or path.endswith(".safetensors"):
            packed(f"{name}.{path}.gz", contents)
    condition = torch.cat([seen[STATE], seen[ENV]], -1)
    steps = chosen.num_inference_steps or chosen.num_train_timesteps
    with torch.no_grad():
        start = chosen.n_obs_steps - 1
        chunk = policy.diffusion.conditional_sample(2, global_cond=condition.flatten(1), generator=seeded(8))
        action = raw(chunk[:, start : start + chosen.n_action_steps])
    save_file(
        {
            **example(policy.diffusion.unet, condition),
            "obs": torch.cat([obs[STATE], obs[ENV]], -1),
            "noise": drawn(8, steps, (2, 16, 2)),
            "action": action.contiguous(),
        },
        HERE / f"{name}.example.safetensors",
        {"lerobot": lerobot.__version__, "diffusers": diffusers.__version__, "torch": torch.__version__},
    )


def stats_of(**extra):
    return {
        STATE: {
            "min": torch.tensor([-1.5, 0.25, 1.0]),
            "max": torch.tensor([2.5, 0.75, 1.0]),
            "mean": torch.tensor([0.5, 0.5, 1.0]),
            "std": torch.tensor([1.0, 0.125, 0.0]),
        },
        ENV: {
            "min": torch.tensor([-20.0, -10.0]),
            "max": torch.tensor([30.0, 10.0]),
            "mean": torch.tensor([2.0, -1.0]),
            "std": torch.tensor([7.0, 4.0]),
        },
        ACTION: {
            "min": torch.tensor([-3.0, 100.0]),
            "max": torch.tensor([5.0, 400.0]),
            "mean": torch.tensor([0.25, 250.0]),
            "std": torch.tensor([1.5, 60.0]),
        },
    }


def original_names(weights):
    """lerobot's names to those of diffusion_policy's ConditionalUnet1D."""
    renamed = {}
    for name, weight in weights.items():
        for theirs, original in ((".conv1.", ".blocks.0."), (".conv2.", ".blocks.1.")):
            name = name.replace(theirs, original)
        parts = name.split(".")
        if parts[0] in ("down_modules", "up_modules") and parts[2] == "2":
            name = ".".join([*parts[:3], "conv", parts[3]])
        renamed[name] = weight
    return renamed


def fitted(minimum, maximum):
    """scale and offset of diffusion_policy's LinearNormalizer, mode `limits`: a column that stays is not scaled."""
    width = maximum - minimum
    still = width < 1e-4
    width[still] = 2
    scale = 2 / width
    offset = -1 - scale * minimum
    offset[still] = -minimum[still]
    return scale, offset


def write_diffusion_policy():
    import dill
    from omegaconf import OmegaConf

    chosen = config()
    unet = DiffusionPolicy(chosen).diffusion.unet
    rounded(unet, 2)
    limits = stats_of()
    obs_min, obs_max = (torch.cat([limits[STATE][end], limits[ENV][end]]) for end in ("min", "max"))
    normalizer = {}
    for key, (low, high) in {"obs": (obs_min, obs_max), "action": (limits[ACTION]["min"], limits[ACTION]["max"])}.items():
        scale, offset = fitted(low.clone(), high.clone())
        normalizer[key] = (scale, offset)
    saved = {f"model.{name}": weight for name, weight in original_names(unet.state_dict()).items()}
    for key, (scale, offset) in normalizer.items():
        saved[f"normalizer.params_dict.{key}.scale"] = scale
        saved[f"normalizer.params_dict.{key}.offset"] = offset
        for stat in ("min", "max", "mean", "std"):
            saved[f"normalizer.params_dict.{key}.input_stats.{stat}"] = scale
    for name in ("_dummy_variable", "mask_generator._dummy_variable"):
        saved[name] = torch.empty(0)
    raw = {name: torch.zeros_like(weight) for name, weight in saved.items()}
    optimizer = torch.optim.AdamW([torch.nn.Parameter(torch.zeros(3))], lr=1e-4)
    optimizer.param_groups[0]["params"][0].grad = torch.ones(3)
    optimizer.step()
    scheduler = {
        "_target_": "diffusers.schedulers.scheduling_ddpm.DDPMScheduler",
        "num_train_timesteps": 20,
        "beta_start": 0.0001,
        "beta_end": 0.02,
        "beta_schedule": "squaredcos_cap_v2",
        "variance_type": "fixed_small",
        "clip_sample": True,
        "prediction_type": "epsilon",
    }
    place = "diffusion_policy"
    cfg = {
        "name": "train_diffusion_unet_lowdim",
        "_target_": f"{place}.workspace.train_diffusion_unet_lowdim_workspace.TrainDiffusionUnetLowdimWorkspace",
        "n_latency_steps": 0,
        "task": {"name": "pusht_lowdim", "obs_dim": 5, "action_dim": 2},
        "policy": {
            "_target_": f"{place}.policy.diffusion_unet_lowdim_policy.DiffusionUnetLowdimPolicy",
            "model": {
                "_target_": f"{place}.model.diffusion.conditional_unet1d.ConditionalUnet1D",
                "input_dim": 2,
                "local_cond_dim": None,
                "global_cond_dim": 10,
                "diffusion_step_embed_dim": 8,
                "down_dims": [16, 32],
                "kernel_size": 3,
                "n_groups": 8,
                "cond_predict_scale": True,
            },
            "noise_scheduler": scheduler,
            "horizon": "${horizon}",
            "obs_dim": 5,
            "action_dim": 2,
            "n_action_steps": 8,
            "n_obs_steps": 2,
            "num_inference_steps": 20,
            "obs_as_local_cond": False,
            "obs_as_global_cond": True,
            "pred_action_steps_only": False,
            "oa_step_convention": True,
        },
        "horizon": 16,
        "training": {"device": "cuda:0", "use_ema": True, "seed": 42},
        "logging": {"tags": ["a", "b"]},
    }
    cfg = OmegaConf.create(cfg)
    OmegaConf.resolve(cfg)
    payload = {
        "cfg": cfg,
        "state_dicts": {"model": raw, "ema_model": saved, "optimizer": optimizer.state_dict()},
        "pickles": {name: dill.dumps(value) for name, value in {"global_step": 7, "epoch": 3}.items()},
    }
    payload["pickles"]["_output_dir"] = dill.dumps("data/outputs")
    file = io.BytesIO()
    torch.save(payload, file, pickle_module=dill)
    packed("diffusion-policy.ckpt.gz", file.getvalue())

    obs = torch.cat([normal(5, 2, 2, 3) + 1, 10 * normal(6, 2, 2, 2)], -1)
    scale, offset = normalizer["obs"]
    condition = obs * scale + offset
    noise = normal(7, 2, 16, 2)
    actions = {}
    settings = {key: value for key, value in scheduler.items() if key != "_target_"}
    ddim = {key: value for key, value in settings.items() if key != "variance_type"}
    for kind, sampler, steps in (
        ("ddpm", DDPMScheduler(**settings), 20),
        ("ddim", DDIMScheduler(**ddim, set_alpha_to_one=True, steps_offset=0), 5),
    ):
        sampler.set_timesteps(steps)
        random, chunk = seeded(8), noise
        with torch.no_grad():
            for t in sampler.timesteps:
                told = unet(chunk, t.expand(2), global_cond=condition.flatten(1))
                chunk = sampler.step(told, t, chunk, generator=random).prev_sample
        scale, offset = normalizer["action"]
        actions[f"action.{kind}"] = ((chunk - offset) / scale)[:, 1:9].contiguous()
    save_file(
        {
            **example(unet, condition),
            "obs": obs,
            "noise": torch.cat([noise[None], drawn(8, 19, noise.shape)]),
            **actions,
        },
        HERE / "diffusion-policy.example.safetensors",
        {
            "lerobot": lerobot.__version__,
            "diffusers": diffusers.__version__,
            "torch": torch.__version__,
            "dill": dill.__version__,
        },
    )


def write_schedulers():
    """Chains of diffusers' schedulers, made by the scheduler_config.json that `dppo export` writes, of outputs that no network gave."""
    shared = {"beta_schedule": "squaredcos_cap_v2", "clip_sample": True}
    ddim = {"set_alpha_to_one": True, "steps_offset": 0, "timestep_spacing": "leading"}
    ddpm = {"variance_type": "fixed_small"}
    cases = {
        "ddpm": (DDPMScheduler, {**shared, **ddpm, "num_train_timesteps": 6, "clip_sample_range": 1, "prediction_type": "epsilon"}, 6, {}),
        "implied": (DDIMScheduler, {**shared, **ddim, "num_train_timesteps": 20, "clip_sample_range": 1, "prediction_type": "epsilon"}, 5, {"use_clipped_model_output": True}),
        "predicted": (DDIMScheduler, {**shared, **ddim, "num_train_timesteps": 6, "clip_sample_range": 0.5, "prediction_type": "sample"}, 3, {}),
    }
    tensors, said = {}, {"diffusers": diffusers.__version__, "torch": torch.__version__}
    for name, (kind, settings, steps, options) in cases.items():
        sampler = kind(**settings)
        sampler.set_timesteps(steps)
        outputs, chunk, random = normal(9, steps, 2, 4, 2), normal(10, 2, 4, 2), seeded(8)
        tensors[f"{name}.outputs"], tensors[f"{name}.start"] = outputs, chunk
        tensors[f"{name}.noise"] = drawn(8, steps, chunk.shape)
        for t, told in zip(sampler.timesteps, outputs):
            chunk = sampler.step(told, t, chunk, generator=random, **options).prev_sample
        tensors[f"{name}.end"] = chunk
        said[name] = json.dumps(settings)
    save_file(tensors, HERE / "schedulers.example.safetensors", said)


MODES = NormalizationMode
if NEW:
    write_lerobot(
        "lerobot",
        config(
            noise_scheduler_type="DDIM",
            num_train_timesteps=100,
            num_inference_steps=10,
            normalization_mapping={"STATE": MODES.MIN_MAX, "ENV": MODES.MEAN_STD, "ACTION": MODES.MIN_MAX},
        ),
        stats_of(),
    )
    write_diffusion_policy()
    write_schedulers()
else:
    write_lerobot(
        "lerobot-older",
        config(
            num_train_timesteps=10,
            prediction_type="sample",
            clip_sample_range=1.5,
            use_film_scale_modulation=False,
            normalization_mapping={"STATE": MODES.MEAN_STD, "ENV": MODES.MIN_MAX, "ACTION": MODES.MEAN_STD},
        ),
        stats_of(),
    )
print("wrote", sorted(path.name for path in HERE.iterdir()), file=sys.stderr)
