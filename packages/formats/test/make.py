"""Writes the data sets of this folder: python make.py [NAME ...]

h5py 3.16.0, minari 0.5.4, pyarrow 26.0.1, zarr 2.18.7; lerobot_own by lerobot 0.4.4 (v3.0) and 0.3.3 (v2.1), one after the other.
The numbers that a reader must find stand in numbers.json.
"""

import json
import os
import shutil
import sys
from pathlib import Path

import numpy as np

here = Path(__file__).parent
rng = np.random.default_rng(7)
expected = json.loads((here / "numbers.json").read_text()) if (here / "numbers.json").exists() else {}


def numbers(name, episodes):
    expected[name] = [
        {
            "obs": np.asarray(obs, np.float32).ravel().tolist(),
            "actions": np.asarray(actions, np.float32).ravel().tolist(),
            "rewards": np.asarray(rewards, np.float32).ravel().tolist(),
            "terminated": bool(terminated),
            "truncated": bool(truncated),
        }
        for obs, actions, rewards, terminated, truncated in episodes
    ]


def robomimic():
    """Eleven demonstrations, so that demo_10 comes before demo_2 by name; the second mask leaves most of them out."""
    import h5py

    episodes = []
    with h5py.File(here / "robomimic.hdf5", "w") as file:
        data = file.create_group("data")
        data.attrs["env_args"] = json.dumps({"env_name": "Lift", "type": 1})
        for n in range(11):
            steps = 3 + n % 3
            demo = data.create_group(f"demo_{n}")
            demo.attrs["num_samples"] = steps
            obs = {
                "object": rng.normal(size=(steps, 10)),
                "robot0_eef_pos": rng.normal(size=(steps, 3)),
                "robot0_eef_quat": rng.normal(size=(steps, 4)),
                "robot0_gripper_qpos": rng.normal(size=(steps, 2)),
                "agentview_image": rng.integers(0, 255, size=(steps, 8, 8, 3), dtype=np.uint8),
            }
            for key, value in obs.items():
                demo.create_dataset(f"obs/{key}", data=value, compression="gzip" if n == 0 else None)
            actions = rng.uniform(-1, 1, size=(steps, 7))
            rewards = np.zeros(steps)
            dones = np.zeros(steps, np.int64)
            rewards[-1] = dones[-1] = 1 if n % 2 == 0 else 0
            demo.create_dataset("actions", data=actions)
            demo.create_dataset("rewards", data=rewards)
            demo.create_dataset("dones", data=dones)
            low = ["robot0_eef_pos", "robot0_eef_quat", "robot0_gripper_qpos", "object"]
            seen = np.concatenate([obs[key] for key in low], axis=1)
            episodes.append((seen, actions, rewards, dones[-1], 1 - dones[-1]))
        file.create_dataset("mask/valid", data=np.array([b"demo_10", b"demo_2"]))
    numbers("robomimic", episodes)


def d4rl():
    """Episodes longer than a block of the reader, one cut by its limit, one ended, one begun only."""
    import h5py

    lengths, ends = [4100, 7, 5000, 3], ["timeout", "terminal", "timeout", "begun"]
    rows = sum(lengths)
    obs = rng.normal(size=(rows, 2)).astype(np.float32)
    actions = rng.uniform(-1, 1, size=(rows, 1)).astype(np.float32)
    rewards = rng.normal(size=rows).astype(np.float32)
    terminals, timeouts = np.zeros(rows, bool), np.zeros(rows, bool)
    episodes, at = [], 0
    for length, end in zip(lengths, ends):
        span = slice(at, at + length)
        terminals[at + length - 1] = end == "terminal"
        timeouts[at + length - 1] = end == "timeout"
        episodes.append((obs[span], actions[span], rewards[span], end == "terminal", end != "terminal"))
        at += length
    with h5py.File(here / "d4rl.hdf5", "w") as file:
        for name, value in {
            "observations": np.round(obs, 2),
            "actions": np.round(actions, 2),
            "rewards": np.round(rewards, 2),
            "terminals": terminals,
            "timeouts": timeouts,
        }.items():
            file.create_dataset(name, data=value, compression="gzip", compression_opts=9)
    # Only sums: the numbers themselves are in the file.
    expected["d4rl"] = [
        {
            "steps": len(o),
            "obs": float(np.round(o, 2).astype(np.float64).sum()),
            "actions": float(np.round(a, 2).astype(np.float64).sum()),
            "rewards": float(np.round(r, 2).astype(np.float64).sum()),
            "terminated": bool(ended),
            "truncated": bool(cut),
        }
        for o, a, r, ended, cut in episodes
    ]


def minari_of(name, space, observations):
    os.environ["MINARI_DATASETS_PATH"] = str(here / "minari-root")
    import gymnasium
    import minari

    actions_space = gymnasium.spaces.Box(-1, 1, (2,), np.float32)
    buffers, episodes = [], []
    for n, steps in enumerate([3, 5, 2]):
        obs = observations(steps + 1)
        actions = rng.uniform(-1, 1, size=(steps, 2)).astype(np.float32)
        rewards = rng.normal(size=steps)
        terminations, truncations = np.zeros(steps, bool), np.zeros(steps, bool)
        terminations[-1], truncations[-1] = n == 0, n == 1
        buffers.append(
            minari.data_collector.EpisodeBuffer(
                id=n,
                observations=obs,
                actions=actions,
                rewards=list(rewards),
                terminations=list(terminations),
                truncations=list(truncations),
                infos={},
            )
        )
        flat = np.concatenate([obs[key] for key in sorted(obs)], axis=1) if isinstance(obs, dict) else obs
        episodes.append((flat[:-1], actions, rewards, n == 0, n == 1))
    minari.create_dataset_from_buffers(
        f"dppo/{name}-v0", buffers, observation_space=space, action_space=actions_space
    )
    shutil.copytree(here / f"minari-root/dppo/{name}-v0", here / f"minari-{name}", dirs_exist_ok=True)
    numbers(f"minari-{name}", episodes)


def minari_all():
    import gymnasium

    box = lambda size: gymnasium.spaces.Box(-np.inf, np.inf, (size,), np.float64)
    minari_of("plain", box(3), lambda rows: rng.normal(size=(rows, 3)))
    goal = {"observation": box(2), "achieved_goal": box(1), "desired_goal": box(1)}
    minari_of(
        "goal",
        gymnasium.spaces.Dict(goal),
        lambda rows: {key: rng.normal(size=(rows, space.shape[0])) for key, space in goal.items()},
    )
    shutil.rmtree(here / "minari-root")


def lerobot(version, files, list_of):
    """The documented layout of LeRobot, by pyarrow: files are the episodes that each holds."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = here / f"lerobot-{version.split('.')[0]}"
    shutil.rmtree(folder, ignore_errors=True)
    sizes = {"observation.state": 3, "observation.environment_state": 2, "action": 2}
    features = {name: {"dtype": "float32", "shape": [size], "names": None} for name, size in sizes.items()}
    features["next.reward"] = {"dtype": "float32", "shape": [1], "names": None}
    features["next.success"] = {"dtype": "bool", "shape": [1], "names": None}
    features["episode_index"] = {"dtype": "int64", "shape": [1], "names": None}
    episodes, tables = [], []
    for n, steps in enumerate([4, 6, 3]):
        values = {name: rng.normal(size=(steps, size)).astype(np.float32) for name, size in sizes.items()}
        rewards = rng.normal(size=steps).astype(np.float32)
        success = [n == 1 and t == steps - 1 for t in range(steps)]
        columns = {name: pa.array(list(value), list_of(value.shape[1])) for name, value in values.items()}
        columns |= {
            "next.reward": pa.array(rewards),
            "next.success": pa.array(success),
            "episode_index": pa.array(np.full(steps, n)),
            "frame_index": pa.array(np.arange(steps)),
        }
        tables.append(pa.table(columns))
        seen = np.concatenate([values["observation.state"], values["observation.environment_state"]], axis=1)
        episodes.append((seen, values["action"], rewards, n == 1, n != 1))
    for name, part in files.items():
        path = folder / "data/chunk-000" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.concat_tables([tables[n] for n in part]), path, compression="zstd")
    (folder / "meta").mkdir()
    info = {"codebase_version": version, "fps": 10, "total_episodes": 3, "features": features}
    json.dump(info, open(folder / "meta/info.json", "w"), indent=1)
    numbers(folder.name, episodes)


def lerobot_all():
    import pyarrow as pa

    single = {f"episode_{n:06d}.parquet": [n] for n in range(3)}
    lerobot("v2.1", single, lambda size: pa.list_(pa.float32()))
    lerobot("v3.0", {"file-000.parquet": [0, 1], "file-001.parquet": [2]}, lambda size: pa.list_(pa.float32(), size))


def lerobot_own():
    """What LeRobot's own writer makes of frames, with a picture beside the state, and an action of one number."""
    from lerobot.datasets.lerobot_dataset import CODEBASE_VERSION, LeRobotDataset

    draw = np.random.default_rng(11)
    folder = here / f"lerobot-own-{CODEBASE_VERSION.split('.')[0]}"
    shutil.rmtree(folder, ignore_errors=True)
    features = {
        "observation.state": {"dtype": "float32", "shape": (3,), "names": ["x", "y", "z"]},
        "observation.images.top": {"dtype": "image", "shape": (4, 4, 3), "names": ["height", "width", "channels"]},
        "action": {"dtype": "float32", "shape": (1,), "names": ["force"]},
        "next.reward": {"dtype": "float32", "shape": (1,), "names": None},
        "next.success": {"dtype": "bool", "shape": (1,), "names": None},
    }
    data = LeRobotDataset.create("dppo/own", fps=20, features=features, root=folder, use_videos=False)
    episodes = []
    for n, steps in enumerate([3, 2]):
        obs = draw.normal(size=(steps, 3)).astype(np.float32)
        actions = draw.uniform(-1, 1, size=(steps, 1)).astype(np.float32)
        rewards = draw.normal(size=steps).astype(np.float32)
        for t in range(steps):
            frame = {
                "observation.state": obs[t],
                "observation.images.top": draw.integers(0, 255, size=(4, 4, 3), dtype=np.uint8),
                "action": actions[t],
                "next.reward": rewards[t : t + 1],
                "next.success": np.array([n == 1 and t == steps - 1]),
            }
            if CODEBASE_VERSION == "v3.0":
                data.add_frame(frame | {"task": "Push the cart."})
            else:
                data.add_frame(frame, task="Push the cart.")
        data.save_episode()
        episodes.append((obs, actions, rewards, n == 1, n != 1))
    if hasattr(data, "finalize"):
        data.finalize()
    shutil.rmtree(folder / "images", ignore_errors=True)
    numbers(folder.name, episodes)


def diffusion_policy():
    """Three episodes as Diffusion Policy's replay buffers lie in a zip archive, below a folder as in those that are downloaded."""
    import zarr

    draw = np.random.default_rng(13)
    lengths = [12, 20, 8]
    rows = sum(lengths)
    arrays = {
        "state": draw.integers(0, 512, size=(rows, 5)).astype(np.float32),
        "keypoint": draw.integers(0, 512, size=(rows, 9, 2)).astype(np.float32),
        "action": draw.integers(0, 512, size=(rows, 2)).astype(np.float32),
        "n_contacts": draw.integers(0, 3, size=(rows, 1)).astype(np.float32),
        "img": draw.integers(0, 2, size=(rows, 4, 4, 3)).astype(np.float32),
    }
    path = here / "diffusion-policy.zarr.zip"
    path.unlink(missing_ok=True)
    with zarr.ZipStore(path, mode="w") as store:
        root = zarr.group(store=store, path="pusht/replay.zarr")
        packed = {"state": "zstd", "keypoint": "lz4", "action": "blosclz", "n_contacts": "zlib", "img": "lz4"}
        for name, values in arrays.items():
            codec = zarr.Blosc(cname=packed[name], clevel=5, shuffle=zarr.Blosc.BITSHUFFLE if name == "state" else 1)
            root.array(f"data/{name}", values, chunks=(16, *values.shape[1:]), compressor=codec)
        root.array("meta/episode_ends", np.cumsum(lengths), chunks=(2,), compressor=None)
    ends = np.cumsum(lengths)
    parts = [slice(end - length, end) for end, length in zip(ends, lengths)]
    zeros = [np.zeros(length) for length in lengths]
    for name, key in [("diffusion-policy", "state"), ("diffusion-policy-keypoint", "keypoint")]:
        numbers(name, [(arrays[key][part], arrays["action"][part], zero, False, True) for part, zero in zip(parts, zeros)])


if __name__ == "__main__":
    for make in [globals()[name] for name in sys.argv[1:]] or [robomimic, d4rl, minari_all, lerobot_all, diffusion_policy]:
        make()
    json.dump(expected, open(here / "numbers.json", "w"))
