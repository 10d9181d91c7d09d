import random

import torch

random.seed(5)
torch.manual_seed(5)


def hand(x, y, W1, b1, W2, b2):
    """plain python, one hidden unit after the other"""
    h = len(b1)
    z = [W1[i] * x + b1[i] for i in range(h)]
    a = [v if v > 0 else 0.0 for v in z]
    out = sum(W2[i] * a[i] for i in range(h)) + b2 + x
    d = 2 * (out - y)                      # loss is (out - y)^2
    dW2 = [d * a[i] for i in range(h)]
    db1 = [d * W2[i] * (1.0 if z[i] > 0 else 0.0) for i in range(h)]
    dW1 = [g * x for g in db1]
    dx = d + sum(db1[i] * W1[i] for i in range(h))
    return dW1, db1, dW2, d, dx


h = 6
W1 = torch.randn(h, dtype=torch.float64, requires_grad=True)
b1 = torch.randn(h, dtype=torch.float64, requires_grad=True)
W2 = torch.randn(h, dtype=torch.float64, requires_grad=True)
b2 = torch.tensor(random.gauss(0, 1), dtype=torch.float64, requires_grad=True)
x = torch.tensor(random.gauss(0, 1), dtype=torch.float64, requires_grad=True)
y = torch.tensor(random.gauss(0, 1), dtype=torch.float64)

out = torch.dot(W2, torch.relu(W1 * x + b1)) + b2 + x
loss = (out - y) ** 2
gW1, gb1, gW2, gb2, gx = torch.autograd.grad(loss, (W1, b1, W2, b2, x))

dW1, db1, dW2, db2, dx = hand(
    x.item(), y.item(), W1.tolist(), b1.tolist(), W2.tolist(), b2.item()
)

for name, mine, torchs in (
    ("W1", dW1, gW1.tolist()),
    ("b1", db1, gb1.tolist()),
    ("W2", dW2, gW2.tolist()),
    ("b2", [db2], [gb2.item()]),
    ("x", [dx], [gx.item()]),
):
    err = max(abs(m - t) for m, t in zip(mine, torchs))
    print(f"{name}: biggest error {err:.3g}")
