import numpy as np
import torch

rng = np.random.default_rng(99)
m = 5
W1 = np.matrix(rng.normal(size=(m, 1)))
b1 = np.matrix(rng.normal(size=(m, 1)))
W2 = np.matrix(rng.normal(size=(1, m)))
b2 = np.matrix(rng.normal(size=(1, 1)))
x = np.matrix(rng.normal(size=(1, 1)))
y = rng.normal()

Z = W1 * x + b1
A = np.maximum(Z, 0)
E = W2 * A + b2 + x - y
D = np.multiply(W2.T * E, (Z > 0).astype(float))
mine = {"W1": D * x.T, "b1": D, "W2": E * A.T, "b2": E, "x": E + W1.T * D}

T = {k: torch.tensor(np.asarray(v), requires_grad=True) for k, v in dict(W1=W1, b1=b1, W2=W2, b2=b2, x=x).items()}
loss = ((T["W2"] @ torch.relu(T["W1"] @ T["x"] + T["b1"]) + T["b2"] + T["x"] - y) ** 2).sum() / 2
loss.backward()
print({k: float(np.abs(mine[k] - T[k].grad.numpy()).max()) for k in mine})
