"""
P4(d). My analytical gradients are put into the backward() of a custom autograd Function;
the reference is the same loss written with ordinary torch operations.
"""
import torch
from torch.autograd import Function, gradcheck


class SkipLoss(Function):
    @staticmethod
    def forward(ctx, x, y, W1, b1, W2, b2):
        z1 = W1 @ x + b1
        a1 = z1.clamp(min=0)
        e = W2 @ a1 + b2 + x - y
        ctx.save_for_backward(x, W1, W2, z1, a1, e)
        return 0.5 * (e * e).sum()

    @staticmethod
    def backward(ctx, g):
        x, W1, W2, z1, a1, e = ctx.saved_tensors
        e = e * g
        db2 = e
        dW2 = torch.outer(e, a1)
        dz1 = (W2.T @ e) * (z1 > 0)
        db1 = dz1
        dW1 = torch.outer(dz1, x)
        dx = e + W1.T @ dz1
        return dx, None, dW1, db1, dW2, db2


def plain_loss(x, y, W1, b1, W2, b2):
    a1 = torch.relu(W1 @ x + b1)
    return 0.5 * ((W2 @ a1 + b2 + x - y) ** 2).sum()


torch.manual_seed(10)
h = 6
opt = dict(dtype=torch.double, requires_grad=True)
x = torch.randn(1, **opt)
y = torch.randn(1, dtype=torch.double)
W1 = torch.randn(h, 1, **opt)
b1 = torch.randn(h, **opt)
W2 = torch.randn(1, h, **opt)
b2 = torch.randn(1, **opt)

leaves = (x, W1, b1, W2, b2)
hand = torch.autograd.grad(SkipLoss.apply(x, y, W1, b1, W2, b2), leaves)
auto = torch.autograd.grad(plain_loss(x, y, W1, b1, W2, b2), leaves)

for name, p, q in zip(("x", "W1", "b1", "W2", "b2"), hand, auto):
    print(f"{name:2s}  |hand - autograd| = {(p - q).abs().max():.1e}")

print("gradcheck:", gradcheck(SkipLoss.apply, (x, y, W1, b1, W2, b2)))
