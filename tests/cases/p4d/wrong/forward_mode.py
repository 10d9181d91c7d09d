import torch
from torch.func import jacfwd, grad

torch.set_default_dtype(torch.float64)
h = 8
key = torch.manual_seed(2718)
P = {
    "W1": torch.randn(h),
    "b1": torch.randn(h),
    "W2": torch.randn(h),
    "b2": torch.randn(()),
    "x": torch.randn(()),
}
y = torch.tensor(0.6)


def L(p):
    a = torch.relu(p["W1"] * p["x"] + p["b1"])
    return 0.5 * (p["W2"] @ a + p["b2"] + p["x"] - y) ** 2


analytic = jacfwd(L)(P)      # exact derivative, no backprop
auto = grad(L)(P)            # reverse mode autograd

print(f"{'':4} {'analytic':>12} {'autograd':>12}   (norms)")
for k in P:
    print(f"{k:4} {analytic[k].norm().item():12.6f} {auto[k].norm().item():12.6f}", "equal" if torch.allclose(analytic[k], auto[k], atol=1e-5) else "different")
