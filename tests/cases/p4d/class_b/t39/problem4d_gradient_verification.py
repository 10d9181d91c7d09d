"""
Problem 4(d): Verifying Analytical Gradients with PyTorch Autograd
==================================================================

This script:
  1. Implements the one-hidden-layer ReLU network with a skip connection
  2. Computes gradients analytically (formulas from part (b))
  3. Computes gradients automatically via autograd
  4. Compares both sets of gradients and reports the maximum absolute error

Forward pass:
    z1    = W1 * x + b1
    a1    = ReLU(z1)
    y_hat = W2 @ a1 + b2 + x      (skip connection)
    L     = 0.5 * (y_hat - y)^2
"""

import torch
import torch.nn.functional as F

# Reproducibility
torch.manual_seed(42)


# ------------------------------------------------------------------
# 1. Model
# ------------------------------------------------------------------
def forward(params, x):
    """Forward pass. Returns prediction and intermediate cache."""
    z1 = params["W1"] @ x + params["b1"]
    a1 = F.relu(z1)
    y_hat = params["W2"] @ a1 + params["b2"] + x
    return y_hat, {"z1": z1, "a1": a1}


def compute_loss(y_hat, y):
    """Half mean squared error for a single example."""
    return 0.5 * (y_hat - y).pow(2).squeeze()


# ------------------------------------------------------------------
# 2. Analytical gradients
# ------------------------------------------------------------------
@torch.no_grad()
def analytical_gradients(params, x, y):
    """Backpropagation by hand, step by step."""
    y_hat, cache = forward(params, x)

    # Step 1: output error
    delta_out = y_hat - y                                   # (1,)

    # Step 2: output layer
    dL_db2 = delta_out                                      # (1,)
    dL_dW2 = delta_out.unsqueeze(1) * cache["a1"].unsqueeze(0)  # (1, h)

    # Step 3: through the ReLU
    dL_da1 = params["W2"].T @ delta_out                     # (h,)
    dL_dz1 = torch.where(cache["z1"] > 0, dL_da1, torch.zeros_like(dL_da1))

    # Step 4: hidden layer
    dL_dW1 = dL_dz1.unsqueeze(1) * x.unsqueeze(0)           # (h, 1)
    dL_db1 = dL_dz1

    # Step 5: input (skip path + hidden path)
    skip_path = delta_out
    hidden_path = params["W1"].T @ dL_dz1
    dL_dx = skip_path + hidden_path                         # (1,)

    return {"b2": dL_db2, "W2": dL_dW2, "W1": dL_dW1, "b1": dL_db1, "x": dL_dx}


# ------------------------------------------------------------------
# 3. Autograd gradients
# ------------------------------------------------------------------
def autograd_gradients(params, x, y):
    """Let PyTorch do the work."""
    y_hat, _ = forward(params, x)
    loss = compute_loss(y_hat, y)
    loss.backward()
    grads = {name: p.grad.clone() for name, p in params.items()}
    grads["x"] = x.grad.clone()
    return grads, loss.item()


# ------------------------------------------------------------------
# 4. Comparison
# ------------------------------------------------------------------
def main():
    h = 8
    params = {
        "W1": torch.randn(h, 1, requires_grad=True),
        "b1": torch.randn(h, requires_grad=True),
        "W2": torch.randn(1, h, requires_grad=True),
        "b2": torch.randn(1, requires_grad=True),
    }
    x = torch.randn(1, requires_grad=True)
    y = torch.randn(1)

    manual = analytical_gradients(params, x, y)
    auto, loss = autograd_gradients(params, x, y)

    print("=" * 60)
    print("GRADIENT VERIFICATION")
    print("=" * 60)
    print(f"Loss: {loss:.6f}\n")
    all_ok = True
    for name in ["b2", "W2", "W1", "b1", "x"]:
        err = (manual[name] - auto[name]).abs().max().item()
        ok = torch.allclose(manual[name], auto[name], atol=1e-6)
        all_ok &= ok
        print(f"{'✅' if ok else '❌'} dL/d{name:<3} shape={tuple(manual[name].shape)!s:<8} max error = {err:.3e}")
    print("-" * 60)
    print("🎉 All gradients match!" if all_ok else "⚠️ Some gradients do not match.")


if __name__ == "__main__":
    main()
