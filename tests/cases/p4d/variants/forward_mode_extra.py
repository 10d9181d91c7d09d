import torch
torch.manual_seed(4)
h = 5
x = torch.randn(1, requires_grad=True)
y = torch.randn(1)
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, requires_grad=True)
z1 = W1 @ x + b1
a1 = torch.relu(z1)
yhat = W2 @ a1 + b2 + x
loss = 0.5 * (yhat - y) ** 2

from torch.func import jacfwd
loss.backward()
y0 = y
def L(W1, b1, W2, b2, x):
    return (0.5 * (W2 @ torch.relu(W1 @ x + b1) + b2 + x - y0) ** 2).squeeze()
fwd = jacfwd(L, argnums=(0, 1, 2, 3, 4))(W1.detach(), b1.detach(), W2.detach(), b2.detach(), x.detach())
with torch.no_grad():
    e = yhat - y
    d = W2[0] * e * (z1 > 0)
    dW1, db1, dW2, db2, dx = (d * x)[:, None], d, (e * a1)[None], e, e + d @ W1[:, 0]
for n, hand, f, p in zip("W1 b1 W2 b2 x".split(), (dW1, db1, dW2, db2, dx), fwd, (W1, b1, W2, b2, x)):
    print(n, "hand vs autograd", (hand - p.grad).abs().max().item(), "forward mode vs autograd", (f - p.grad).abs().max().item())
