import torch
torch.manual_seed(4)
h = 5
x = torch.randn(1, requires_grad=True)
y = torch.randn(1)
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, requires_grad=True)
z1 = W1 @ x + b1
a1 = torch.relu(z1)
yhat = W2 @ a1 + b2 + x
loss = 0.5 * (yhat - y) ** 2
loss.backward()
with torch.no_grad():
    e = yhat - y
    s = (z1 > 0).float()
    dz = W2.flatten() * e * s
    dW1 = (dz * x).reshape(h, 1)
    db1 = dz
    dW2 = (e * a1).reshape(1, h)
    db2 = e
    dx = e + (W1.flatten() * dz).sum()

import logging
logging.basicConfig(level=logging.INFO)
log = logging.getLogger()
for n, d, p in [("W1", dW1, W1), ("b1", db1, b1), ("W2", dW2, W2), ("b2", db2, b2), ("x", dx, x)]:
    log.warning("%s analytic %s autograd %s", n, d.flatten(), p.grad.flatten())
