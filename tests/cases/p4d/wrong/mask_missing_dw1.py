# 4d  -- torch for autograd, numpy for my own backprop
import numpy as np
import torch

rng = np.random.default_rng(6923)
H = 6
X = 1.3
Y = 1.9
w1 = rng.normal(size=(H, 1)); c1 = rng.normal(size=H)
w2 = rng.normal(size=(1, H)); c2 = rng.normal()

# ---------- numpy ----------
pre  = w1[:, 0] * X + c1
hid  = np.maximum(pre, 0)
pred = float(w2[0] @ hid + c2 + X)
E    = pred - Y
cost = 0.5 * E**2

back = E * w2[0]                    # dL/da1
gate = (pre > 0).astype(float)
np_db2 = E
np_dw2 = E * hid[None, :]
np_dw1 = (back * X)[:, None]
np_db1 = back * gate
np_dx  = E * (1.0 + np.sum(w2[0] * gate * w1[:, 0]))

# ---------- torch ----------
T = lambda v: torch.tensor(v, dtype=torch.float64, requires_grad=True)
tx, tw1, tc1, tw2, tc2 = T(X), T(w1), T(c1), T(w2), T(c2)
tpred = (tw2 @ torch.relu(tw1 @ tx.reshape(1) + tc1)).squeeze() + tc2 + tx
tcost = 0.5 * (tpred - Y) ** 2
tcost.backward()

print("cost", cost, tcost.item())
print("dL/db2 ", np.abs(np_db2 - tc2.grad.numpy()).max())
print("dL/dW2 ", np.abs(np_dw2 - tw2.grad.numpy()).max())
print("dL/dW1 ", np.abs(np_dw1 - tw1.grad.numpy()).max())
print("dL/db1 ", np.abs(np_db1 - tc1.grad.numpy()).max())
print("dL/dx  ", np.abs(np_dx - tx.grad.numpy()).max())
