"""Prints as JSON what h5py, or pyarrow and LeRobot itself, read of what this package wrote: python read_back.py FILE_OR_FOLDER

h5py 3.16.0, pyarrow 26.0.1, lerobot 0.4.4.
"""

import json
import sys
from pathlib import Path

import numpy as np


def by_h5py(path):
    import h5py

    with h5py.File(path) as file:
        assert json.loads(file["data"].attrs["env_args"])["type"] == 2
        demos = [file[f"data/demo_{n}"] for n in range(len(file["data"]))]
        assert file["data"].attrs["total"] == sum(demo.attrs["num_samples"] for demo in demos)
        return [
            episode(demo["obs/flat"][:], demo["actions"][:], demo["rewards"][:], demo["dones"][-1], demo["timeouts"][-1])
            for demo in demos
        ]


def by_lerobot(folder):
    import pyarrow.parquet as pq
    from lerobot.datasets.lerobot_dataset import LeRobotDataset

    data = LeRobotDataset("dppo/written", root=folder)
    episodes = []
    for about in data.meta.episodes:
        rows = [data[i] for i in range(about["dataset_from_index"], about["dataset_to_index"])]
        column = lambda name: np.array([row[name].numpy() for row in rows])
        done, cut = rows[-1]["next.done"].item(), rows[-1]["next.truncated"].item()
        episodes.append(
            episode(column("observation.state"), column("action"), column("next.reward"), done and not cut, cut)
        )
    for name, found in [("action", "actions"), ("observation.state", "obs"), ("next.reward", "rewards")]:
        table = pq.read_table(next(Path(folder).glob("data/*/*.parquet")), columns=[name]).to_pydict()[name]
        assert np.ravel(table).tolist() == sum((each[found] for each in episodes), [])
        rows = np.array(table, np.float32).reshape(len(table), -1)
        np.testing.assert_allclose(data.meta.stats[name]["mean"], rows.mean(0), atol=1e-6)
        np.testing.assert_allclose(data.meta.stats[name]["std"], rows.std(0), atol=1e-6)
    return episodes


def episode(obs, actions, rewards, terminated, truncated):
    return {
        "obs": np.ravel(obs).tolist(),
        "actions": np.ravel(actions).tolist(),
        "rewards": np.ravel(rewards).tolist(),
        "terminated": bool(terminated),
        "truncated": bool(truncated),
    }


if __name__ == "__main__":
    path = sys.argv[1]
    print(json.dumps(by_lerobot(path) if Path(path).is_dir() else by_h5py(path)))
