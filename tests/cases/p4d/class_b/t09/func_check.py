"""4(d) with torch.func: the model is an nn.Module, autograd goes through functional_call + vjp."""
import torch
from torch import nn
from torch.func import functional_call, vjp

torch.manual_seed(33)


class SkipMLP(nn.Module):
    def __init__(self, h: int):
        super().__init__()
        self.W1 = nn.Parameter(torch.randn(h, 1))
        self.b1 = nn.Parameter(torch.randn(h))
        self.W2 = nn.Parameter(torch.randn(1, h))
        self.b2 = nn.Parameter(torch.randn(1))

    def forward(self, x):
        return self.W2 @ torch.relu(self.W1 @ x + self.b1) + self.b2 + x


def L(params, x, y, model):
    return 0.5 * (functional_call(model, params, (x,)) - y).square().sum()


def closed_form(p, x, y):
    W1, b1, W2, b2 = (p[k] for k in ("W1", "b1", "W2", "b2"))
    z = W1 @ x + b1
    step = (z > 0).to(z.dtype)
    e = W2 @ (step * z) + b2 + x - y
    u = step * W2[0] * e                    # dL/dz1
    return {"W1": u[:, None] * x, "b1": u, "W2": e * (step * z)[None, :], "b2": e}, e + (W1[:, 0] * u).sum()


model = SkipMLP(h=9).double()
params = {k: v.detach() for k, v in model.named_parameters()}
x, y = torch.tensor([-0.35]).double(), torch.tensor([1.8]).double()

value, pullback = vjp(lambda p, x: L(p, x, y, model), params, x)
auto_p, auto_x = pullback(torch.ones_like(value))
hand_p, hand_x = closed_form(params, x, y)

report = {**{k: (hand_p[k] - auto_p[k]).abs().max() for k in params}, "x": (hand_x - auto_x).abs().max()}
print(f"loss {value:.6f}")
print("\n".join(f"|d{k}(formula) - d{k}(vjp)|_max = {v:.2e}" for k, v in report.items()))
assert max(report.values()) < 1e-12
# Discussion: differences are 0 or one ulp in float64, so 4(b) is verified.
