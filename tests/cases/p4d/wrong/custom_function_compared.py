# My own backward pass as a torch.autograd.Function, checked against the built-in autograd.
import torch


class SkipMLPFunction(torch.autograd.Function):

    @staticmethod
    def forward(ctx, x, W1, b1, W2, b2):
        z1 = W1 @ x + b1
        a1 = z1.clamp(min=0)
        ctx.save_for_backward(x, W1, W2, z1, a1)
        return W2 @ a1 + b2 + x

    @staticmethod
    def backward(ctx, g):
        x, W1, W2, z1, a1 = ctx.saved_tensors
        gb2 = g
        gW2 = g @ a1.T
        gz1 = (W2.T @ g) * (z1 > 0)
        gW1 = gz1 @ x.T
        gb1 = gz1
        gx = g + W1.T @ gz1
        return gx, gW1, gb1, gW2, gb2


def plain(x, W1, b1, W2, b2):
    return W2 @ torch.relu(W1 @ x + b1) + b2 + x


def make(h):
    torch.manual_seed(h)
    return [torch.randn(s, dtype=torch.float64, requires_grad=True) for s in [(1, 1), (h, 1), (h, 1), (1, h), (1, 1)]]


def collect(fn, h, y):
    args = make(h)
    loss = 0.5 * (fn(*args) - y).square().sum()
    loss.backward()
    return [t.grad for t in args]


y = torch.tensor([[1.0]], dtype=torch.float64)
for h in (1, 4, 9):
    mine = collect(SkipMLPFunction.apply, h, y)
    ref = collect(plain, h, y)
    for n, m, r in zip(["x", "W1", "b1", "W2", "b2"], mine, ref):
        print("h=%d d%-2s  |mine-autograd| = %.2e" % (h, n, (m - r).abs().max().item()))
