import copy
import torch
from torch import nn

torch.manual_seed(17)
H = 5
mlp = nn.Sequential(nn.Linear(1, H), nn.ReLU(), nn.Linear(H, 1)).double()
x0 = torch.tensor([-0.65], dtype=torch.float64)
y0 = torch.tensor([1.1], dtype=torch.float64)
mse = nn.MSELoss()


def loss_of(model, xx):
    return mse(model(xx) + xx, y0)


# 1) autograd
xg = x0.clone().requires_grad_()
loss_of(mlp, xg).backward()
auto = [mlp[0].weight.grad, mlp[0].bias.grad, mlp[2].weight.grad, mlp[2].bias.grad, xg.grad]

# 2) numerical (central differences), just to have a third opinion
def numeric(get, shape, eps=1e-6):
    out = torch.zeros(shape, dtype=torch.float64)
    for i in range(out.numel()):
        vals = []
        for s in (+eps, -eps):
            m, xx = copy.deepcopy(mlp), x0.clone()
            with torch.no_grad():
                get(m, xx).view(-1)[i] += s
                vals.append(loss_of(m, xx).item())
        out.view(-1)[i] = (vals[0] - vals[1]) / (2 * eps)
    return out

getters = [lambda m, x: m[0].weight, lambda m, x: m[0].bias, lambda m, x: m[2].weight, lambda m, x: m[2].bias, lambda m, x: x]
num = [numeric(g, a.shape) for g, a in zip(getters, auto)]

# 3) formulas of 4(b) -- MSELoss has no 1/2 so everything carries a 2
with torch.no_grad():
    z = mlp[0](x0)
    a = mlp[1](z)
    two_e = 2 * (mlp[2](a) + x0 - y0)
    back = mlp[2].weight[0] * two_e
    back = torch.where(z > 0, back, torch.zeros_like(back))
    form = [back.outer(x0), back, two_e.outer(a), two_e, two_e + back @ mlp[0].weight]

print(f"{'':4}{'formula-autograd':>18}{'formula-numeric':>18}{'autograd-numeric':>18}")
for nm, f, g, n in zip(["W1", "b1", "W2", "b2", "x"], form, auto, num):
    d = lambda u, v: (u - v).abs().max().item()
    print(f"{nm:4}{d(f, g):18.2e}{d(f, n):18.2e}{d(g, n):18.2e}")
