from collections import namedtuple
import itertools
import torch

Grad = namedtuple("Grad", "W1 b1 W2 b2 x")

W1 = torch.tensor([[1.5], [-2.0], [0.5], [-0.25]], requires_grad=True)
b1 = torch.tensor([0.5, 1.0, -1.0, -0.75], requires_grad=True)
W2 = torch.tensor([[0.3, -0.9, 2.0, 1.1]], requires_grad=True)
b2 = torch.tensor([0.6], requires_grad=True)


def predict(x):
    return W2 @ torch.relu(W1 @ x + b1) + b2 + x


def by_autograd(xv, yv):
    for p in (W1, b1, W2, b2):
        p.grad = None
    x = torch.tensor([xv], requires_grad=True)
    (0.5 * (predict(x) - yv) ** 2).backward()
    return Grad(W1.grad, b1.grad, W2.grad, b2.grad, x.grad)


def by_hand(xv, yv):
    with torch.no_grad():
        x = torch.tensor([xv])
        a = torch.relu(W1 @ x + b1)
        e = W2 @ a + b2 + x - yv
        delta = (W2 * e).squeeze(0) * torch.gt(a, 0)
        return Grad(x=e + delta @ W1, b2=e, b1=delta, W2=torch.outer(e, a), W1=torch.outer(delta, x))


worst = 0.0
for xv, yv in itertools.product([-2.5, -1.0, 0.3, 1.7], [-1.0, 4.0]):
    A, H = by_autograd(xv, yv), by_hand(xv, yv)
    for field in Grad._fields:
        p, q = getattr(A, field), getattr(H, field)
        assert p.shape == q.shape, (field, p.shape, q.shape)
        err = (p - q).abs().max().item()
        worst = max(worst, err)
    print(f"x={xv:+.1f} y={yv:+.1f}  dL/dx autograd={A.x.item():+9.4f} hand={H.x.item():+9.4f}")
print("worst error over all points and all gradients:", worst)
