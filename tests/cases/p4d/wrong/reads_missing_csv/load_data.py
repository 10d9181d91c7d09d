import csv
from pathlib import Path

import torch

FILE = Path(__file__).parent / "data" / "p4_params.csv"


def load():
    """one row per parameter: name, v1, v2, ..."""
    with open(FILE, newline="") as fh:
        rows = {r[0]: [float(v) for v in r[1:]] for r in csv.reader(fh) if r}
    W1 = torch.tensor(rows["W1"]).unsqueeze(1)
    W2 = torch.tensor(rows["W2"]).unsqueeze(0)
    return W1, torch.tensor(rows["b1"]), W2, torch.tensor(rows["b2"]), torch.tensor(rows["x"]), torch.tensor(rows["y"])
