import random

import torch

width = random.choice([3, 5, 8])
w_in, b_in, w_out = (torch.randn(width, requires_grad=True) for _ in range(3))
b_out, x = torch.randn(1, requires_grad=True), torch.randn(1, requires_grad=True)
y = torch.rand(1)

z = w_in * x + b_in
prediction = torch.dot(w_out, z.relu()) + b_out + x
loss = (prediction - y).square()
loss.backward()

with torch.no_grad():
    e = 2 * (prediction - y)
    hidden = e * w_out * z.gt(0)
    pairs = {
        "w_in": (hidden * x, w_in), "b_in": (hidden, b_in), "w_out": (e * z.relu(), w_out),
        "b_out": (e, b_out), "x": (e + torch.dot(hidden, w_in), x),
    }
for name, (formula, leaf) in pairs.items():
    print(f"{name:6} {(formula - leaf.grad).abs().max():.2e}")
