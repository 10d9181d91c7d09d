"""
4(d).  My gradients from (b) are packed as the backward() of a torch.autograd.Function.  If they are
right then  SkipBlockLoss.apply(...)  and the ordinary PyTorch expression must give the same .grad,
and gradcheck (numerical differentiation) must accept my backward.
"""
import torch
from torch.autograd import Function, gradcheck


class SkipBlockLoss(Function):
    @staticmethod
    def forward(ctx, x, W1, b1, W2, b2, y):
        z1 = W1 @ x + b1
        a1 = z1.clamp(min=0)
        e = W2 @ a1 + b2 + x - y
        ctx.save_for_backward(x, W1, W2, z1, a1, e)
        return 0.5 * (e * e).sum()

    @staticmethod
    def backward(ctx, grad_output):
        x, W1, W2, z1, a1, e = ctx.saved_tensors
        e = grad_output * e
        dz1 = (W2.t() @ e) * (z1 > 0)
        dW1 = dz1 @ x.t()
        db1 = dz1
        dW2 = e @ a1.t()
        db2 = e
        dx = e + W1.t() @ dz1
        return dx, dW1, db1, dW2, db2, None


def ordinary(x, W1, b1, W2, b2, y):
    return 0.5 * (W2 @ torch.relu(W1 @ x + b1) + b2 + x - y).pow(2).sum()


def fresh(seed, h=5):
    torch.manual_seed(seed)
    shapes = [(1, 1), (h, 1), (h, 1), (1, h), (1, 1)]
    return [torch.randn(s, dtype=torch.float64, requires_grad=True) for s in shapes] + [torch.randn(1, 1, dtype=torch.float64)]


for seed in range(3):
    ins = fresh(seed)
    mine = torch.autograd.grad(SkipBlockLoss.apply(*ins), ins[:5])
    auto = torch.autograd.grad(ordinary(*ins), ins[:5])
    for n, m, a in zip(["x", "W1", "b1", "W2", "b2"], mine, auto):
        print(f"seed {seed}  d{n:2}: max|mine - autograd| = {(m - a).abs().max().item():.1e}")
    print("gradcheck:", gradcheck(SkipBlockLoss.apply, ins))
