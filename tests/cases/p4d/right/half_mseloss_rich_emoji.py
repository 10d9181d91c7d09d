"""
🔍 Gradient Verification for a ReLU MLP with Skip Connection
=============================================================

Verifies the analytical gradients derived in Problem 4(b) against PyTorch autograd.
"""

import torch
import torch.nn as nn
from typing import Dict


class ReLUMLPWithSkip(nn.Module):
    """ReLU MLP: R -> R with one hidden layer and an input-to-output skip connection."""

    def __init__(self, hidden_size: int):
        super().__init__()
        self.W1 = nn.Parameter(torch.randn(hidden_size, 1))
        self.b1 = nn.Parameter(torch.randn(hidden_size))
        self.W2 = nn.Parameter(torch.randn(1, hidden_size))
        self.b2 = nn.Parameter(torch.randn(1))

    def forward(self, x: torch.Tensor) -> Dict[str, torch.Tensor]:
        z1 = self.W1 @ x + self.b1      # Step 1: pre-activation, shape (h,)
        a1 = torch.relu(z1)             # Step 2: activation, shape (h,)
        f = self.W2 @ a1 + self.b2      # Step 3: MLP output, shape (1,)
        y_hat = f + x                   # Step 4: skip connection, shape (1,)
        return {"z1": z1, "a1": a1, "y_hat": y_hat}


def compute_analytical_gradients(
    model: ReLUMLPWithSkip, x: torch.Tensor, y: torch.Tensor, cache: Dict[str, torch.Tensor]
) -> Dict[str, torch.Tensor]:
    """Compute gradients using the closed-form expressions from part (b)."""
    with torch.no_grad():
        # δ = ∂L/∂ŷ = ŷ − y
        delta = cache["y_hat"] - y
        # ReLU derivative: 1 where z1 > 0, else 0
        relu_mask = (cache["z1"] > 0).float()
        # ∂L/∂z1 = (W2ᵀ δ) ⊙ 1[z1 > 0]
        dL_dz1 = (model.W2.T @ delta) * relu_mask

        return {
            "b2": delta.clone(),
            "W2": torch.outer(delta, cache["a1"]),
            "W1": torch.outer(dL_dz1, x),
            "b1": dL_dz1,
            "x": model.W1.T @ dL_dz1 + delta,
        }


def verify(hidden_size: int = 10, seed: int = 42, tol: float = 1e-5) -> bool:
    """Run a single verification and print a formatted report."""
    torch.manual_seed(seed)

    model = ReLUMLPWithSkip(hidden_size)
    x = torch.randn(1, requires_grad=True)
    y = torch.randn(1)

    # Forward pass
    cache = model(x)
    loss = 0.5 * nn.MSELoss()(cache["y_hat"], y)

    # Autograd
    loss.backward()
    autograd_grads = {name: p.grad.clone() for name, p in model.named_parameters()}
    autograd_grads["x"] = x.grad.clone()

    # Analytical
    analytical_grads = compute_analytical_gradients(model, x, y, cache)

    print("=" * 60)
    print(f"Hidden size: {hidden_size} | Seed: {seed} | Loss: {loss.item():.6f}")
    print("=" * 60)

    all_passed = True
    for name in ["b2", "W2", "W1", "b1", "x"]:
        diff = (analytical_grads[name] - autograd_grads[name]).abs().max().item()
        passed = diff < tol
        all_passed = all_passed and passed
        status = "✅ PASS" if passed else "❌ FAIL"
        print(f"∂L/∂{name:<3} | max diff = {diff:.2e} | {status}")

    print("=" * 60)
    print("🎉 All gradients match!" if all_passed else "⚠️  Some gradients do not match.")
    return all_passed


if __name__ == "__main__":
    results = [verify(seed=s) for s in (42, 0, 1)]
    assert all(results)
