import math

import torch

# h = 1, so every parameter is one number
vals = {"W1": 0.9, "b1": 0.4, "W2": 1.25, "b2": -0.2, "x": 1.5}
y = -0.6
p = {k: torch.tensor(v, dtype=torch.float64, requires_grad=True) for k, v in vals.items()}
pre = p["W1"] * p["x"] + p["b1"]
out = p["W2"] * pre.relu() + p["b2"] + p["x"]
J = (out - y) ** 2
J.backward()


def formulas(W1, b1, W2, b2, x):
    z = W1 * x + b1
    act = z if z > 0 else 0.0
    r = 2.0 * (W2 * act + b2 + x - y)
    back = r * W2 * (1.0 if W1 * x > 0 else 0.0)
    return {"W1": back * x, "b1": back, "W2": r * act, "b2": r, "x": r + back * W1}


for k, v in formulas(**vals).items():
    print(k, v, p[k].grad.item(), math.isclose(v, p[k].grad.item(), rel_tol=1e-9, abs_tol=1e-12))
