import torch
from torch.func import grad, vmap
torch.manual_seed(3)
h, n = 5, 4
P = dict(W1=torch.randn(h), b1=torch.randn(h), W2=torch.randn(h), b2=torch.randn(()))
xs, ys = torch.randn(n), torch.randn(n)
def f(p, x, y):
    return 0.5 * ((p["W2"] * torch.relu(p["W1"] * x + p["b1"])).sum() + p["b2"] + x - y) ** 2
def mine(p, x, y):
    z = p["W1"] * x + p["b1"]
    e = (p["W2"] * z.clamp(min=0)).sum() + p["b2"] + x - y
    d = p["W2"] * e * (z > 0)
    return dict(W1=d * x, b1=d, W2=e * z.clamp(min=0), b2=e), (d * p["W1"]).sum()
auto, auto_x = vmap(grad(f, argnums=(0, 1)), in_dims=(None, 0, 0))(P, xs, ys)
hand, hand_x = vmap(mine, in_dims=(None, 0, 0))(P, xs, ys)
for k in P:
    print(k, (auto[k] - hand[k]).abs().max().item())
print("x", (auto_x - hand_x).abs().max().item())
