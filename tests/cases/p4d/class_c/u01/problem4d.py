"""
CS-GY 6923 - Homework 1, Problem 4(d)
Verifying analytical gradients of a one-hidden-layer ReLU network with a skip
connection against PyTorch autograd.
"""

import torch

# ============================================================
# 1. Setup
# ============================================================
torch.manual_seed(42)
torch.set_default_dtype(torch.float64)   # double precision for a tight comparison

hidden_dim = 6

x  = torch.randn(1, 1, requires_grad=True)          # input            (1, 1)
y  = torch.randn(1, 1)                              # target           (1, 1)
W1 = torch.randn(hidden_dim, 1, requires_grad=True) # hidden weights   (h, 1)
b1 = torch.randn(hidden_dim, 1, requires_grad=True) # hidden biases    (h, 1)
W2 = torch.randn(1, hidden_dim, requires_grad=True) # output weights   (1, h)
b2 = torch.randn(1, 1, requires_grad=True)          # output bias      (1, 1)

# ============================================================
# 2. Forward pass
# ============================================================
z1 = W1 @ x + b1             # pre-activation
a1 = torch.relu(z1)          # ReLU activation
y_hat = W2 @ a1 + b2 + x     # output with skip connection
loss = 0.5 * (y_hat - y) ** 2

# ============================================================
# 3. Autograd gradients
# ============================================================
loss.backward()

autograd_grads = {
    "dL/db2": b2.grad,
    "dL/dW2": W2.grad,
    "dL/dW1": W1.grad,
    "dL/db1": b1.grad,
    "dL/dx":  x.grad,
}

# ============================================================
# 4. Analytical gradients (from part b)
# ============================================================
with torch.no_grad():
    delta_out = y_hat - y                       # dL/dy_hat
    relu_mask = (z1 > 0).to(z1.dtype)           # ReLU'(z1)
    delta_hidden = (W2.T @ delta_out) * relu_mask

    analytical_grads = {
        "dL/db2": delta_out,
        "dL/dW2": delta_out @ a1.T,
        "dL/dW1": delta_hidden @ x.T,
        "dL/db1": delta_hidden,
        "dL/dx":  delta_out + W1.T @ delta_hidden,   # skip path + network path
    }

# ============================================================
# 5. Comparison
# ============================================================
print("=" * 60)
print(f"{'Gradient':<10}{'Max abs. difference':>25}{'Match?':>15}")
print("=" * 60)
all_match = True
for name in autograd_grads:
    diff = (autograd_grads[name] - analytical_grads[name]).abs().max().item()
    match = torch.allclose(autograd_grads[name], analytical_grads[name], atol=1e-10)
    all_match &= match
    print(f"{name:<10}{diff:>25.3e}{'✅ Yes' if match else '❌ No':>15}")
print("=" * 60)
print("🎉 All analytical gradients match autograd!" if all_match else "⚠️ Some gradients do not match.")
