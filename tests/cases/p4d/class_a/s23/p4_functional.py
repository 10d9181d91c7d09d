# %% [markdown]
# ## 4(d)
# functional version, torch.func does the autodiff

# %%
from functools import partial
import torch
from torch.func import grad, grad_and_value
from torch.utils._pytree import tree_map

# %%
def net(theta, x):
    hidden = torch.relu(theta["lin1"]["w"] @ x + theta["lin1"]["b"])
    return theta["lin2"]["w"] @ hidden + theta["lin2"]["b"] + x

def objective(theta, x, target):
    return (0.5 * (net(theta, x) - target) ** 2).sum()

# %%
torch.manual_seed(4)
N = partial(torch.randn, dtype=torch.float64)
h = 9
theta = {"lin1": {"w": N(h, 1), "b": N(h)}, "lin2": {"w": N(1, h), "b": N(1)}}
x, target = N(1), N(1)

# %% autodiff
(g_theta, g_x), value = grad_and_value(objective, argnums=(0, 1))(theta, x, target)

# %% closed form
def closed_form(theta, x, target):
    z = theta["lin1"]["w"] @ x + theta["lin1"]["b"]
    s = (torch.sign(z) + 1) / 2                  # z is never exactly 0
    e = net(theta, x) - target
    delta = e * theta["lin2"]["w"].flatten() * s
    return ({"lin1": {"w": torch.outer(delta, x), "b": delta},
             "lin2": {"w": torch.outer(e, z * s), "b": e}},
            e + delta @ theta["lin1"]["w"])

c_theta, c_x = closed_form(theta, x, target)

# %% compare
err = tree_map(lambda a, b: (a - b).abs().max().item(), (g_theta, g_x), (c_theta, c_x))
print(f"L = {value:.6f}")
print("max abs errors:", err)

# %% [markdown]
# Autodiff and closed form agree to 1e-15 in double precision.
