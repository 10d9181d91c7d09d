"""
CS-GY 6923 Machine Learning -- Written Homework 2
Problem 4(d): Verifying analytical gradients of a ReLU MLP with a skip connection

Forward pass:
    z1    = W1 x + b1
    a1    = ReLU(z1)
    y_hat = W2 a1 + b2 + x
    L     = 1/2 (y_hat - y)^2
"""

from typing import Dict

import torch
import torch.nn as nn


class SkipReLUMLP(nn.Module):
    """One-hidden-layer ReLU network with an identity skip connection."""

    def __init__(self, hidden_dim: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(1, hidden_dim)
        self.fc2 = nn.Linear(hidden_dim, 1)

    def forward(self, x: torch.Tensor):
        z1 = self.fc1(x)
        a1 = torch.relu(z1)
        y_hat = self.fc2(a1) + x          # skip connection
        return y_hat, z1, a1


@torch.no_grad()
def analytical_gradients(model: SkipReLUMLP, x: torch.Tensor, y: torch.Tensor) -> Dict[str, torch.Tensor]:
    """Closed-form gradients derived in part (b)."""
    y_hat, z1, a1 = model(x)

    delta = y_hat - y                                   # dL/dy_hat            (1, 1)
    relu_mask = (z1 > 0).to(x.dtype)                    # sigma'(z1)           (1, h)
    delta1 = (delta @ model.fc2.weight) * relu_mask     # dL/dz1               (1, h)

    return {
        "fc1.weight": delta1.T @ x,                     # (h, 1)
        "fc1.bias": delta1.squeeze(0),                  # (h,)
        "fc2.weight": delta.T @ a1,                     # (1, h)
        "fc2.bias": delta.squeeze(0),                   # (1,)
        "x": delta + delta1 @ model.fc1.weight,         # (1, 1): skip path + hidden path
    }


def main() -> None:
    torch.manual_seed(42)

    model = SkipReLUMLP(hidden_dim=5)
    x = torch.randn(1, 1, requires_grad=True)
    y = torch.randn(1, 1)

    # ---- Autograd ----
    y_hat, _, _ = model(x)
    loss = 0.5 * (y_hat - y).pow(2).sum()
    model.zero_grad()
    loss.backward()

    autograd_grads = {name: p.grad for name, p in model.named_parameters()}
    autograd_grads["x"] = x.grad

    # ---- Analytical ----
    analytic_grads = analytical_gradients(model, x, y)

    # ---- Comparison ----
    print(f"Loss: {loss.item():.6f}\n")
    all_ok = True
    for name, g_auto in autograd_grads.items():
        g_ana = analytic_grads[name]
        diff = (g_auto - g_ana).abs().max().item()
        ok = torch.allclose(g_auto, g_ana, atol=1e-6)
        all_ok &= ok
        print(f"{'✅' if ok else '❌'} {name:<12} max |diff| = {diff:.2e}")

    print("\n🎉 All gradients match!" if all_ok else "\n⚠️ Some gradients do not match!")


if __name__ == "__main__":
    main()

# Discussion:
# The analytical gradients from part (b) agree with PyTorch autograd up to floating-point
# precision (differences are on the order of 1e-7 or smaller), which confirms the derivation.
# In particular, dL/dx contains the additional term e coming from the skip connection.
