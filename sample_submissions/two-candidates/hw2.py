"""final version for problem 4 (d)"""
from dataclasses import dataclass

import torch


@dataclass
class Grads:
    W1: torch.Tensor
    b1: torch.Tensor
    W2: torch.Tensor
    b2: torch.Tensor
    x: torch.Tensor


torch.manual_seed(2025)
n_hidden = 12
W1 = torch.randn(n_hidden, 1, requires_grad=True)
b1 = torch.randn(n_hidden, requires_grad=True)
W2 = torch.randn(1, n_hidden, requires_grad=True)
b2 = torch.randn(1, requires_grad=True)
x = torch.tensor([-0.7], requires_grad=True)
y = torch.tensor([1.1])


def predict():
    z1 = W1 @ x + b1
    return z1, W2 @ torch.relu(z1) + b2 + x


z1, y_hat = predict()
(0.5 * (y_hat - y).square()).backward()
auto = Grads(W1.grad, b1.grad, W2.grad, b2.grad, x.grad)

with torch.no_grad():
    e = y_hat - y
    gate = (z1 > 0).to(torch.float32)
    dz1 = W2.t().squeeze() * gate * e
    manual = Grads(
        W1=torch.outer(dz1, x),
        b1=dz1,
        W2=torch.outer(e, torch.relu(z1)),
        b2=e,
        x=e + W1.t() @ dz1,
    )

for field in ("W1", "b1", "W2", "b2", "x"):
    a, m = getattr(auto, field), getattr(manual, field)
    print(f"{field:>2}: allclose = {torch.allclose(a, m, atol=1e-5)}, max diff = {(a - m).abs().max():.2e}")
