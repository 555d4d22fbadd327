"""Writes the pickles of this folder as the reference keeps demonstrations: python make.py

numpy 1.26.4 and 2.4.6, one after the other: what a pickle names is called otherwise since 2.
"""

import pickle
from pathlib import Path

import numpy as np

here = Path(__file__).parent
draw = np.random.default_rng(3)
data = {
    "states": np.arange(10, dtype=np.float32).reshape(5, 2) / 7,
    "actions": np.arange(5, dtype=np.float64).reshape(5, 1) / 3,
    "rewards": np.array([0, 0, 1, 0, 0.5], np.float32),
    "terminals": np.array([False, False, True, False, False]),
    "traj_lengths": np.array([3, 2]),
    "images": np.zeros((5, 1, 2, 2), np.uint8),
}
major = np.__version__.split(".")[0]
for protocol in [2, 3, 4, 5]:
    (here / f"numpy{major}-protocol{protocol}.pkl").write_bytes(pickle.dumps(data, protocol))

if major == "2":
    lists = {**data, "traj_lengths": [np.int64(3), 2]}
    del lists["rewards"], lists["terminals"]
    (here / "lists.pkl").write_bytes(pickle.dumps(lists))
    (here / "fortran.pkl").write_bytes(pickle.dumps({**data, "states": np.asfortranarray(data["states"])}))
    (here / "objects.pkl").write_bytes(pickle.dumps({**data, "states": np.array([1, None], object)}))

    class Call:
        def __reduce__(self):
            return print, ("code of the file ran",)

    (here / "calls.pkl").write_bytes(pickle.dumps({**data, "states": Call()}))
