import torch
from torch.autograd.functional import vjp
torch.manual_seed(8); torch.set_default_dtype(torch.float64)
h = 4
args = (torch.randn(h, 1), torch.randn(h, 1), torch.randn(1, h), torch.randn(1, 1), torch.randn(1, 1))
y = torch.randn(1, 1)
def L(W1, b1, W2, b2, x):
    return (0.5 * (W2 @ torch.relu(W1 @ x + b1) + b2 + x - y) ** 2).squeeze()
_, auto = vjp(L, args)
W1, b1, W2, b2, x = args
z = W1 @ x + b1
e = W2 @ z.clamp(min=0) + b2 + x - y
dz = W2.T * e * (z > 0)
ana = (dz * x, dz, e * z.clamp(min=0).T, e, e + W1.T @ dz)
for a, b in zip(auto, ana):
    print(torch.dist(a, b).item())
