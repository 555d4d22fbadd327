"""Python's robosuite 1.4.1 on MuJoCo 3.14.0, as the recordings and the comparison of speed run it.

    python3 -m venv FOLDER
    FOLDER/bin/pip install robosuite==1.4.1 mujoco==3.14.0 numpy==2.4.6
"""

import types

import mujoco

# Since robosuite 1.4.1 types of joints became more than numbers, and the mass matrix takes MuJoCo's data. No number changes by these.
mujoco.mjtJoint = types.SimpleNamespace(
    **{name: int(value) for name, value in mujoco.mjtJoint.__members__.items()}
)
full_mass = mujoco.mj_fullM
mujoco.mj_fullM = lambda model, into, data: full_mass(model, data._data, into)

import robosuite  # noqa: E402
from robosuite.utils import binding_utils  # noqa: E402

binding_utils.MjData.qM = property(lambda data: data)

names = {"lift": "Lift", "can": "PickPlaceCan", "square": "NutAssemblySquare"}
objects = {"lift": "cube_joint0", "can": "Can_joint0", "square": "SquareNut_joint0"}
away = {"lift": [], "can": ["Milk_joint0", "Bread_joint0", "Cereal_joint0"], "square": ["RoundNut_joint0"]}


def make(task, **options):
    """A task without pictures, with the controller and the rate of robomimic's data."""
    return robosuite.make(
        names[task],
        robots="Panda",
        controller_configs=robosuite.load_controller_config(default_controller="OSC_POSE"),
        has_renderer=False,
        has_offscreen_renderer=False,
        use_camera_obs=False,
        hard_reset=False,
        control_freq=20,
        **options,
    )
