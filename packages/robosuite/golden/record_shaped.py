"""Shaped rewards along two scripted episodes of each complete recording: python record_shaped.py FOLDER writes shaped.json.gz beside this file.

A row is what the last substep of a step saw of arm, fingers and object, as qpos [16], the height of the highest of the objects that
are put away (m, null where there are none), and the reward of that step.
"""

import gzip
import json
import pathlib
import sys

import mujoco
import numpy as np

from original import away, make, names, objects

joints = [f"robot0_joint{i}" for i in range(1, 8)] + ["gripper0_finger_joint1", "gripper0_finger_joint2"]


def rows(env, task, actions):
    model, data = env.sim.model, env.sim.data
    start, end = model.get_joint_qpos_addr(objects[task])
    kept = [model.get_joint_qpos_addr(name) for name in joints] + list(range(start, end))
    others = [model.get_joint_qpos_addr(name)[0] + 2 for name in away[task]]
    before = env._pre_action
    seen = []

    def watched(action, policy_step=False):
        qpos = np.array(data.qpos)
        seen.append((qpos[kept].tolist(), max(qpos[others].tolist(), default=None)))
        before(action, policy_step)

    env._pre_action = watched
    for action in actions:
        _, reward, _, _ = env.step(np.array(action))
        qpos, highest = seen[-1]
        yield {"qpos": qpos, "highest": highest, "reward": float(reward), "success": bool(env._check_success())}
    env._pre_action = before


folder = pathlib.Path(sys.argv[1])
tasks = {}
for task in names:
    with gzip.open(folder / f"{task}.json.gz", "rt") as file:
        recording = json.load(file)
    np.random.seed(0)
    env = make(task, reward_shaping=True)
    steps = []
    scripted = [episode for episode in recording["episodes"] if episode["kind"] == "scripted"]
    for episode in scripted[:2]:
        np.random.seed(episode["seed"])
        env.reset()
        # At first the hand only comes nearer.
        steps += list(rows(env, task, episode["actions"]))[10:]
    tasks[task] = {"steps": steps}
    if task == "lift":
        tasks[task]["half_sizes"] = [float(size) for size in env.cube.size]
    rewards = [step["reward"] for step in steps]
    print(task, len(steps), "steps", sum(step["success"] for step in steps), "successes", min(rewards), max(rewards))

versions = {"robosuite": "1.4.1", "mujoco": mujoco.__version__, "numpy": np.__version__}
text = json.dumps({"meta": versions, "tasks": tasks}, separators=(",", ":"))
out = pathlib.Path(__file__).parent / "shaped.json.gz"
out.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
print(out.stat().st_size, "bytes")
