# %% [markdown]
# # Gradient check for the skip network

# %%
import torch

gen = torch.Generator()
gen.manual_seed(77)
f64 = dict(dtype=torch.float64, generator=gen)
h = 10

# %%
W1, b1 = torch.randn(h, **f64), torch.randn(h, **f64)
W2, b2 = torch.randn(h, **f64), torch.randn((), **f64)
x, y = torch.randn((), **f64), torch.randn((), **f64)
leaves = [W1, b1, W2, b2, x]
for leaf in leaves:
    leaf.requires_grad = True

# %%
z1 = W1 * x + b1
y_hat = (W2 * z1.clamp_min(0)).sum() + b2 + x
((y_hat - y) ** 2 / 2).backward()

# %%
e = (y_hat - y).detach()
s = torch.heaviside(z1.detach(), torch.zeros((), dtype=torch.float64))
w1, w2, xx = W1.detach(), W2.detach(), x.detach()
formulas = [
    xx * e * (w2 * s),
    e * (w2 * s),
    e * s * z1.detach(),
    e,
    e + e * (w2 * s * w1).sum(),
]

# %%
for name, leaf, formula in zip("W1 b1 W2 b2 x".split(), leaves, formulas):
    print(name, torch.dist(leaf.grad, formula).item())
