# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Problem 4(d)
#
# The model is
# $$z_1 = W_1 x + b_1,\quad a_1 = \max(z_1, 0),\quad \hat y = W_2 a_1 + b_2 + x,\quad L=\tfrac12(\hat y-y)^2$$
#
# From (b):
#
# | gradient | formula |
# |---|---|
# | $\partial L/\partial b_2$ | $e$ |
# | $\partial L/\partial W_2$ | $e\,a_1^T$ |
# | $\partial L/\partial b_1$ | $e\,W_2^T \odot 1[z_1>0]$ |
# | $\partial L/\partial W_1$ | $e\,W_2^T \odot 1[z_1>0]\;x$ |
# | $\partial L/\partial x$ | $e\,(1 + W_2 (1[z_1>0]\odot W_1))$ |

# %%
import torch
_ = torch.manual_seed(1234)

# %% Parameters
hidden_dim = 9
W_1 = torch.normal(0., 1., size=(hidden_dim, 1), requires_grad=True)
b_1 = torch.normal(0., 1., size=(hidden_dim,), requires_grad=True)
W_2 = torch.normal(0., 1., size=(1, hidden_dim), requires_grad=True)
b_2 = torch.normal(0., 1., size=(1,), requires_grad=True)
x = torch.normal(0., 1., size=(1,), requires_grad=True)
y = torch.normal(0., 1., size=(1,))

# %% Forward
z_1 = W_1 @ x + b_1
a_1 = torch.maximum(z_1, torch.zeros(()))
y_hat = W_2 @ a_1 + b_2 + x
loss = torch.mean(0.5 * (y_hat - y) ** 2)
loss

# %% Backward with autograd
loss.backward()

# %% Backward with my formulas
e = (y_hat - y).detach()
sigma_prime = (z_1 > 0).float()
grad_b_2 = e
grad_W_2 = e[:, None] * a_1.detach()[None, :]
grad_b_1 = e * W_2.detach().flatten() * sigma_prime
grad_W_1 = grad_b_1[:, None] * x.detach()
grad_x = e * (1 + W_2.detach() @ (sigma_prime * W_1.detach().flatten()))

# %% Comparison
for label, analytic, auto in [
    ("b_2", grad_b_2, b_2.grad),
    ("W_2", grad_W_2, W_2.grad),
    ("b_1", grad_b_1, b_1.grad),
    ("W_1", grad_W_1, W_1.grad),
    ("x", grad_x, x.grad),
]:
    rel = torch.linalg.norm(analytic - auto) / (torch.linalg.norm(analytic) + torch.linalg.norm(auto) + 1e-12)
    print(f"dL/d{label:4s} relative error {rel.item():.3e}")

# %% [markdown]
# All relative errors are around 1e-7, the float32 rounding level, so the formulas agree with autograd.
