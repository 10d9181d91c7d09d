"""
Problem 4(d) -- verification
"""
import numpy as np
import torch

torch.manual_seed(13)

d_hidden = 6
x = torch.randn(1, dtype=torch.float64, requires_grad=True)
y = torch.randn(1, dtype=torch.float64)
W1 = torch.randn(d_hidden, 1, dtype=torch.float64, requires_grad=True)
b1 = torch.randn(d_hidden, dtype=torch.float64, requires_grad=True)
W2 = torch.randn(1, d_hidden, dtype=torch.float64, requires_grad=True)
b2 = torch.randn(1, dtype=torch.float64, requires_grad=True)

z1 = W1 @ x + b1
a1 = torch.relu(z1)
yhat = W2 @ a1 + b2 + x
loss = 0.5 * (y - yhat) ** 2
loss.backward()

# residual as in the loss
e = (y - yhat).detach().numpy()
s = (z1.detach().numpy() > 0).astype(float)
W1n, W2n = W1.detach().numpy(), W2.detach().numpy()
xn, an = x.detach().numpy(), a1.detach().numpy()

db2 = -e
dW2 = -e * an[np.newaxis, :]
db1 = (W2n[0] * e) * s
dW1 = (db1 * xn)[:, np.newaxis]
dx = e * (1 + np.sum(W2n[0] * s * W1n[:, 0]))

# relative error of the magnitudes
def err(g, t):
    t = t.grad.numpy()
    return np.max(np.abs(np.abs(g) - np.abs(t)) / np.maximum(1e-12, np.abs(g) + np.abs(t)))

print(f"b2 {err(db2, b2):.2e}")
print(f"W2 {err(dW2, W2):.2e}")
print(f"b1 {err(db1, b1):.2e}")
print(f"W1 {err(dW1, W1):.2e}")
print(f"x  {err(dx, x):.2e}")
