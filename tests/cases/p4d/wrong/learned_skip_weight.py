import torch
from dataclasses import dataclass, fields

@dataclass
class Weights:
    W1: torch.Tensor
    b1: torch.Tensor
    W2: torch.Tensor
    b2: torch.Tensor
    Ws: torch.Tensor      # skip connection

    @classmethod
    def random(cls, h, rng):
        shapes = ((h, 1), (h, 1), (1, h), (1, 1), (1, 1))
        return cls(*[torch.randn(*s, generator=rng, dtype=torch.float64).requires_grad_() for s in shapes])

rng = torch.Generator().manual_seed(606)
w = Weights.random(5, rng)
x = torch.randn(1, 1, generator=rng, dtype=torch.float64).requires_grad_()
y = torch.randn(1, 1, generator=rng, dtype=torch.float64)

z1 = w.W1 @ x + w.b1
a1 = torch.relu(z1)
y_hat = w.W2 @ a1 + w.b2 + w.Ws @ x
L = (y_hat - y) ** 2 / 2
L.backward()

with torch.no_grad():
    e = y_hat - y
    d1 = (w.W2.T @ e) * (z1 > 0)
    grads = Weights(W1=d1 @ x.T, b1=d1, W2=e @ a1.T, b2=e, Ws=e @ x.T)
    dx = w.Ws.T @ e + w.W1.T @ d1

for f in fields(Weights):
    a, b = getattr(w, f.name).grad, getattr(grads, f.name)
    print(f"{f.name}: {torch.equal(a, b)} / {torch.allclose(a, b)}")
print(f"x: {torch.equal(x.grad, dx)} / {torch.allclose(x.grad, dx)}")
