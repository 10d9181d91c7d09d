import torch
from torch.testing import assert_close

torch.manual_seed(3)
h, x0, y0 = 20, -0.73, 1.1

W1 = torch.empty(h, 1).uniform_(-2, 2).requires_grad_()
b1 = torch.empty(h).uniform_(-1, 1).requires_grad_()
W2 = torch.empty(1, h).uniform_(-1, 1).requires_grad_()
b2 = torch.empty(1).uniform_(-1, 1).requires_grad_()
x = torch.tensor([x0], requires_grad=True)
y = torch.tensor([y0])

z1 = W1 @ x + b1
a1 = torch.clamp(z1, min=0)
pred = W2 @ a1 + b2 + x
L = 0.5 * torch.square(pred - y).squeeze()

names = ["b2", "W2", "W1", "b1", "x"]
auto = torch.autograd.grad(L, [b2, W2, W1, b1, x])

delta_out = (pred - y).detach()                       # (1,)
delta_hid = (W2.detach().T @ delta_out) * (a1.detach() > 0)   # (h,)
manual = [
    delta_out,
    torch.outer(delta_out, a1.detach()),
    torch.outer(delta_hid, x.detach()),
    delta_hid,
    delta_out + W1.detach().T @ delta_hid,
]

for n, g, m in zip(names, auto, manual):
    assert_close(m, g, rtol=1e-5, atol=1e-6)
    print(n, tuple(g.shape), "OK", float((m - g).abs().max()))
