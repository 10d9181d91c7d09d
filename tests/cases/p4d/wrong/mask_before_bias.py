from __future__ import annotations

import torch
from torch import Tensor


def loss_fn(x: Tensor, W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    hidden = torch.relu(torch.addmm(b1, x, W1))      # x (1,1), W1 (1,h), b1 (1,h)
    pred = hidden.mm(W2) + b2 + x                    # W2 (h,1)
    return (pred - y).square().sum(), pred


def manual_grads(x, W1, b1, W2, b2, y) -> dict[str, Tensor]:
    lin = x @ W1
    hidden = (lin + b1).relu()
    pred = hidden @ W2 + b2 + x
    g = 2.0 * (pred - y)
    active = lin.gt(0).type_as(x)
    back = (g @ W2.T) * active
    return {
        "x": g + back @ W1.T,
        "W1": x.T @ back,
        "b1": back,
        "W2": hidden.T @ g,
        "b2": g,
    }


def main() -> None:
    torch.manual_seed(1234)
    h = 16
    x = torch.randn(1, 1, dtype=torch.float64, requires_grad=True)
    W1 = torch.randn(1, h, dtype=torch.float64, requires_grad=True)
    b1 = torch.randn(1, h, dtype=torch.float64, requires_grad=True)
    W2 = torch.randn(h, 1, dtype=torch.float64, requires_grad=True)
    b2 = torch.randn(1, 1, dtype=torch.float64, requires_grad=True)
    y = torch.randn(1, 1, dtype=torch.float64)

    loss, _ = loss_fn(x, W1, b1, W2, b2, y)
    names = ["x", "W1", "b1", "W2", "b2"]
    auto = dict(zip(names, torch.autograd.grad(loss, (x, W1, b1, W2, b2))))
    with torch.no_grad():
        mine = manual_grads(x, W1, b1, W2, b2, y)

    for n in names:
        rel = (auto[n] - mine[n]).norm() / auto[n].norm()
        print(f"{n:>3s}: relative error {rel.item():.3e}")


if __name__ == "__main__":
    main()
