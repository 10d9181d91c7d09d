"""
HW2 / 4d.  My analytical gradients are implemented as the backward() of a custom
autograd.Function; then (1) compared with the ordinary autograd of the same model
and (2) run through torch.autograd.gradcheck.
"""
import torch
from torch.autograd import Function, gradcheck


class SkipMLPLoss(Function):
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
        e = g * e
        dz1 = (W2.t() @ e) * (z1 > 0).to(e.dtype)
        dx = e + W1.t() @ dz1
        return dx, None, dz1 @ x.t(), dz1, e @ a1.t(), e


def plain_loss(x, y, W1, b1, W2, b2):
    return 0.5 * (W2 @ torch.relu(W1 @ x + b1) + b2 + x - y).pow(2).sum()


torch.manual_seed(1234)
h = 6
opts = dict(dtype=torch.double)
values = [torch.randn(1, 1, **opts), torch.randn(1, 1, **opts), torch.randn(h, 1, **opts),
          torch.randn(h, 1, **opts), torch.randn(1, h, **opts), torch.randn(1, 1, **opts)]
labels = ["x", "y", "W1", "b1", "W2", "b2"]

grads = []
for fn in (SkipMLPLoss.apply, plain_loss):
    inputs = [v.clone().requires_grad_(n != "y") for n, v in zip(labels, values)]
    fn(*inputs).backward()
    grads.append({n: t.grad for n, t in zip(labels, inputs) if n != "y"})

mine, torchs = grads
for n in mine:
    print(f"{n:3s} max diff {(mine[n] - torchs[n]).abs().max():.2e}")

print("gradcheck:", gradcheck(SkipMLPLoss.apply, [v.clone().requires_grad_(n != "y") for n, v in zip(labels, values)]))
