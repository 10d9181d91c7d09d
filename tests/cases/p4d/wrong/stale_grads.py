"""
P4(d): manual gradients vs. autograd.
"""
import torch

torch.manual_seed(21)
h = 6

x = torch.tensor(0.8, requires_grad=True)
y = torch.tensor(2.2)
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn((), requires_grad=True)


def forward():
    z1 = W1[:, 0] * x + b1
    a1 = torch.relu(z1)
    y_hat = (W2[0] * a1).sum() + b2 + x
    return z1, a1, y_hat, 0.5 * (y_hat - y) ** 2


# quick test that backward works at all
z1, a1, y_hat, L = forward()
L.backward()
print("loss:", L.item(), " grads exist:", all(p.grad is not None for p in (W1, b1, W2, b2, x)))

# the real check
z1, a1, y_hat, L = forward()
L.backward()

e = (y_hat - y).detach()
s = (z1 > 0).float()
man_b2 = e
man_W2 = (e * a1).detach().view(1, h)
man_b1 = (W2[0] * e * s).detach()
man_W1 = (man_b1 * x.detach()).view(h, 1)
man_x = e + (man_b1 * W1[:, 0].detach()).sum()

for name, m, t in [("b2", man_b2, b2), ("W2", man_W2, W2), ("W1", man_W1, W1), ("b1", man_b1, b1), ("x", man_x, x)]:
    print(f"{name}: manual {m.numpy().round(4).tolist()}  autograd {t.grad.numpy().round(4).tolist()}")
